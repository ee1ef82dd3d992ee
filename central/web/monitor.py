"""The monitor's source: gathers a standing when something happened, and tells those who watch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Final

from central.fleet.terminals import Fleet
from central.service import Clock
from central.storage.database import Database
from central.storage.reports import Figures, SitePlace, figures, site_places
from central.web.view import Standing

CALM_S: Final = 0.5
"""At most two pictures a second, however much happens."""

REFRESH_S: Final = 15.0
"""Silence also changes the picture: terminals become late and lost."""


class Monitor:
    """One for all who watch."""

    def __init__(self, database: Database, fleet: Fleet, clock: Clock, utc_offset: timedelta) -> None:
        self._database = database
        self._fleet = fleet
        self._clock = clock
        self._utc_offset = utc_offset
        self._changed = asyncio.Event()
        self._painted = asyncio.Condition()
        self._pictures = 0
        self._standing: Standing | None = None
        self._closed = False

    def changed(self) -> None:
        """Something happened."""
        self._changed.set()

    async def run(self) -> None:
        """Gather a new standing after every change, until cancelled."""
        while True:
            await self.gather()
            await asyncio.sleep(CALM_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(REFRESH_S):
                    await self._changed.wait()
            self._changed.clear()

    async def gather(self) -> Standing:
        """The standing of this moment."""
        sites, counts = await asyncio.to_thread(self._read)
        now_s = self._clock.monotonic_s()
        assessed = self._fleet.assessed(now_s)
        standing = Standing(
            now_ms=self._clock.wall_ms(),
            sites=sites,
            site_of={terminal: one.site for terminal, one in self._fleet.terminals.items()},
            assessed=assessed,
            faults={terminal: self._fleet.faults(terminal) for terminal in assessed},
            notices=tuple(self._fleet.notices),
            counts=counts,
        )
        async with self._painted:
            self._standing = standing
            self._pictures += 1
            self._painted.notify_all()
        return standing

    async def present(self) -> Standing:
        """The latest standing."""
        return self._standing or await self.gather()

    async def watch(self) -> AsyncIterator[Standing]:
        """The present standing, then every later one, until closed."""
        seen = 0
        while True:
            async with self._painted:
                while not self._closed and (self._standing is None or self._pictures == seen):
                    await self._painted.wait()
                seen, standing = self._pictures, self._standing
            if self._closed or standing is None:
                return
            yield standing

    async def close(self) -> None:
        """End all watching."""
        async with self._painted:
            self._closed = True
            self._painted.notify_all()

    def _read(self) -> tuple[list[SitePlace], Figures]:
        local = datetime.fromtimestamp(self._clock.wall_ms() / 1000, timezone(self._utc_offset))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        with self._database.reading() as connection:
            return site_places(connection), figures(connection, int(midnight.timestamp() * 1000))
