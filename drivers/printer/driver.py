"""A receipt printer that speaks ESC/POS."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeAlias

from drivers.errors import DeviceFault
from drivers.events import DeviceEvent, PaperLoaded, PaperLow, PaperOut, Printed, PrintFailed
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

_Render: TypeAlias = Callable[[Document], Awaitable[bytes]]

LOOK_S = 2.0  # between looks at an idle printer: staff who load paper should see the notice go
KEEP_S = 180.0  # a receipt nobody could print by then has no one waiting for it
RENDER_S = 20.0  # a receipt as images takes 0.2 s
ATTEMPTS = 3  # of a job in the middle of which the printer failed; more would only waste paper

_NO_PAPER = "The printer has no paper. Load a new roll."
_STOPPED = "The terminal stopped before it was printed."
_TOO_LATE = "The printer was not ready in time."
_PAPER_EVENTS: Final[Mapping[Paper, Callable[[str], DeviceEvent]]] = {
    Paper.ENOUGH: PaperLoaded,
    Paper.LOW: PaperLow,
    Paper.OUT: PaperOut,
}


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
    faults: int = 0


@dataclass(frozen=True, slots=True)
class Attachment:
    """How a printer hangs on the terminal, and what its paper is like. `answers`: it tells its status when asked."""

    port: str | UsbPort
    line: SerialLine
    paper: PaperFormat
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
                    talk = AnsweredTalk(link, self._pace.patience) if self._attachment.answers else BlindTalk(link)
                    await talk.begin()
                    self._tell(await talk.look())
                    up()
                    await self._work(talk, lambda document: thread.call(RENDER_S, typesetter.render, document))
        except DeviceFault as fault:
            self._trouble = str(fault)
            raise

    async def _work(self, talk: Talk, render: _Render) -> None:
        while True:
            self._called.clear()
            self._tell(await talk.look())
            if self._jobs and self._paper is not Paper.OUT:
                await self._print(self._jobs[0], talk, render)
            else:
                await self._pause()

    async def _print(self, job: _Job, talk: Talk, render: _Render) -> None:
        self._printing = job
        try:
            is_printed = await talk.print(await render(job.document))
        except ValueError as error:
            self._end(job, f"It cannot be printed: {error}.")
            return
        except DeviceFault as fault:
            job.faults += 1
            if job.faults == ATTEMPTS:
                self._end(job, str(fault))
            raise
        finally:
            self._printing = None
        if is_printed:
            self._end(job)
        else:
            await talk.begin()
            self._tell(Paper.OUT)

    def _end(self, job: _Job, reason: str | None = None) -> None:
        self._jobs.remove(job)
        self._report(Printed(self.name, job.name) if reason is None else PrintFailed(self.name, job.name, reason))

    def _tell(self, paper: Paper) -> None:
        self._trouble = _NO_PAPER if paper is Paper.OUT else _TOO_LATE
        if paper is not self._paper:
            self._paper = paper
            self._report(_PAPER_EVENTS[paper](self.name))

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.look_s):
                await self._called.wait()

    async def _give_up_old_jobs(self) -> None:
        while True:
            await asyncio.sleep(self._pace.look_s)
            late = [job for job in self._jobs if job.until_s <= self._clock() and job is not self._printing]
            for job in late:
                self._end(job, self._trouble)


def _typesetter(paper: PaperFormat) -> Typesetter:
    from drivers.printer.library import Typesetter  # noqa: PLC0415 - takes 0.35 s, which only its thread has

    return Typesetter(paper)
