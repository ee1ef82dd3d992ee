"""A stage for the FEIG driver: simulated firmware, a link that may be hostile, a real pty, and what was reported."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import TypeVar

from drivers.events import DeviceEvent
from drivers.feig.dialect import Setup, Timeouts
from drivers.feig.reader import FeigReader
from drivers.pad.presence import Debounce
from drivers.pad.reader import Pace
from drivers.simulators.feig.firmware import Build, FeigFirmware
from drivers.simulators.tcp_cable import TcpCable
from drivers.simulators.virtual_tag import Field, VirtualTag, library_tag
from drivers.supervisor import Backoff
from firmware_msgs.config import AfiPair
from firmware_msgs.tags.content import TagContent, Usage
from tests.integration.hostile import CLEAN, HostileLink, Manner

AFI = AfiPair()
PATIENCE_S = 20.0  # a hung test ends here; nothing is measured by it
QUICK_TIMEOUTS = Timeouts(answer_s=0.1, inventory_s=0.1)
QUICK_SETUP = Setup(timeouts=QUICK_TIMEOUTS)
QUICK = Pace(
    debounce=Debounce(removal_s=0.05),
    backoff=Backoff(first_s=0.01, cap_s=0.05),
    idle_pause_s=0.005,
)

_Event = TypeVar("_Event", bound=DeviceEvent)


def book(number: int, *, secured: bool = True) -> VirtualTag:
    return library_tag(uid_of(number), content_of(number), AFI.secured if secured else AFI.on_loan)


def uid_of(number: int) -> str:
    return f"E0040100{number:08X}"


def content_of(number: int) -> TagContent:
    return TagContent("iso28560-3", f"TSG{number:011}", "CN530428", 1, 1, Usage.CIRCULATING)


class Stage:
    def __init__(self, port: Path, manner: Manner, setup: Setup, build: Build) -> None:
        self.field = Field()
        self.firmware = FeigFirmware(self.field, pace=0, build=build)
        self.link = HostileLink(self.firmware, manner)
        self.pad = self.link.on(port)
        self.events: list[DeviceEvent] = []
        self.skipped_s = 0.0
        self._setup = setup
        self.reader = self.reader_on(str(port))
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def reader_on(self, port: str) -> FeigReader:
        """A driver that reports here."""
        return FeigReader("pad", port, AFI, self._report, setup=self._setup, pace=QUICK, clock=self._clock)

    def _report(self, event: DeviceEvent) -> None:
        self.events.append(event)
        self._news.set()

    def _clock(self) -> float:
        return monotonic() + self.skipped_s

    def of(self, kind: type[_Event]) -> list[_Event]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, kind: type[_Event], count: int = 1) -> list[_Event]:
        """All events of this kind, once there are so many."""
        while len(self.of(kind)) < count:
            await self.news()
        return self.of(kind)

    async def news(self) -> None:
        """Return at the next event."""
        self._news.clear()
        async with asyncio.timeout(PATIENCE_S):
            await self._news.wait()

    async def several_looks(self) -> None:
        """Return after looks enough to have repeated or removed something wrongly."""
        for _ in range(10):
            self.link.heard.clear()
            async with asyncio.timeout(PATIENCE_S):
                await self.link.heard.wait()

    def start(self) -> None:
        self._task = asyncio.create_task(self.reader.run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self.pad.unplug()


@asynccontextmanager
async def running(
    port: Path, manner: Manner = CLEAN, setup: Setup = QUICK_SETUP, build: Build | None = None
) -> AsyncIterator[Stage]:
    stage = Stage(port, manner, setup, Build() if build is None else build)
    stage.pad.plug()
    stage.start()
    try:
        yield stage
    finally:
        await stage.stop()


@asynccontextmanager
async def running_on_the_network(port: Path, manner: Manner = CLEAN) -> AsyncIterator[tuple[Stage, TcpCable]]:
    """The same reader on TCP; the pty at `port` stays unplugged."""
    stage = Stage(port, manner, QUICK_SETUP, Build())
    cable = TcpCable(stage.link)
    await cable.plug()
    stage.reader = stage.reader_on(cable.port)
    stage.start()
    try:
        yield stage, cable
    finally:
        await stage.stop()
        await cable.unplug()
