"""A scanner on a serial line (or USB CDC) that takes no orders and ends each code with CR, LF, CRLF, Tab or a gap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from drivers.links import Link, open_link
from drivers.ports import Report
from drivers.scanners.habits import USUAL_HABITS, Habits, Teller
from drivers.serial_port import SerialLine
from drivers.supervisor import USUAL_BACKOFF, Backoff, Supervisor
from firmware_msgs.barcodes import CodeSplitter, ScannerLine

_log = structlog.get_logger(__name__)


class SerialScanner:
    """Reports `BarcodeScanned` for text as the site's rules want it and `ScanFailed` for anything else that ends like a
    code. A scanner does not answer: open means up.
    """

    def __init__(
        self,
        name: str,
        port: str,
        line: SerialLine,
        report: Report,
        *,
        habits: Habits = USUAL_HABITS,
        backoff: Backoff = USUAL_BACKOFF,
    ) -> None:
        self.name = name
        self._port = port
        self._line = line
        self._report = report
        self._habits = habits
        self._backoff = backoff

    async def run(self) -> None:
        """Serve the scanner until cancelled."""
        await Supervisor(self.name, self._session, self._report, backoff=self._backoff).run()

    async def _session(self, up: Callable[[], None]) -> None:
        splitter = CodeSplitter(self._habits.length_max, self._habits.rules.read_line)
        teller = Teller(self._report, self.name)
        async with open_link(self._port, self._line) as link:
            up()
            while True:
                for line in await self._next(link, splitter):
                    teller.tell(line)

    async def _next(self, link: Link, splitter: CodeSplitter) -> list[ScannerLine]:
        """The codes that the next bytes, or a quiet gap, complete."""
        try:
            async with asyncio.timeout(self._habits.quiet_gap_s if splitter.is_partial else None):
                return splitter.feed(await link.read())
        except TimeoutError:
            if self._habits.ends_by_gap:
                return splitter.finish()
        splitter.drop_partial()
        _log.warning("half_code_dropped", device=self.name, hint="does the scanner end its codes with CR?")
        return []
