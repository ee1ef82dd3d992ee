"""The runner against a real journal that fails: nothing that depended on the record is done."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.events import CardPresented, ItemPlaced
from kiosk import clock, runner
from kiosk.errors import JournalError
from kiosk.journal.store import Journal
from kiosk.runner import Runner
from kiosk.session.effects import Ask
from kiosk.session.events import SessionEvent
from kiosk.session.state import Idle, Terminal
from kiosk.session.views import OutOfServiceView, Trouble, View
from tests import terminal_stage
from tests.unit.session.terminal import ROSTER, RULES, content

WITHIN_S = 15.0


class Stage:
    """A pad and a screen that only note what they are told."""

    def __init__(self, journal: Journal) -> None:
        self.views: asyncio.Queue[View] = asyncio.Queue()
        self.writes: list[tuple[str, bool]] = []
        self.runner = Runner(
            state=replace(Terminal(roster=ROSTER, site="S"), phase=Idle(), up=frozenset({"pad", "card"})),
            rules=RULES,
            clock=clock.now,
            records=journal,
            library=self,
            pads={"pad": self},
            show=self.views.put_nowait,
        )

    def set_security(self, uid: str, *, secured: bool) -> None:
        self.writes.append((uid, secured))

    def ask(self, effect: Ask) -> None:
        raise AssertionError(f"nobody is there to be asked {effect}")

    def wake(self) -> None:
        pass

    def feed(self, *events: SessionEvent) -> None:
        for event in events:
            self.runner.report(event)

    async def until(self, kind: type[View]) -> View:
        async with asyncio.timeout(WITHIN_S):
            while True:
                view = await self.views.get()
                if isinstance(view, kind):
                    return view


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    journal = await terminal_stage.Stage().open(tmp_path, clock.now())
    yield journal
    await journal.close()


async def test_a_record_that_cannot_be_made_durable_releases_nothing(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "RESTART_AFTER_S", 0.0)
    stage = Stage(journal)
    before = journal.head
    with closing(sqlite3.connect(tmp_path / "journal", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        task = asyncio.create_task(stage.runner.run())
        stage.feed(CardPresented("card", "04AA"), ItemPlaced("pad", "E001", content("10001"), secured=True))
        view = await stage.until(OutOfServiceView)
        assert view == OutOfServiceView(trouble=Trouble.JOURNAL)
        with pytest.raises(JournalError):
            await task
    assert stage.writes == []
    assert journal.head == before
    assert await journal.unfinished() == ()


async def test_what_is_durable_is_released(journal: Journal) -> None:
    stage = Stage(journal)
    task = asyncio.create_task(stage.runner.run())
    stage.feed(CardPresented("card", "04AA"), ItemPlaced("pad", "E001", content("10001"), secured=True))
    async with asyncio.timeout(WITHIN_S):
        while not stage.writes:
            await stage.views.get()
    assert stage.writes == [("E001", False)]
    assert [type(body).__name__ for body in await journal.unfinished()] == ["LoanAsked", "LoanOpened"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
