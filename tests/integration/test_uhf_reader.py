"""The UHF drivers over a real pty, on a clean link."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.events import DeviceDown, DeviceUp, ItemPlaced, ItemRemoved, SecurityChanged, SecurityFailed
from drivers.simulators.uhf.a0 import A0Firmware
from drivers.simulators.uhf.virtual_tag import UhfTag
from firmware_msgs.tags.content import TagContent, TagFault, Usage
from firmware_msgs.tags.uhf import iso28560_4, urn_code40
from firmware_msgs.tags.uhf.gen2 import EpcBank, MemoryBank, ProtocolControl
from tests.integration.uhf_stage import (
    AFI,
    FAMILIES,
    READER_18,
    READER_288,
    Family,
    book,
    content_of,
    is_secured,
    running,
    uid_of,
)

pytestmark = [pytest.mark.usefixtures("no_leaks"), pytest.mark.parametrize("family", FAMILIES, ids=str)]

FORMATS = ("iso28560-4", "gaoxiao")


@pytest.mark.parametrize("format_", FORMATS)
async def test_books_are_placed_once_each_with_content_and_security(
    tmp_path: Path, family: Family, format_: str
) -> None:
    async with running(family, tmp_path / "pad") as stage:
        for number in range(15):  # more than one frame of an inventory holds
            stage.field.place(book(number, format_, secured=number % 2 == 0))
        placed = await stage.until(ItemPlaced, 15)
        assert {(event.uid, event.content, event.secured) for event in placed} == {
            (uid_of(number), content_of(number, format_), number % 2 == 0) for number in range(15)
        }
        await stage.several_looks()
        assert len(stage.events) == 16  # up, and nothing twice


@pytest.mark.parametrize("format_", FORMATS)
async def test_a_book_keeps_its_identity_while_its_security_changes(
    tmp_path: Path, family: Family, format_: str
) -> None:
    async with running(family, tmp_path / "pad") as stage:
        tag, other = book(1, format_), book(2, format_)
        stage.field.place(tag)
        stage.field.place(other)
        await stage.until(ItemPlaced, 2)
        for secured in (False, True, False):
            stage.reader.set_security(tag.uid, secured=secured)
        changes = await stage.until(SecurityChanged, 3)
        assert [change.secured for change in changes] == [False, True, False]
        await stage.several_looks()
        assert (len(stage.of(ItemPlaced)), len(stage.of(ItemRemoved))) == (2, 0)
        assert (is_secured(tag), is_secured(other)) == (False, True)


async def test_a_book_taken_away_is_removed_once_and_placed_again_when_back(tmp_path: Path, family: Family) -> None:
    async with running(family, tmp_path / "pad") as stage:
        stage.field.place(book(1))
        await stage.until(ItemPlaced)
        tag = stage.field.remove(uid_of(1))
        assert tag is not None
        await stage.until(ItemRemoved)
        stage.field.place(tag)
        await stage.until(ItemPlaced, 2)
        assert stage.of(ItemRemoved) == [ItemRemoved("pad", uid_of(1))]


async def test_security_of_a_tag_that_left_fails_once_with_nothing_read(tmp_path: Path, family: Family) -> None:
    async with running(family, tmp_path / "pad") as stage:
        stage.field.place(book(1))
        await stage.until(ItemPlaced)
        stage.field.remove(uid_of(1))
        stage.reader.set_security(uid_of(1), secured=False)
        await stage.until(SecurityFailed)
        await stage.until(ItemRemoved)
        assert stage.of(SecurityFailed) == [SecurityFailed("pad", uid_of(1), wanted=False, read_back=None)]
        assert not stage.of(SecurityChanged)


async def test_a_write_that_does_not_take_fails_with_what_was_read_back(tmp_path: Path, family: Family) -> None:
    async with running(family, tmp_path / "pad") as stage:
        tag = book(1)
        tag.is_locked = True
        stage.field.place(tag)
        await stage.until(ItemPlaced)
        stage.reader.set_security(tag.uid, secured=False)
        failures = await stage.until(SecurityFailed)
        assert failures == [SecurityFailed("pad", tag.uid, wanted=False, read_back=True)]


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("was_applied", [True, False])
async def test_a_torn_write_is_settled_by_reading_back(
    tmp_path: Path, family: Family, format_: str, *, was_applied: bool
) -> None:
    async with running(family, tmp_path / "pad") as stage:
        tag = book(1, format_)
        stage.field.place(tag)
        await stage.until(ItemPlaced)
        stage.firmware.faults.torn_writes.append(was_applied)
        stage.reader.set_security(tag.uid, secured=False)
        assert await stage.until(SecurityChanged) == [SecurityChanged("pad", tag.uid, secured=False)]
        assert not is_secured(tag)


async def test_two_tags_of_one_epc_are_never_written(tmp_path: Path, family: Family) -> None:
    twins = [UhfTag(uid_of(number), book(1).bank) for number in (1, 2)]
    async with running(family, tmp_path / "pad") as stage:
        for tag in twins:
            stage.field.place(tag)
        await stage.until(ItemPlaced)
        for tag in twins:
            stage.reader.set_security(tag.uid, secured=False)
        while len(answers := stage.of(SecurityChanged) + stage.of(SecurityFailed)) < 2:
            await stage.news()
        for tag in twins:
            told = [answer for answer in answers if answer.uid == tag.uid]
            assert is_secured(tag) is not isinstance(told[0], SecurityChanged)
        if family is not READER_288:  # it names tags by their TID, which twins do not share
            assert all(is_secured(tag) for tag in twins)


async def test_a_tag_on_a_shelf_behind_is_not_placed(tmp_path: Path, family: Family) -> None:
    far = book(2)
    far.rssi_dbm = -70
    async with running(family, tmp_path / "pad") as stage:
        stage.field.place(far)
        stage.field.place(book(1))
        await stage.until(ItemPlaced, 2 if family is READER_18 else 1)
        await stage.several_looks()
        heard = {event.uid for event in stage.of(ItemPlaced)}
        assert heard == ({uid_of(1), uid_of(2)} if family is READER_18 else {uid_of(1)})  # the 18 tells no strength


async def test_the_power_is_set_when_it_differs(tmp_path: Path, family: Family) -> None:
    async with running(family, tmp_path / "pad", power_dbm=18) as stage:
        await stage.until(DeviceUp)
        firmware = stage.firmware
        power_dbm = firmware.power_dbm if isinstance(firmware, A0Firmware) else firmware.information.power_dbm
        assert power_dbm == 18


async def test_a_reader_that_cannot_have_its_power_is_not_used(tmp_path: Path, family: Family) -> None:
    async with running(family, tmp_path / "pad", power_dbm=200) as stage:
        stage.field.place(book(1))
        (down,) = await stage.until(DeviceDown)
        assert "200 dBm" in down.reason
        assert "configuration" in down.reason
        assert not stage.of(ItemPlaced)


async def test_blank_foreign_and_damaged_tags_are_told_apart(tmp_path: Path, family: Family) -> None:
    blank = EpcBank(ProtocolControl(6), bytes.fromhex("e28011602000748ba2010a11"))
    foreign = EpcBank(ProtocolControl(6), bytes.fromhex("300833b2ddd9014000000000"))
    damaged = EpcBank(ProtocolControl(1, iso=True, afi=AFI.secured), b"\xff\0")
    async with running(family, tmp_path / "pad") as stage:
        for number, bank in enumerate((blank, foreign, damaged)):
            stage.field.place(UhfTag(uid_of(number), bank))
        placed = {event.uid: (event.content, event.secured) for event in await stage.until(ItemPlaced, 3)}
        assert placed == {
            uid_of(0): (TagFault.BLANK, None),
            uid_of(1): (TagFault.UNKNOWN_FORMAT, None),
            uid_of(2): (TagFault.DAMAGED, True),
        }
        stage.reader.set_security(uid_of(1), secured=False)
        assert await stage.until(SecurityFailed) == [SecurityFailed("pad", uid_of(1), wanted=False, read_back=None)]


async def test_a_user_bank_full_to_its_end_is_read_to_its_end(tmp_path: Path, family: Family) -> None:
    """Nothing but the end of the memory ends its objects."""
    filler = bytes((0x66, 58)) + b"S" * 58
    epc = urn_code40.encode("12345678")
    bank = EpcBank(ProtocolControl(len(epc) // 2, user_memory=True, iso=True, afi=AFI.secured), epc)
    tag = UhfTag(uid_of(1), bank, b"\x06" + filler + b"\x65\x01\x10")
    assert len(tag.memory(MemoryBank.USER)) == 64
    async with running(family, tmp_path / "pad") as stage:
        stage.field.place(tag)
        (placed,) = await stage.until(ItemPlaced)
        assert placed.content == TagContent(iso28560_4.FORMAT, "12345678", "", 0, 0, Usage.CIRCULATING)


async def test_a_tag_that_lets_nobody_read_it_holds_nothing_up(tmp_path: Path, family: Family) -> None:
    shy = book(2)
    shy.is_readable = False
    async with running(family, tmp_path / "pad") as stage:
        stage.field.place(shy)
        stage.field.place(book(1))
        await stage.until(ItemPlaced)
        await stage.several_looks()
        assert [event.uid for event in stage.of(ItemPlaced)] == [uid_of(1)]
        assert not stage.of(DeviceDown)


async def test_a_silent_reader_is_told_in_words_for_a_technician(tmp_path: Path, family: Family) -> None:
    async with running(family, tmp_path / "pad") as stage:
        await stage.until(DeviceUp)
        stage.firmware.faults.silent = True
        (down,) = await stage.until(DeviceDown)
        assert "power and cable" in down.reason
        stage.firmware.faults.clear()
        await stage.until(DeviceUp, 2)
