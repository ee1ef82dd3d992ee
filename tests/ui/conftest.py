from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec
import pytest
from textual.pilot import Pilot

from kiosk.screens.app import ScreenApp
from kiosk.session.views import FromScreen, Hello, Shown, ToScreen, View
from tests.ui.given import SITE

NOON = datetime(2026, 11, 22, 12, 0)  # noqa: DTZ001 - the screen shows local time


@dataclass
class Session:
    """The session's end of a real socket."""

    path: Path
    heard: list[FromScreen] = field(default_factory=list)
    last: View | None = None
    _screens: set[asyncio.StreamWriter] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self.path)

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for screen in tuple(self._screens):
            screen.close()
        await self._server.wait_closed()
        self.path.unlink(missing_ok=True)

    def show(self, view: View) -> None:
        self.last = view
        for screen in self._screens:
            screen.write(_line(Shown(view=view)))

    def write(self, raw: bytes) -> None:
        for screen in self._screens:
            screen.write(raw)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._screens.add(writer)
        writer.write(_line(Hello(site=SITE)))
        if self.last is not None:
            writer.write(_line(Shown(view=self.last)))
        while message := await reader.readline():
            self.heard.append(msgspec.json.decode(message, type=FromScreen))
        self._screens.discard(writer)
        writer.close()


def _line(message: ToScreen) -> bytes:
    return msgspec.json.encode(message) + b"\n"


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[Session]:
    session = Session(tmp_path / "s")
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
