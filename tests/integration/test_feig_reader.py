"""The FEIG driver over a real pty, on a clean link."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from math import inf
from pathlib import Path
from random import Random

import pytest

from drivers.events import (
    DeviceDown,
    DeviceUp,
    ItemPlaced,
    ItemRemoved,
    SecurityChanged,
    SecurityFailed,
)
from drivers.simulators.firmware import Reply
from drivers.simulators.virtual_tag import VirtualTag, library_tag
from firmware_msgs.errors import EncodeError
from firmware_msgs.feig.commands import Command
from firmware_msgs.feig.frames import Frame, encode_frame
from firmware_msgs.feig.status import Status
from firmware_msgs.tags.content import TagContent, TagFault, Usage
from tests.integration.feig_stage import AFI, Stage, book, content_of, running, uid_of
from tests.integration.hostile import Manner

pytestmark = pytest.mark.usefixtures("no_leaks")


async def test_books_are_placed_once_each_with_content_and_security(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        for number in range(30):  # more than one inventory answer holds
            stage.field.place(book(number, secured=number % 2 == 0))
        placed = await stage.until(ItemPlaced, 30)
        assert {(event.uid, event.content, event.secured) for event in placed} == {
            (uid_of(number), content_of(number), number % 2 == 0) for number in range(30)
        }
        await stage.several_looks()
        assert len(stage.events) == 31  # up, and nothing twice


async def test_a_book_taken_away_is_removed_once_and_placed_again_when_back(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        stage.field.place(book(1))
        await stage.until(ItemPlaced)
        tag = stage.field.remove(uid_of(1))
        assert tag is not None
        await stage.until(ItemRemoved)
        stage.field.place(tag)
        await stage.until(ItemPlaced, 2)
        assert stage.of(ItemRemoved) == [ItemRemoved("pad", uid_of(1))]


async def test_security_is_set_and_read_back_in_the_order_asked(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        tag = book(1)
        stage.field.place(tag)
        await stage.until(ItemPlaced)
        stage.reader.set_security(tag.uid, secured=False)
        stage.reader.set_security(tag.uid, secured=True)
        stage.reader.set_security(tag.uid, secured=False)
        changes = await stage.until(SecurityChanged, 3)
        assert [change.secured for change in changes] == [False, True, False]
        assert tag.afi == AFI.on_loan


async def test_security_of_a_tag_that_left_fails_once_with_nothing_read(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        stage.field.place(book(1))
        await stage.until(ItemPlaced)
        stage.field.remove(uid_of(1))
        stage.reader.set_security(uid_of(1), secured=False)
        await stage.until(SecurityFailed)
        await stage.until(ItemRemoved)
        assert stage.of(SecurityFailed) == [SecurityFailed("pad", uid_of(1), wanted=False, read_back=None)]
        assert not stage.of(SecurityChanged)


class StubbornTag(VirtualTag):
    """Its AFI is locked: writes are taken without an error and change nothing."""

    @property
    def afi(self) -> int:
        return AFI.secured

    @afi.setter
    def afi(self, value: int) -> None:
        pass


async def test_a_write_that_does_not_take_fails_with_what_was_read_back(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        stage.field.place(StubbornTag(uid_of(1)))
        await stage.until(ItemPlaced)
        stage.reader.set_security(uid_of(1), secured=False)
        failures = await stage.until(SecurityFailed)
        assert failures == [SecurityFailed("pad", uid_of(1), wanted=False, read_back=True)]


@pytest.mark.parametrize("was_applied", [True, False])
async def test_a_torn_write_is_settled_by_reading_back(tmp_path: Path, *, was_applied: bool) -> None:
    async with running(tmp_path / "pad") as stage:
        tag = book(1)
        stage.field.place(tag)
        await stage.until(ItemPlaced)
        stage.firmware.faults.torn_writes.append(was_applied)
        stage.reader.set_security(tag.uid, secured=False)
        assert await stage.until(SecurityChanged) == [SecurityChanged("pad", tag.uid, secured=False)]
        assert tag.afi == AFI.on_loan


async def test_a_malformed_uid_is_refused_to_its_caller(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        with pytest.raises(EncodeError, match="8 bytes"):
            stage.reader.set_security("E004", secured=True)


async def test_an_unreadable_tag_is_placed_as_such(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        stage.field.place(VirtualTag(uid_of(1), is_readable=False))
        assert await stage.until(ItemPlaced) == [ItemPlaced("pad", uid_of(1), TagFault.UNREADABLE, secured=None)]


async def test_blank_foreign_and_damaged_tags_are_told_apart(tmp_path: Path) -> None:
    damaged = bytearray(book(3).memory)
    damaged[5] ^= 1
    async with running(tmp_path / "pad") as stage:
        stage.field.place(VirtualTag(uid_of(1), afi=0x00))
        stage.field.place(VirtualTag(uid_of(2), b"\x05\x11\x00\x01some barcode", dsfid=0x01))
        stage.field.place(VirtualTag(uid_of(3), bytes(damaged), dsfid=0x3E, afi=AFI.secured))
        placed = {event.uid: event for event in await stage.until(ItemPlaced, 3)}
        assert placed[uid_of(1)].content is TagFault.BLANK
        assert placed[uid_of(1)].secured is None  # neither of the site's two values
        assert placed[uid_of(2)].content is TagFault.UNKNOWN_FORMAT
        assert placed[uid_of(3)].content is TagFault.DAMAGED
        assert placed[uid_of(3)].secured is True


async def test_a_long_identifier_is_fetched_from_its_extension(tmp_path: Path) -> None:
    content = TagContent("iso28560-3", "YNYJ-2026-0000000000000042", "CN530428", 2, 1, Usage.CIRCULATING)
    async with running(tmp_path / "pad") as stage:
        stage.field.place(library_tag(uid_of(1), content, AFI.secured))
        assert [event.content for event in await stage.until(ItemPlaced)] == [content]


async def test_a_replugged_reader_tells_anew_what_lies_on_its_pad(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        kept = book(1)
        for tag in (kept, book(2)):
            stage.field.place(tag)
        await stage.until(ItemPlaced, 2)
        stage.pad.unplug()
        await stage.until(DeviceDown)
        stage.field.remove(uid_of(2))
        kept.afi = AFI.on_loan
        stage.field.place(book(3))
        stage.pad.plug()
        await stage.until(DeviceUp, 2)
        await stage.until(ItemPlaced, 4)
        await stage.several_looks()
        anew = [(event.uid, event.secured) for event in stage.of(ItemPlaced)[2:]]
        assert sorted(anew) == [(uid_of(1), False), (uid_of(3), True)]
        assert stage.of(ItemRemoved) == []
        assert len(stage.of(DeviceUp)) == 2
        assert len(stage.of(DeviceDown)) == 1


async def test_unplugged_mid_write_fails_every_wish_once(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        first = UnpluggingTag(uid_of(1), stage)
        stage.field.place(first)
        stage.field.place(book(2))
        await stage.until(ItemPlaced, 2)
        stage.reader.set_security(uid_of(1), secured=False)
        stage.reader.set_security(uid_of(2), secured=False)
        await stage.until(DeviceDown)
        stage.reader.set_security(uid_of(1), secured=True)
        assert stage.of(SecurityFailed) == [
            SecurityFailed("pad", uid_of(1), wanted=False, read_back=None),
            SecurityFailed("pad", uid_of(2), wanted=False, read_back=None),
            SecurityFailed("pad", uid_of(1), wanted=True, read_back=None),
        ]
        assert not stage.of(SecurityChanged)


class UnpluggingTag(VirtualTag):
    """Its first AFI write is the moment at which somebody trips over the reader's cable."""

    def __init__(self, uid: str, stage: Stage) -> None:
        super().__init__(uid)
        self._stage = stage

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name == "afi" and hasattr(self, "_stage"):
            self._stage.pad.unplug()


