"""A stage for the 3M driver: simulated firmware, a link that may be hostile, a real pty, and what was reported."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

from drivers.events import DeviceEvent
from drivers.m3.dialect import Timeouts
from drivers.m3.reader import M3Reader
from drivers.pad.presence import Debounce
from drivers.pad.reader import Pace
from drivers.simulators.m3 import M3Firmware
from drivers.simulators.virtual_tag import Field, VirtualTag, library_tag
from drivers.supervisor import Backoff
from firmware_msgs.config import AfiPair
from firmware_msgs.tags.content import TagContent, Usage
from tests.integration import hostile
from tests.integration.hostile import CLEAN, HostileLink, Manner

AFI = AfiPair(secured=0xD7, on_loan=0xDA)
PATIENCE_S = 20.0  # a hung test ends here; nothing is measured by it
QUICK_TIMEOUTS = Timeouts(answer_s=0.1, inventory_s=0.1)
QUICK = Pace(debounce=Debounce(removal_s=0.05), backoff=Backoff(first_s=0.01, cap_s=0.05), idle_pause_s=0.005)

_Event = TypeVar("_Event", bound=DeviceEvent)


def uid_of(number: int) -> str:
    return f"E0040100{number:08X}"


def content_of(number: int, item_id: str = "") -> TagContent:
    return TagContent("iso28560-3", item_id or f"TSG{number:011}", "CN530428", 1, 1, Usage.CIRCULATING)


def book(number: int, *, block_count: int = 28, item_id: str = "") -> VirtualTag:
    return library_tag(uid_of(number), content_of(number, item_id), AFI.secured, block_count)


class Stage:
    def __init__(self, port: Path, link: HostileLink, field: Field) -> None:
        self.field = field
        self.link = link
        self.events: list[DeviceEvent] = []
        self.reader = M3Reader("pad", str(port), AFI, self._report, timeouts=QUICK_TIMEOUTS, pace=QUICK)
        self._news = asyncio.Event()

    def _report(self, event: DeviceEvent) -> None:
        self.events.append(event)
        self._news.set()

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


@asynccontextmanager
async def running(port: Path, manner: Manner = CLEAN, *, tells_dsfid: bool = True) -> AsyncIterator[Stage]:
    field = Field()
    async with hostile.plugged(port, M3Firmware(field, tells_dsfid=tells_dsfid, pace=0), manner) as link:
        stage = Stage(port, link, field)
        task = asyncio.create_task(stage.reader.run())
        try:
            yield stage
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
