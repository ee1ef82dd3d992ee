"""The UHF drivers over links that delay, split, lose, repeat and garble: they may be slow, they may fail, but they
never lie and never write to a tag that was not meant.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.events import DeviceDown, ItemPlaced, ItemRemoved, SecurityChanged, SecurityFailed
from firmware_msgs.tags.content import TagFault
from tests.integration import hostile
from tests.integration.hostile import Manner
from tests.integration.uhf_stage import ANSWER_S, FAMILIES, Family, Stage, book, content_of, is_secured, running, uid_of

pytestmark = pytest.mark.usefixtures("no_leaks")


@pytest.mark.parametrize("manner", hostile.HARMLESS, ids=str)
@pytest.mark.parametrize("family", FAMILIES, ids=str)
async def test_a_slow_or_noisy_link_loses_nothing(tmp_path: Path, family: Family, manner: Manner) -> None:
    async with running(family, tmp_path / "pad", manner) as stage:
        await borrow_two_of_three_and_take_all(stage)
        assert all(not isinstance(event.content, TagFault) for event in stage.of(ItemPlaced))
        assert len(stage.of(SecurityChanged)) == 2


@pytest.mark.parametrize("manner", hostile.harmful(late_s=1.5 * ANSWER_S), ids=str)
@pytest.mark.parametrize("family", FAMILIES, ids=str)
async def test_a_broken_link_never_makes_it_lie(tmp_path: Path, family: Family, manner: Manner) -> None:
    async with running(family, tmp_path / "pad", manner) as stage:
        await borrow_two_of_three_and_take_all(stage)


async def borrow_two_of_three_and_take_all(stage: Stage) -> None:
    """Each book is placed once with its own content (or none), answered once and truly, removed once; the one that
    nobody asked about stays as it was. One of those asked changes its EPC with its security.
    """
    formats = ("iso28560-4", "gaoxiao", "gaoxiao")
    books = {uid_of(number): book(number, format_) for number, format_ in enumerate(formats)}
    for tag in books.values():
        stage.field.place(tag)
    placed = await stage.until(ItemPlaced, 3)
    *asked, left_alone = books
    for uid in asked:
        stage.reader.set_security(uid, secured=False)
    while len(answers := stage.of(SecurityChanged) + stage.of(SecurityFailed)) < 2:
        await stage.news()
    for uid in books:
        stage.field.remove(uid)
    removed = await stage.until(ItemRemoved, 3)
    assert sorted(event.uid for event in placed) == sorted(event.uid for event in removed) == sorted(books)
    for event in placed:
        number = list(books).index(event.uid)
        assert event.content in {content_of(number, formats[number]), TagFault.UNREADABLE}
    assert is_secured(books[left_alone])
    assert sorted(answer.uid for answer in answers) == sorted(asked)
    for answer in answers:
        if isinstance(answer, SecurityChanged):
            assert not is_secured(books[answer.uid])
        elif answer.read_back is not None:
            assert answer.read_back is is_secured(books[answer.uid])


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("family", FAMILIES, ids=str)
async def test_unplugged_in_the_middle_of_a_write(tmp_path: Path, family: Family, *, carried_out: bool) -> None:
    async with running(family, tmp_path / "pad") as stage:
        tag = book(1, "gaoxiao")
        stage.field.place(tag)
        await stage.until(ItemPlaced)
        stage.link.unplug_when(family.writes, carried_out=carried_out)
        stage.reader.set_security(tag.uid, secured=False)
        assert await stage.until(SecurityFailed) == [SecurityFailed("pad", tag.uid, wanted=False, read_back=None)]
        await stage.until(DeviceDown)
        assert is_secured(tag) is not carried_out
        stage.link.cable.plug()
        *_, again = await stage.until(ItemPlaced, 2)
        assert again == ItemPlaced("pad", tag.uid, content_of(1, "gaoxiao"), secured=not carried_out)
        assert not stage.of(SecurityChanged)
