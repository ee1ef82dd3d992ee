"""A scanner that is told when to look for codes: on when somebody approaches, off at idle."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from drivers.links import Link, open_link
from drivers.ports import Report
from drivers.scanners.conversation import Conversation, Converse
from drivers.scanners.habits import Teller
from drivers.serial_port import SerialLine
from drivers.supervisor import USUAL_BACKOFF, Backoff, Supervisor
from firmware_msgs.barcodes import ScannerLine


class CommandedScanner:
    """Any family; `converse` knows how it is spoken to. It scans until told otherwise, also where nobody ever does."""

    def __init__(
        self,
        name: str,
        port: str,
        line: SerialLine,
        converse: Converse,
        report: Report,
        *,
        backoff: Backoff = USUAL_BACKOFF,
    ) -> None:
        self.name = name
        self._port = port
        self._line = line
        self._converse = converse
        self._report = report
        self._backoff = backoff
        self._is_wanted = True
        self._teller: Teller | None = None
        self._is_scanning: bool | None = None
        self._renew_at_s: float | None = None
        self._wait: asyncio.Timeout | None = None

    async def run(self) -> None:
        """Serve the scanner until cancelled."""
        await Supervisor(self.name, self._session, self._report, backoff=self._backoff).run()

    def set_scanning(self, *, wanted: bool) -> None:
        """See `Trigger`."""
        self._is_wanted = wanted
        if self._wait is not None and not self._wait.expired():
            self._wait.reschedule(_now_s())

    async def _session(self, up: Callable[[], None]) -> None:
        async with open_link(self._port, self._line) as link:
            conversation = self._converse(link, self._heard)
            self._teller = self._is_scanning = None
            await conversation.begin()
            self._teller = Teller(self._report, self.name)
            await self._obey(conversation)
            up()
            while True:
                await self._listen(link, conversation)
                await self._obey(conversation)

    async def _obey(self, conversation: Conversation) -> None:
        while self._is_due():  # the wish may change meanwhile
            self._is_scanning = self._is_wanted
            renew_s = conversation.renew_s if self._is_scanning else None
            self._renew_at_s = None if renew_s is None else _now_s() + renew_s
            await conversation.set_scanning(wanted=self._is_scanning)

    def _is_due(self) -> bool:
        is_over = self._renew_at_s is not None and _now_s() >= self._renew_at_s
        return is_over or self._is_scanning is not self._is_wanted

    async def _listen(self, link: Link, conversation: Conversation) -> None:
        renew_in_s = None if self._renew_at_s is None else self._renew_at_s - _now_s()
        data = await self._read(link, _shorter(conversation.gap_s, renew_in_s))
        if data:
            await conversation.hear(data)
        elif conversation.gap_s is not None and not self._is_due():
            await conversation.fall_silent()

    async def _read(self, link: Link, timeout_s: float | None) -> bytes:
        """The next bytes; none when it took too long, or when the wish has changed."""
        try:
            async with asyncio.timeout(timeout_s) as self._wait:
                return await link.read()
        except TimeoutError:
            return b""
        finally:
            self._wait = None

    def _heard(self, line: ScannerLine) -> None:
        """Forgets what was scanned before the scanner was served: whoever held it there may have left."""
        if self._teller is None:
            return
        if self._renew_at_s is not None:
            self._renew_at_s = _now_s()  # it stopped looking when it had read this
        self._teller.tell(line)


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _shorter(*times_s: float | None) -> float | None:
    return min((time_s for time_s in times_s if time_s is not None), default=None)
