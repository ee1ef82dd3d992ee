"""The card reader's driver against a real pcscd, whose vpcd holds virtual cards."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from drivers.events import BarcodeScanned, CardFailed, CardPresented, CardRemoved, DeviceDown, DeviceUp
from drivers.pcsc import card_reader
from drivers.pcsc.card_reader import CardReader
from drivers.simulators.card import CardFault, CardSlot, VirtualCard
from drivers.simulators.pcscd import READERS, PrivatePcscd
from drivers.supervisor import Backoff
from tests.integration.recorder import Recorder, served

QUICK = Backoff(first_s=0.01, cap_s=0.1)
CARD = VirtualCard("04A1B2C3D4E5F6")
OTHER = VirtualCard("9A8B7C6D")

pytestmark = pytest.mark.usefixtures("no_leaks")


class Stage:
    def __init__(self, pcscd: PrivatePcscd, group: asyncio.TaskGroup) -> None:
        self.pcscd = pcscd
        self.report = Recorder()
        self.slots = [CardSlot(pcscd.vpcd_port + number, group) for number in range(2)]
        self.readers = [CardReader(f"card{number}", READERS[number], self.report, backoff=QUICK) for number in range(2)]

    async def expect(self, *events: object) -> None:
        assert [await self.report.next() for _ in events] == list(events)


@pytest.fixture
async def stage(pcscd: PrivatePcscd) -> AsyncIterator[Stage]:
    async with asyncio.TaskGroup() as group:
        stage = Stage(pcscd, group)
        async with served(stage.readers[0]):
            await stage.expect(DeviceUp("card0"))
            yield stage
        for slot in stage.slots:
            slot.untap()
    assert stage.report.is_empty


async def test_cards_come_and_go(stage: Stage) -> None:
    for card in (CARD, OTHER, CARD):
        stage.slots[0].tap(card)
        await stage.expect(CardPresented("card0", card.uid))
        stage.slots[0].untap()
        await stage.expect(CardRemoved("card0", card.uid))


async def test_two_readers_keep_their_cards_apart(stage: Stage) -> None:
    async with served(stage.readers[1]):
        await stage.expect(DeviceUp("card1"))
        stage.slots[1].tap(OTHER)
        await stage.expect(CardPresented("card1", OTHER.uid))
        stage.slots[0].tap(CARD)
        await stage.expect(CardPresented("card0", CARD.uid))
        stage.slots[1].untap()
        await stage.expect(CardRemoved("card1", OTHER.uid))
    stage.slots[0].untap()
    await stage.expect(CardRemoved("card0", CARD.uid))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (CardFault.REFUSE, "told no number"),
        (CardFault.MUTE, "does not answer"),
        (CardFault.TORN, "Hold it"),
    ],
)
async def test_a_card_that_cannot_be_read_is_told_in_words(stage: Stage, fault: CardFault, words: str) -> None:
    stage.slots[0].tap(VirtualCard(CARD.uid, fault))
    failed = await stage.report.next()
    assert isinstance(failed, CardFailed)
    assert words in failed.reason
    stage.slots[0].untap()
    await asyncio.sleep(1)  # pcscd looks every 0.4 s, and must have seen the empty reader
    stage.slots[0].tap(OTHER)
    await stage.expect(CardPresented("card0", OTHER.uid))
    stage.slots[0].untap()
    await stage.expect(CardRemoved("card0", OTHER.uid))


@pytest.mark.parametrize("hard", [False, True])
async def test_pcscd_may_go_and_come_back(stage: Stage, *, hard: bool) -> None:
    stage.slots[0].tap(CARD)
    await stage.expect(CardPresented("card0", CARD.uid))
    await asyncio.to_thread(stage.pcscd.stop, hard=hard)
    await stage.expect(CardRemoved("card0", CARD.uid))
    down = await stage.report.next()
    assert isinstance(down, DeviceDown)
    await asyncio.sleep(5 * QUICK.cap_s)
    await asyncio.to_thread(stage.pcscd.start)
    await stage.expect(DeviceUp("card0"), CardPresented("card0", CARD.uid))
    stage.slots[0].untap()
    await stage.expect(CardRemoved("card0", CARD.uid))


async def test_a_pcscd_that_hangs_is_told_and_waited_for(
    stage: Stage, pcscd: PrivatePcscd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_reader, "STUCK_S", 1.5 * card_reader.STATUS_WAIT_MS / 1000)
    stage.slots[0].tap(CARD)
    await stage.expect(CardPresented("card0", CARD.uid))
    threads = threading.active_count()
    pcscd.freeze()
    try:
        down = await stage.report.next()
        assert isinstance(down, DeviceDown)
        assert "restart it" in down.reason
        await asyncio.sleep(5 * QUICK.cap_s)
        assert threading.active_count() == threads
    finally:
        pcscd.thaw()
    await stage.expect(CardRemoved("card0", CARD.uid), DeviceUp("card0"), CardPresented("card0", CARD.uid))
    stage.slots[0].untap()
    await stage.expect(CardRemoved("card0", CARD.uid))


async def test_a_reader_that_is_not_there_is_told_once(pcscd: PrivatePcscd) -> None:
    assert pcscd.socket_path.exists()
    report = Recorder()
    async with served(CardReader("card", "OMNIKEY CardMan", report, backoff=QUICK)):
        down = await report.next()
        assert isinstance(down, DeviceDown)
        assert "“OMNIKEY CardMan” is not connected" in down.reason
        assert READERS[0] in down.reason
        await asyncio.sleep(5 * QUICK.cap_s)
    assert report.is_empty


def test_no_event_shows_who_somebody_is() -> None:
    """asyncio logs what a callback that failed was called with."""
    events = (CardPresented("card", CARD.uid), CardRemoved("card", CARD.uid), BarcodeScanned("scanner", CARD.uid))
    assert CARD.uid not in repr(events)
