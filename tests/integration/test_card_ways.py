"""Cards of every kind on a real pcscd, whose vpcd holds simulated chips."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from drivers.events import CardFailed, CardKind, CardPresented, CardRemoved, DeviceDown, DeviceUp
from drivers.pcsc.card_reader import CardReader
from drivers.pcsc.identifiers import KeyedBlock, Ways
from drivers.pcsc.tags import TagCommands
from drivers.simulators.card import CardSlot, VirtualCard
from drivers.simulators.chips import Chip, Holder, MifareChip, SocialSecurityChip
from drivers.simulators.pcscd import READERS, PrivatePcscd
from drivers.simulators.tag_chip import TagChip
from drivers.simulators.virtual_tag import library_tag
from firmware_msgs.cards.storage import KeyType
from firmware_msgs.tags.content import TagContent, Usage
from tests.integration.card_stage import PCSCD_LOOKS_S, QUICK, TornChip, slot_of
from tests.integration.recorder import Recorder, served

pytestmark = pytest.mark.usefixtures("no_leaks")

KEY = bytes.fromhex("A0A1A2A3A4A5")
WAYS = Ways((CardKind.SOCIAL, CardKind.BLOCK, CardKind.TAG, CardKind.UID), KeyedBlock(4, KEY))
PATRON = TagContent("iso28560-3", "DLFX000042", "CN530428", 1, 1, Usage.PATRON_CARD)


def mifare() -> MifareChip:
    return MifareChip("04A1B2C3", {4: b"DLFX000042"}, {(1, KeyType.A): KEY})


def social() -> SocialSecurityChip:
    holder = Holder(bytes.fromhex("530400D15600000500000042FFFFFFFF"), "S00000042")
    return SocialSecurityChip("04A1B2C3", holder)


def tag() -> TagChip:
    return TagChip(library_tag("E004010000000077", PATRON, 0), TagCommands.GENERIC)


class Stage:
    def __init__(self, slot: CardSlot) -> None:
        self.slot = slot
        self.report = Recorder()
        self.reader = CardReader("card", READERS[0], self.report, ways=WAYS, backoff=QUICK)

    def tap(self, chip: Chip) -> None:
        self.slot.tap(VirtualCard("04A1B2C3", chip=chip))

    async def expect(self, *events: object) -> None:
        assert [await self.report.next() for _ in events] == list(events)


@pytest.fixture
async def stage(pcscd: PrivatePcscd) -> AsyncIterator[Stage]:
    async with slot_of(pcscd) as slot:
        stage = Stage(slot)
        async with served(stage.reader):
            await stage.expect(DeviceUp("card"))
            yield stage
    assert stage.report.is_empty


async def test_each_card_is_known_by_its_own_number(stage: Stage) -> None:
    for chip, number, kind in (
        (mifare(), "DLFX000042", CardKind.BLOCK),
        (tag(), "DLFX000042", CardKind.TAG),
        (social(), "S00000042", CardKind.SOCIAL),
    ):
        stage.tap(chip)
        await stage.expect(CardPresented("card", number, kind))
        stage.slot.untap()
        await stage.expect(CardRemoved("card", number))


@pytest.mark.parametrize(
    ("chip", "instruction"), [(mifare(), 0xB0), (tag(), 0xB0), (social(), 0xB2)], ids=["mifare", "tag", "social"]
)
async def test_a_card_torn_away_in_the_middle_is_told_in_words_and_known_when_it_returns(
    stage: Stage, chip: Chip, instruction: int
) -> None:
    stage.tap(TornChip(chip, lambda command: command.ins == instruction))
    failed = await stage.report.next()
    assert isinstance(failed, CardFailed)
    assert "Hold it" in failed.reason
    stage.slot.untap()
    await asyncio.sleep(PCSCD_LOOKS_S)
    stage.tap(chip)
    presented = await stage.report.next()
    assert isinstance(presented, CardPresented)
    stage.slot.untap()
    await stage.expect(CardRemoved("card", presented.identifier))


async def test_a_reader_without_its_cable_is_missed_until_it_is_back(stage: Stage, pcscd: PrivatePcscd) -> None:
    await asyncio.to_thread(pcscd.stop)
    await asyncio.to_thread(pcscd.start, with_readers=False)
    assert isinstance(await stage.report.next(), DeviceDown)
    stage.tap(mifare())
    await asyncio.sleep(5 * QUICK.cap_s)
    assert stage.report.is_empty
    await asyncio.to_thread(pcscd.stop)
    await asyncio.to_thread(pcscd.start)
    await stage.expect(DeviceUp("card"), CardPresented("card", "DLFX000042", CardKind.BLOCK))
    stage.slot.untap()
    await stage.expect(CardRemoved("card", "DLFX000042"))
