"""The FEIG driver over links that delay, split, lose, repeat and garble: it may be slow, it may fail, it never lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.events import DeviceDown, DeviceUp, ItemPlaced, ItemRemoved, SecurityChanged, SecurityFailed
from firmware_msgs.feig.tag_requests import TagCommand
from firmware_msgs.tags.content import TagFault
from tests.integration import hostile
from tests.integration.feig_stage import AFI, QUICK_TIMEOUTS, Stage, book, content_of, running, uid_of
from tests.integration.hostile import Manner

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
        stage.link.unplug_when(lambda data: bytes((0xB0, TagCommand.WRITE_AFI)) in data, carried_out=carried_out)
        stage.reader.set_security(uid_of(1), secured=False)
        assert await stage.until(SecurityFailed) == [SecurityFailed("pad", uid_of(1), wanted=False, read_back=None)]
        await stage.until(DeviceDown)
        stage.pad.plug()
        await stage.until(DeviceUp, 2)
        placed = await stage.until(ItemPlaced, 2)
        assert [event.secured for event in placed] == [True, not carried_out]


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
