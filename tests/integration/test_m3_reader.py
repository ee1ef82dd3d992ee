"""The 3M driver against its simulated firmware, on good links and on broken ones: it never lies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from drivers.events import DeviceDown, DeviceUp, ItemPlaced, ItemRemoved, SecurityChanged, SecurityFailed
from drivers.exchange import Exchange
from drivers.links import open_link
from drivers.m3.dialect import ADVICE, M3Dialect
from drivers.m3.reader import LINE
from drivers.simulators.firmware import Reply
from drivers.simulators.m3 import M3Firmware
from drivers.simulators.virtual_tag import Field, VirtualTag, library_tag
from firmware_msgs.m3_810.answers import Answer, Blocks, BlocksWritten, Refused
from firmware_msgs.m3_810.decoder import frame_decoder
from firmware_msgs.m3_810.questions import Command, Question, ReadBlocks, WriteBlocks, decode_question
from firmware_msgs.tags.content import TagFault
from tests.integration import hostile
from tests.integration.hostile import Manner
from tests.integration.m3_stage import AFI, QUICK_TIMEOUTS, Stage, book, content_of, running, uid_of
from tests.integration.recorder import served

pytestmark = pytest.mark.usefixtures("no_leaks")

HARMFUL = hostile.harmful(late_s=1.5 * QUICK_TIMEOUTS.answer_s)


@pytest.mark.parametrize("manner", hostile.HARMLESS, ids=str)
async def test_a_slow_or_noisy_link_loses_nothing(tmp_path: Path, manner: Manner) -> None:
    async with running(tmp_path / "pad", manner) as stage:
        await borrow_and_take_three(stage)
        assert all(not isinstance(event.content, TagFault) for event in stage.of(ItemPlaced))
        assert len(stage.of(SecurityChanged)) == 3


@pytest.mark.parametrize("manner", HARMFUL, ids=str)
async def test_a_broken_link_never_makes_it_lie(tmp_path: Path, manner: Manner) -> None:
    async with running(tmp_path / "pad", manner) as stage:
        await borrow_and_take_three(stage)


@pytest.mark.parametrize("carried_out", [True, False])
async def test_unplugged_in_the_middle_of_a_write_it_tells_the_tag_anew(tmp_path: Path, *, carried_out: bool) -> None:
    async with running(tmp_path / "pad") as stage:
        stage.field.place(book(1))
        await stage.until(ItemPlaced)
        stage.link.unplug_when(lambda data: data[3] == Command.WRITE_AFI, carried_out=carried_out)
        stage.reader.set_security(uid_of(1), secured=False)
        assert await stage.until(SecurityFailed) == [SecurityFailed("pad", uid_of(1), wanted=False, read_back=None)]
        await stage.until(DeviceDown)
        stage.link.cable.plug()
        await stage.until(DeviceUp, 2)
        placed = await stage.until(ItemPlaced, 2)
        assert [event.secured for event in placed] == [True, not carried_out]


@pytest.mark.parametrize(
    ("tag", "content"),
    [
        (book(1, block_count=8), content_of(1)),
        (book(1, item_id="YNYJ-2026-0000000000000042"), content_of(1, "YNYJ-2026-0000000000000042")),
        (VirtualTag(uid_of(1)), TagFault.BLANK),
        (VirtualTag(uid_of(1), b"\x01" * 40), TagFault.UNKNOWN_FORMAT),
        (VirtualTag(uid_of(1), is_readable=False), TagFault.UNREADABLE),
    ],
    ids=["small", "long identifier", "blank", "foreign", "unreadable"],
)
@pytest.mark.parametrize("tells_dsfid", [True, False])
async def test_tags_of_every_kind_are_told_apart(
    tmp_path: Path, tag: VirtualTag, content: object, *, tells_dsfid: bool
) -> None:
    async with running(tmp_path / "pad", tells_dsfid=tells_dsfid) as stage:
        stage.field.place(tag)
        assert [event.content for event in await stage.until(ItemPlaced)] == [content]


class SnatchedWhileRead:
    """A reader from which the tag is taken when more than its head is asked for."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self._firmware = M3Firmware(field, pace=0)
        self._decoder = frame_decoder()

    def feed(self, data: bytes, /) -> list[Reply]:
        for question in map(decode_question, self._decoder.feed(data)):
            if isinstance(question, ReadBlocks) and question.first:
                self._field.remove(question.uid)
        return self._firmware.feed(data)


async def test_half_a_tag_that_was_taken_away_is_neither_a_book_nor_a_damaged_one(tmp_path: Path) -> None:
    field, port = Field(), tmp_path / "port"
    content = replace(content_of(1, item_id="aB3-" * 10), format="iso28560-2")
    field.place(library_tag(uid_of(1), content, AFI.secured))
    async with hostile.plugged(port, SnatchedWhileRead(field)) as link:
        stage = Stage(port, link, field)
        async with served(stage.reader):
            (placed,) = await stage.until(ItemPlaced)
            await stage.until(ItemRemoved)
    assert placed == ItemPlaced("pad", uid_of(1), TagFault.UNREADABLE, secured=None)


async def test_a_foreign_afi_is_neither(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        tag = book(1)
        tag.afi = 0x07
        stage.field.place(tag)
        assert [event.secured for event in await stage.until(ItemPlaced)] == [None]


async def test_blocks_are_written_and_read_back(tmp_path: Path) -> None:
    field = Field()
    field.place(VirtualTag(uid_of(1)))
    async with (
        hostile.plugged(tmp_path / "pad", M3Firmware(field, pace=0)),
        open_link(str(tmp_path / "pad"), LINE) as link,
    ):
        exchange: Exchange[Question, Answer] = Exchange(link, M3Dialect(QUICK_TIMEOUTS), ADVICE)
        await exchange.open()
        assert await exchange.ask(WriteBlocks(uid_of(1), 2, (b"abcd", b"efgh"))) == BlocksWritten(uid_of(1), 4)
        answer = await exchange.ask(ReadBlocks(uid_of(1), 1, 3))
        assert isinstance(answer, Blocks)
        assert answer.data == bytes(4) + b"abcdefgh"
        for question in (
            WriteBlocks(uid_of(1), 28, (b"abcd",)),
            ReadBlocks(uid_of(1), 27, 2),
            ReadBlocks(uid_of(9), 0, 1),
        ):
            assert isinstance(await exchange.ask(question), Refused)


async def borrow_and_take_three(stage: Stage) -> None:
    """Each book is placed once with its own content (or none), answered once and truly, removed once."""
    books = {uid_of(number): book(number) for number in range(3)}
    for tag in books.values():
        stage.field.place(tag)
    placed = await stage.until(ItemPlaced, 3)
    for uid in books:
        stage.reader.set_security(uid, secured=False)
    while len(answers := stage.of(SecurityChanged) + stage.of(SecurityFailed)) < 3:
        await stage.news()
    for uid in books:
        stage.field.remove(uid)
    removed = await stage.until(ItemRemoved, 3)
    assert sorted(event.uid for event in placed) == sorted(event.uid for event in removed) == sorted(books)
    for event in placed:
        number = list(books).index(event.uid)
        assert event.content in {content_of(number), TagFault.UNREADABLE}
    assert sorted(answer.uid for answer in answers) == sorted(books)
    for answer in answers:
        if isinstance(answer, SecurityChanged):
            assert books[answer.uid].afi == AFI.on_loan
        elif answer.read_back is not None:
            assert answer.read_back is (books[answer.uid].afi == AFI.secured)
