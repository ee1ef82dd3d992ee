"""The FEIG driver over links that delay, split, lose, repeat and garble: it may be slow, it may fail, it never lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from drivers.events import ItemPlaced, ItemRemoved, SecurityChanged, SecurityFailed
from drivers.simulators.feig import Reply
from firmware_msgs.tags.content import TagFault
from tests.integration.feig_stage import AFI, QUICK, Manipulator, Stage, book, content_of, pass_on, running, uid_of

pytestmark = pytest.mark.usefixtures("no_leaks")

LATE_S = 1.5 * QUICK.timeouts.answer_s
_chance = Random(20)  # noqa: S311 - repeatable, nothing secret


def byte_at_a_time(reply: Reply) -> Iterator[Reply]:
    yield Reply(reply.data[:1], reply.delay_s)
    for byte in reply.data[1:]:
        yield Reply(bytes((byte,)), 0.0002)


def delayed(reply: Reply) -> Iterator[Reply]:
    yield Reply(reply.data, QUICK.timeouts.answer_s / 5)


def noisy(reply: Reply) -> Iterator[Reply]:
    yield Reply(_chance.randbytes(20) + reply.data + _chance.randbytes(20), reply.delay_s)


def tampered(reply: Reply) -> Iterator[Reply]:
    at = _chance.randrange(len(reply.data))
    changed = reply.data[:at] + bytes((reply.data[at] ^ 1 << _chance.randrange(8),)) + reply.data[at + 1 :]
    yield Reply(changed if _chance.random() < 0.25 else reply.data, reply.delay_s)


def late(reply: Reply) -> Iterator[Reply]:
    yield Reply(reply.data, LATE_S if _chance.random() < 0.25 else 0)


@pytest.mark.parametrize("manipulate", [pass_on, byte_at_a_time, delayed, noisy])
async def test_a_slow_or_noisy_link_loses_nothing(tmp_path: Path, manipulate: Manipulator) -> None:
    async with running(tmp_path / "pad", manipulate) as stage:
        await borrow_and_take_three(stage)
        assert all(not isinstance(event.content, TagFault) for event in stage.of(ItemPlaced))
        assert len(stage.of(SecurityChanged)) == 3


@pytest.mark.parametrize("manipulate", [tampered, late])
async def test_a_broken_link_never_makes_it_lie(tmp_path: Path, manipulate: Manipulator) -> None:
    async with running(tmp_path / "pad", manipulate) as stage:
        await borrow_and_take_three(stage)


async def test_one_frame_in_five_lost_each_way_never_makes_it_lie(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        stage.firmware.faults.lose(0.2)
        await borrow_and_take_three(stage)


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
