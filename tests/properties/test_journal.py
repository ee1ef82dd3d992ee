"""Any story of appends, receipts, restarts and restored disks leaves a whole chain with everything in it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.journal.store import Journal, Settling
from kiosk.session.effects import Entry
from tests.terminal_stage import (
    Stage,
    asked,
    assert_whole,
    at,
    confirmed,
    events_of,
    new_id,
    opened,
    receipt_at,
    receipt_of,
    return_opened,
    returned,
)

STAGE: Final = Stage()
STEPS: Final = ["ask", "open", "confirm", "return", "returned", "together", "receipt", "restart", "renew", "scrub"]
stories = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.integers(-5_000, 5_000)), max_size=12)


class Teller:
    """Tells a story to a journal, and keeps its own account of what must be in it."""

    def __init__(self, journal: Journal, folder: Path) -> None:
        self.journal = journal
        self.folder = folder
        self.subjects = [new_id() for _ in range(6)]
        self.begun: dict[str, list[Entry]] = {}
        self.ended: set[str] = set()
        self.written = 0

    async def tell(self, step: str, number: int, ms: int) -> None:
        subject = self.subjects[number]
        match step:
            case "ask":
                await self.write([asked(subject)], ms)
            case "open":
                await self.write([opened(subject)], ms)
            case "confirm":
                await self.write([confirmed(subject)], ms)
            case "return":
                await self.write([return_opened(subject)], ms)
            case "returned":
                await self.write([returned(subject)], ms)
            case "together":
                entries = [[opened(subject)], [asked(subject), opened(subject)], [opened(subject)]]
                await asyncio.gather(*(self.write(some, ms) for some in entries))
            case "receipt":
                await self.settle(number)
            case "renew":
                await self.renew(ms)
            case "scrub":
                await self.journal.scrub()
            case _:
                await self.journal.close()
                self.journal = await STAGE.open(self.folder, at(ms))

    async def write(self, entries: Sequence[Entry], ms: int) -> None:
        for entry in entries:
            kind, subject = name_of(entry.body)
            self.begun.setdefault(subject, []).append(entry)
            if kind in {"LoanConfirmed", "ItemReturned"}:
                self.ended.add(subject)
                self.subjects[self.subjects.index(subject)] = new_id()  # an ended one is never taken up again
        self.written += len(entries)
        await self.journal.append(entries, at(ms))

    async def settle(self, number: int) -> None:
        mark = self.journal.high_water + self.journal.depth * number // 5
        outcome = await self.journal.settle(await receipt_at(self.journal, mark))
        assert outcome in {Settling.SETTLED, Settling.UNCHANGED}
        assert self.journal.high_water == mark

    async def renew(self, ms: int) -> None:
        before, stream = await events_of(self.journal, self.journal.high_water), self.journal.stream
        assert await self.journal.settle(receipt_of(self.journal, 10**6, "f" * 64)) is Settling.FOREIGN
        await self.journal.renew(at(ms))
        after = await events_of(self.journal)
        assert self.journal.stream != stream
        assert [event.id for event in after[1:]] == [event.id for event in before]

    async def check(self) -> None:
        events = await events_of(self.journal)
        assert_whole(events, self.journal.head.hash)
        assert len(events) == self.journal.head.sequence
        assert len({event.id for event in events}) == len(events)
        unfinished = await self.journal.unfinished()
        expected = [entry.body for subject, some in self.begun.items() if subject not in self.ended for entry in some]
        assert sorted(map(name_of, unfinished)) == sorted(map(name_of, expected))


def name_of(body: object) -> tuple[str, str]:
    return type(body).__name__, getattr(body, "loan", "") or getattr(body, "giveback", "")


async def told(story: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        teller = Teller(await STAGE.open(Path(folder)), Path(folder))
        try:
            for step, number, ms in story:
                await teller.tell(step, number, ms)
            await teller.check()
            await teller.tell("restart", 0, 0)
            await teller.check()
            assert await written_in_all(teller) == teller.written
        finally:
            await teller.journal.close()


async def written_in_all(teller: Teller) -> int:
    """Every entry is in the present stream or, with a receipt, in one before it."""
    rows = await teller.journal._file.fetch("SELECT DISTINCT json_extract(event, '$.id') FROM record")  # noqa: SLF001
    others = await teller.journal._file.fetch(  # noqa: SLF001 - streams before the present one have no other reader
        "SELECT DISTINCT json_extract(event, '$.id') FROM record WHERE json_extract(event, '$.type') IN (?, ?)",
        ("shufang.stream_opened.v1", "shufang.content_key_wrapped.v1"),
    )
    return len(rows) - len(others)


@settings(max_examples=30, deadline=None)
@given(stories)
def test_any_story_leaves_a_whole_chain(story: list[tuple[str, int, int]]) -> None:
    asyncio.run(told(story))
