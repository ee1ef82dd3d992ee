"""Records over a real broker into a real `central run`, with everything killed that can be."""

from __future__ import annotations

import asyncio
import json

import aiomqtt
import msgspec

from central.circulation.values import item_key
from firmware_msgs.uplink.health import Beacon, Presence
from firmware_msgs.uplink.questions import Authorise, Authorised, Identified, Identify, NotAuthorised
from firmware_msgs.uplink.topics import NetworkTopics
from firmware_msgs.uplink.values import Refusal
from tests.broker import Mosquitto
from tests.central_journals import NETWORK, Journal, item_ref
from tests.central_process import CentralProcess
from tests.central_wire import WITHIN_S, wired


def journal_at(central: CentralProcess, terminal: str = "A", site: str = "YJ-01") -> Journal:
    journal = Journal(terminal, site, central.keys)
    journal.begin()
    return journal


async def test_a_loan_is_receipted_and_an_ask_answered(central: CentralProcess, broker: Mosquitto) -> None:
    journal = journal_at(central)
    central.enrol(journal)
    central.start()
    async with wired(broker, journal, central.keys) as wire:
        journal.borrow("uid:AA01", item_ref("I1"))
        await wire.send(1, 5)
        receipt = await wire.receipted()
        assert receipt.hash == journal.hashes[-1]
        identified = await wire.ask(Identify(card="uid:AA01"))
        assert isinstance(identified, Identified)
        assert (identified.label, identified.tail, identified.loans, identified.limit) == ("张*", "2031", 1, 2)
        refused = await wire.ask(Authorise(loan=journal.new_id(), card="uid:AA02", item=item_ref("I1")))
        assert isinstance(refused, NotAuthorised)
        assert refused.reason is Refusal.ON_LOAN
        granted = await wire.ask(Authorise(loan=journal.new_id(), card="uid:AA02", item=item_ref("I2")))
        assert isinstance(granted, Authorised)
        assert granted.title == "红楼梦"
    assert central.stop() == 0
    assert "Traceback" not in central.log()


async def test_nothing_is_lost_or_doubled_when_broker_and_central_are_killed(
    central: CentralProcess, broker: Mosquitto
) -> None:
    journal = journal_at(central)
    for number in range(1, 6):
        journal.borrow("uid:AA01", item_ref(f"I{number}"))
        journal.take_back(item_ref(f"I{number}"))
    end = len(journal.encoded)
    central.enrol(journal)
    central.start()
    async with wired(broker, journal, central.keys) as wire:
        await wire.send(1, 4)
        await wire.receipt(lambda receipt: receipt.high_water == 4)
        await wire.send(5, 9)
        central.kill()
        await wire.send(10, 12)
        central.start()
        mark = (await wire.receipt(lambda receipt: receipt.high_water >= 4)).high_water
        assert mark in (4, 9, 12)
    broker.kill()
    broker.start()
    async with wired(broker, journal, central.keys) as wire:
        mark = (await wire.receipt(lambda receipt: receipt.high_water >= mark)).high_water
        await wire.send(mark + 1, end)
        await wire.send(1, end)
        assert (await wire.receipted()).hash == journal.hashes[-1]
    central.stop()
    report = json.loads(central.command("report", "--json"))
    assert (report["records"], report["applied"], report["loans_confirmed"], report["returns"]) == (end, end, 5, 5)
    assert (report["branches"], report["worklist"], report["loans_open"]) == (0, 0, 0)
    assert item_key(item_ref("I1")) == "CN530428:I1"


async def test_whoever_leaves_in_order_says_so(central: CentralProcess, broker: Mosquitto) -> None:
    central.enrol(journal_at(central))
    async with aiomqtt.Client(broker.host, broker.port, identifier="watch") as client:
        await client.subscribe(NetworkTopics(NETWORK).beacon("central-1"), qos=1)
        states = []
        async with asyncio.timeout(WITHIN_S):
            central.start()
            async for message in client.messages:
                states.append(msgspec.json.decode(bytes(message.payload), type=Beacon).state)
                if states == [Presence.BORN]:
                    assert await asyncio.to_thread(central.stop) == 0
                if len(states) == 2:
                    break
    assert states == [Presence.BORN, Presence.GONE]
    async with aiomqtt.Client(broker.host, broker.port, identifier="late") as client:
        await client.subscribe(NetworkTopics(NETWORK).beacon("central-1"), qos=1)
        async with asyncio.timeout(WITHIN_S):
            retained = await anext(aiter(client.messages))
    assert msgspec.json.decode(bytes(retained.payload), type=Beacon).state is Presence.GONE
