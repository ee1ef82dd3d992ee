"""Library tags on PC/SC readers that speak ISO 15693, over a real pcscd."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from drivers.events import DeviceDown, DeviceUp, ItemPlaced, ItemRemoved, SecurityChanged, SecurityFailed
from drivers.pad.presence import Debounce
from drivers.pad.reader import Pace
from drivers.pcsc import item_reader
from drivers.pcsc.item_reader import PlainTagReader, SecuringTagReader
from drivers.pcsc.tags import TagCommands
from drivers.ports import SecurityWriter
from drivers.simulators.card import CardSlot, VirtualCard
from drivers.simulators.chips import Chip, UidChip
from drivers.simulators.pcscd import READERS, PrivatePcscd
from drivers.simulators.tag_chip import TagChip
from drivers.simulators.virtual_tag import VirtualTag, library_tag
from firmware_msgs.apdu import Command
from firmware_msgs.config import AfiPair
from firmware_msgs.tags.content import TagContent, TagFault, Usage
from tests.integration.card_stage import PCSCD_LOOKS_S, QUICK, TornChip, slot_of
from tests.integration.recorder import Recorder, served

pytestmark = pytest.mark.usefixtures("no_leaks")

AFI = AfiPair()
PACE = Pace(debounce=Debounce(removal_s=0.05), backoff=QUICK, idle_pause_s=0.01)
UID = "E004010000000001"
SECURING = (TagCommands.OMNIKEY, TagCommands.TRANSPARENT)


def content(item_id: str = "TSG00000000001") -> TagContent:
    return TagContent("iso28560-3", item_id, "CN530428", 1, 1, Usage.CIRCULATING)


def book(item_id: str = "TSG00000000001") -> VirtualTag:
    return library_tag(UID, content(item_id), AFI.secured)


class Stage:
    def __init__(self, slot: CardSlot, commands: TagCommands) -> None:
        self.slot = slot
        self.commands = commands
        self.report = Recorder()

    def lay(self, tag: VirtualTag) -> None:
        self.lay_chip(TagChip(tag, self.commands))

    def lay_chip(self, chip: Chip) -> None:
        self.slot.tap(VirtualCard(UID, chip=chip))

    async def expect(self, *events: object) -> None:
        assert [await self.report.next() for _ in events] == list(events)


@asynccontextmanager
async def running(pcscd: PrivatePcscd, commands: TagCommands) -> AsyncIterator[tuple[Stage, SecuringTagReader]]:
    async with slot_of(pcscd) as slot:
        stage = Stage(slot, commands)
        reader = SecuringTagReader("pad", READERS[0], AFI, stage.report, commands=commands, pace=PACE)
        async with served(reader):
            await stage.expect(DeviceUp("pad"))
            yield stage, reader


@pytest.mark.parametrize("commands", SECURING)
async def test_a_book_is_read_released_secured_and_taken(pcscd: PrivatePcscd, commands: TagCommands) -> None:
    tag = book("YNYJ-2026-0000000000000042")
    async with running(pcscd, commands) as (stage, reader):
        stage.lay(tag)
        await stage.expect(ItemPlaced("pad", UID, content("YNYJ-2026-0000000000000042"), secured=True))
        for secured, afi in ((False, AFI.on_loan), (True, AFI.secured)):
            reader.set_security(UID, secured=secured)
            await stage.expect(SecurityChanged("pad", UID, secured))
            assert tag.afi == afi
        stage.slot.untap()
        await stage.expect(ItemRemoved("pad", UID))
        reader.set_security(UID, secured=False)
        await stage.expect(SecurityFailed("pad", UID, wanted=False, read_back=None))


async def test_a_locked_afi_is_told_as_it_is(pcscd: PrivatePcscd) -> None:
    tag = book()
    tag.lock_afi()
    async with running(pcscd, TagCommands.OMNIKEY) as (stage, reader):
        stage.lay(tag)
        await stage.report.next()
        reader.set_security(UID, secured=False)
        await stage.expect(SecurityFailed("pad", UID, wanted=False, read_back=True))


def writes_afi(commands: TagCommands) -> Callable[[Command], bool]:
    if commands is TagCommands.OMNIKEY:
        return lambda command: (command.ins, command.p2) == (0x30, 0x01)
    return lambda command: command.ins == 0xC2 and b"\x22\x27" in command.data


@pytest.mark.parametrize("commands", SECURING)
@pytest.mark.parametrize("carried_out", [True, False])
async def test_snatched_in_the_middle_of_a_write_it_is_told_anew_when_it_returns(
    pcscd: PrivatePcscd, commands: TagCommands, *, carried_out: bool
) -> None:
    tag = book()
    async with running(pcscd, commands) as (stage, reader):
        stage.lay_chip(TornChip(TagChip(tag, commands), writes_afi(commands), carried_out=carried_out))
        await stage.report.next()
        reader.set_security(UID, secured=False)
        await stage.expect(SecurityFailed("pad", UID, wanted=False, read_back=None), ItemRemoved("pad", UID))
        stage.slot.untap()
        stage.lay(tag)
        await stage.expect(ItemPlaced("pad", UID, content(), secured=not carried_out))


async def test_what_is_no_readable_book_is_placed_as_that_or_not_at_all(pcscd: PrivatePcscd) -> None:
    async with running(pcscd, TagCommands.OMNIKEY) as (stage, _):
        stage.lay_chip(UidChip("04A1B2C3"))  # a patron's card, on the wrong reader
        await asyncio.sleep(PCSCD_LOOKS_S)
        stage.slot.untap()
        stage.lay(VirtualTag(UID, is_readable=False))
        await stage.expect(ItemPlaced("pad", UID, TagFault.UNREADABLE, secured=None))


async def test_pcscd_and_the_readers_cable_may_go_and_come_back(pcscd: PrivatePcscd) -> None:
    tag = book()
    async with running(pcscd, TagCommands.OMNIKEY) as (stage, reader):
        stage.lay(tag)
        await stage.report.next()
        await asyncio.to_thread(pcscd.stop, hard=True)
        assert isinstance(await stage.report.next(), DeviceDown)
        reader.set_security(UID, secured=False)
        await stage.expect(SecurityFailed("pad", UID, wanted=False, read_back=None))
        await asyncio.to_thread(pcscd.start, with_readers=False)
        await asyncio.sleep(5 * QUICK.cap_s)
        assert stage.report.is_empty
        await asyncio.to_thread(pcscd.stop)
        tag.afi = AFI.on_loan
        await asyncio.to_thread(pcscd.start)
        await stage.expect(DeviceUp("pad"), ItemPlaced("pad", UID, content(), secured=False))


async def test_a_pcscd_that_hangs_is_told_and_waited_for(pcscd: PrivatePcscd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(item_reader, "CALL_TIMEOUT_S", 0.5)
    monkeypatch.setattr(item_reader, "CLOSE_TIMEOUT_S", 0.1)
    async with running(pcscd, TagCommands.OMNIKEY) as (stage, reader):
        stage.lay(book())
        await stage.expect(ItemPlaced("pad", UID, content(), secured=True))
        threads = threading.active_count()
        pcscd.freeze()
        try:
            reader.set_security(UID, secured=False)
            await stage.expect(SecurityFailed("pad", UID, wanted=False, read_back=None))
            down = await stage.report.next()
            assert isinstance(down, DeviceDown)
            assert "restart it" in down.reason
            await asyncio.sleep(5 * QUICK.cap_s)
            assert threading.active_count() == threads
        finally:
            pcscd.thaw()
        await stage.expect(DeviceUp("pad"))
        assert isinstance(await stage.report.next(), ItemPlaced)


async def test_a_generic_reader_sees_items_and_cannot_secure_them(pcscd: PrivatePcscd) -> None:
    async with slot_of(pcscd) as slot:
        stage = Stage(slot, TagCommands.GENERIC)
        reader = PlainTagReader("pad", READERS[0], AFI, stage.report, pace=PACE)
        assert not isinstance(reader, SecurityWriter)
        async with served(reader):
            await stage.expect(DeviceUp("pad"))
            stage.lay(book())
            await stage.expect(ItemPlaced("pad", UID, content(), secured=None))
            slot.untap()
            await stage.expect(ItemRemoved("pad", UID))
