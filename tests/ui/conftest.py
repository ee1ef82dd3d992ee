from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import pytest
from textual.pilot import Pilot

from kiosk.screens.app import ScreenApp
from kiosk.session.views import FromScreen, View
from tests.ui.given import SITE
from tests.ui.session import Session

NOON = datetime(2026, 11, 22, 12, 0)  # noqa: DTZ001 - the screen shows local time


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    with TemporaryDirectory() as folder:  # not tmp_path: a socket's path has 107 bytes at most
        session = Session(Path(folder) / "s")
        await session.open()
        yield session
        await session.close()


@dataclass
class Clock:
    """Both clocks of a screen."""

    now: datetime = NOON
    monotonic_s: float = 1000.0


@dataclass
class Kiosk:
    """A screen under test, connected to its session."""

    app: ScreenApp
    pilot: Pilot[None]
    session: Session
    clock: Clock

    async def show(self, view: View) -> None:
        """Show `view` and let it settle, so that presses count."""
        self.session.show(view)
        await self.until(lambda: self.app.state.view == view)
        self.clock.monotonic_s += 10

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def until(self, met: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not met():  # noqa: ASYNC110 - what is awaited is a state, not an event
                await asyncio.sleep(0.01)
        await self.pilot.pause()

    async def heard(self, *messages: FromScreen) -> None:
        """Wait until the session has heard exactly this."""
        async with asyncio.timeout(10):
            while len(self.session.heard) < len(messages):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert self.session.heard == list(messages)

    @property
    def text(self) -> str:
        """What the screen shows, as lines."""
        strips = self.app.screen._compositor.render_strips()  # noqa: SLF001 - Textual has no public way
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


class RunKiosk(Protocol):
    """Runs a screen of a size."""

    def __call__(self, size: tuple[int, int] = ..., now: datetime = ...) -> AbstractAsyncContextManager[Kiosk]: ...


@pytest.fixture
def run_kiosk(session: Session) -> RunKiosk:
    @asynccontextmanager
    async def running(size: tuple[int, int] = (100, 30), now: datetime = NOON) -> AsyncIterator[Kiosk]:
        clock = Clock(now)
        app = ScreenApp(session.path, now=lambda: clock.now, monotonic=lambda: clock.monotonic_s)
        async with app.run_test(size=size) as pilot:
            kiosk = Kiosk(app, pilot, session, clock)
            await kiosk.until(lambda: app.state.site == SITE)
            yield kiosk

    return running
