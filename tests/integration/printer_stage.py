"""A stage for the printer driver: a simulated printer, a link that may be hostile, a pty, and what was reported."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeVar

from drivers.events import DeviceEvent, DeviceUp
from drivers.printer.driver import Attachment, Pace, ReceiptPrinter
from drivers.printer.talk import Patience
from drivers.printer.ways import Paper, TextAs
from drivers.serial_port import SerialLine
from drivers.simulators.firmware import Reply
from drivers.simulators.printer import Mark, PaperCode, PaperRow, PrinterFirmware
from drivers.supervisor import Backoff
from firmware_msgs.receipt import Alignment, Columns, Document, Line, QrCode, Rule
from tests.integration.hostile import CLEAN, HostileLink, Manner

PATIENCE_S = 20.0  # a hung test ends here; nothing is measured by it
ANSWER_S = 0.05
QUICK = Pace(
    patience=Patience(answer_s=ANSWER_S, quiet_s=2 * ANSWER_S, print_s=1.0),
    look_s=0.03,
    keep_s=30.0,
    backoff=Backoff(first_s=0.01, cap_s=0.05),
)
LINE = SerialLine(19200)
RECEIPT = Document(
    (
        Line("书房借阅凭条", Alignment.CENTER, bold=True, large=True),
        Rule(),
        Columns("红楼梦", "2026-12-22"),
        QrCode("https://library.example/r/1"),
        Line("谢谢 Thank you"),
    )
)
PAPER: tuple[Mark, ...] = (
    PaperRow("书房借阅凭条", bold=True, large=True, centered=True),
    PaperRow("-" * 48),
    PaperRow("红楼梦" + " " * 32 + "2026-12-22"),
    PaperCode("https://library.example/r/1"),
    PaperRow("谢谢 Thank you"),
)
"""What `RECEIPT` is on paper of 48 columns."""

_Event = TypeVar("_Event", bound=DeviceEvent)


class Stage:
    def __init__(self, port: str, firmware: PrinterFirmware, pace: Pace = QUICK, *, answers: bool = True) -> None:
        self.firmware = firmware
        self.events: list[DeviceEvent] = []
        self.printer = ReceiptPrinter(
            "printer", Attachment(port, LINE, Paper(text_as=TextAs.GBK), answers), self._report, pace=pace
        )
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self.printer.run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def of(self, kind: type[_Event]) -> list[_Event]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, kind: type[_Event], count: int = 1) -> list[_Event]:
        """All events of this kind, once there are so many."""
        while len(self.of(kind)) < count:
            self._news.clear()
            async with asyncio.timeout(PATIENCE_S):
                await self._news.wait()
        return self.of(kind)

    def _report(self, event: DeviceEvent) -> None:
        self.events.append(event)
        self._news.set()


class PtyStage(Stage):
    def __init__(self, port: Path, firmware: PrinterFirmware, manner: Manner, pace: Pace) -> None:
        super().__init__(str(port), firmware, pace)
        self.link = HostileLink(firmware, manner)
        self.cable = self.link.on(port)

    def say(self, replies: Iterable[Reply]) -> None:
        """What the printer answers because somebody did something to it."""
        for reply in replies:
            self.cable.say(reply)


@asynccontextmanager
async def running(
    port: Path, firmware: PrinterFirmware, manner: Manner = CLEAN, pace: Pace = QUICK
) -> AsyncIterator[PtyStage]:
    stage = PtyStage(port, firmware, manner, pace)
    stage.cable.plug()
    stage.start()
    try:
        await stage.until(DeviceUp)
        yield stage
    finally:
        await stage.stop()
        stage.cable.unplug()
