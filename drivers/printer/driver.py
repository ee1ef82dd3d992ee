"""A receipt printer that speaks ESC/POS."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from drivers.errors import DeviceFault
from drivers.events import PaperLoaded, PaperLow, PaperOut, Printed, PrintFailed
from drivers.own_thread import OwnThread
from drivers.ports import Report
from drivers.printer.ports import IMPORT_S, open_port
from drivers.printer.talk import AnsweredTalk, BlindTalk, Patience, Talk
from drivers.printer.ways import Paper as PaperFormat
from drivers.printer.ways import UsbPort
from drivers.serial_port import SerialLine
from drivers.supervisor import USUAL_BACKOFF, Backoff, Supervisor
from firmware_msgs.escpos.status import Paper
from firmware_msgs.receipt import Document

if TYPE_CHECKING:
    from drivers.printer.library import Typesetter

LOOK_S = 2.0  # between looks at an idle printer: staff who load paper should see the notice go
KEEP_S = 180.0  # a receipt nobody could print by then has no one waiting for it
RENDER_S = 20.0  # a receipt as images takes 0.2 s
ATTEMPTS = 3  # of a job in the middle of which the printer failed; more would only waste paper

_NO_PAPER = "The printer has no paper. Load a new roll."
_STOPPED = "The terminal stopped before it was printed."
_TOO_LATE = "The printer was not ready in time."


@dataclass(frozen=True, slots=True)
class Pace:
    """All the driver's times, for tests that cannot wait for them."""

    patience: Patience = field(default_factory=Patience)
    look_s: float = LOOK_S
    keep_s: float = KEEP_S
    backoff: Backoff = USUAL_BACKOFF


@dataclass(slots=True)
class _Job:
    name: str
    document: Document
    until_s: float
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Attachment:
    """How a printer hangs on the terminal, and what its paper is like. `answers`: it tells its status when asked."""

    port: str | UsbPort
    line: SerialLine
    paper: PaperFormat = PaperFormat()
    answers: bool = True


class ReceiptPrinter:
    """A `Printer`. A job that the end of the paper cut short is printed again from its start on the new roll; one that
    could not be printed within `keep_s` has failed.
    """

    def __init__(
        self,
        name: str,
        attachment: Attachment,
        report: Report,
        *,
        pace: Pace = Pace(),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self._attachment = attachment
        self._report = report
        self._pace = pace
        self._clock = clock
        self._jobs: deque[_Job] = deque()
        self._called = asyncio.Event()
        self._printing: _Job | None = None
        self._paper = Paper.ENOUGH
        self._trouble = _TOO_LATE

    async def run(self) -> None:
        """Serve the printer until cancelled."""
        supervisor = Supervisor(self.name, self._serve, self._report, backoff=self._pace.backoff)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(supervisor.run())
                group.create_task(self._give_up_old_jobs())
        finally:
            while self._jobs:
                self._end(self._jobs[0], _STOPPED)

    def print(self, job: str, document: Document) -> None:
        """See `Printer`."""
        self._jobs.append(_Job(job, document, self._clock() + self._pace.keep_s))
        self._called.set()

    async def _serve(self, up: Callable[[], None]) -> None:
        try:
            with OwnThread(self.name) as thread:
                typesetter = await thread.call(IMPORT_S, _typesetter, self._attachment.paper)
                async with open_port(self._attachment.port, self._attachment.line, thread) as link:
                    answers = self._attachment.answers
                    talk = AnsweredTalk(link, self._pace.patience) if answers else BlindTalk(link)
                    await talk.begin()
                    self._tell_paper(await talk.look())
                    up()
                    self._trouble = _TOO_LATE
                    await _Session(self, talk, typesetter, thread).work()
        except DeviceFault as fault:
            self._trouble = str(fault)
            raise