async def test_closed_mid_write_fails_every_wish_once(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        stage.field.place(book(1))
        await stage.until(ItemPlaced)
        stage.firmware.faults.silent = True
        stage.reader.set_security(uid_of(1), secured=False)
        await asyncio.sleep(0.01)
    assert stage.of(SecurityFailed) == [SecurityFailed("pad", uid_of(1), wanted=False, read_back=None)]


async def test_a_silent_reader_is_down_once_and_up_again_when_it_speaks(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        await stage.until(DeviceUp)
        stage.firmware.faults.silent = True
        down = await stage.until(DeviceDown)
        assert "does not answer" in down[0].reason
        stage.firmware.faults.clear()
        await stage.until(DeviceUp, 2)
        assert len(stage.of(DeviceDown)) == 1


class Jammer:
    """Turns so many answers about tags into “the radio link broke”."""

    def __init__(self) -> None:
        self.count = 0.0

    def say(self, reply: Reply, _chance: Random) -> Iterator[Reply]:
        if self.count > 0 and reply.data[4] == Command.ISO_15693:
            self.count -= 1
            yield Reply(encode_frame(Frame(Command.ISO_15693, bytes((Status.RF_ERROR,)), 0)), reply.delay_s)
        else:
            yield reply


async def test_a_jammed_field_says_nothing_about_the_tags_in_it(tmp_path: Path) -> None:
    jammer = Jammer()
    async with running(tmp_path / "pad", Manner("jammed", jammer.say)) as stage:
        stage.field.place(book(1))
        await stage.until(ItemPlaced)
        jammer.count = 15
        stage.skipped_s += 60.0
        for _ in range(3):
            await stage.several_looks()
        assert len(stage.events) == 2  # up and placed; nothing went


async def test_a_reader_that_can_look_no_more_is_down(tmp_path: Path) -> None:
    jammer = Jammer()
    async with running(tmp_path / "pad", Manner("jammed", jammer.say)) as stage:
        await stage.until(DeviceUp)
        jammer.count = inf
        down = await stage.until(DeviceDown)
        assert "cannot look for tags" in down[0].reason
