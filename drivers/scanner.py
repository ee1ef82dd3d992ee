"""A barcode scanner on a serial line (or USB CDC) that ends each code with CR, LF, CRLF or Tab."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import assert_never

import structlog

from drivers.events import BarcodeScanned, ScanFailed, ScanFault
from drivers.ports import Report
from drivers.serial_port import SerialLine, SerialPort
from drivers.supervisor import USUAL_BACKOFF, Backoff, Supervisor
from firmware_msgs.barcodes import LENGTH_MAX, CodeSplitter, DamagedCode, ScannedCode, ScannerLine

QUIET_GAP_S = 0.5  # even at 1,200 baud a code's characters follow each other within 10 ms; a person needs longer

_log = structlog.get_logger(__name__)


class SerialScanner:
    """Reports `BarcodeScanned` for printable text and `ScanFailed` for anything else that ends like a code.

    Half a code followed by a quiet gap is noise and is dropped. A scanner does not answer: open means up.
    """

    def __init__(
        self,
        name: str,
        port: str,
        line: SerialLine,
        report: Report,
        *,
        quiet_gap_s: float = QUIET_GAP_S,
        length_max: int = LENGTH_MAX,
        backoff: Backoff = USUAL_BACKOFF,
    ) -> None:
        self.name = name
        self._port = port
        self._line = line
        self._report = report
        self._backoff = backoff
        self._quiet_gap_s = quiet_gap_s
        self._length_max = length_max

    async def run(self) -> None:
        """Serve the scanner until cancelled."""
        await Supervisor(self.name, self._session, self._report, backoff=self._backoff).run()

    async def _session(self, up: Callable[[], None]) -> None:
        splitter = CodeSplitter(self._length_max)
        with SerialPort(self._port, self._line) as port:
            up()
            while True:
                for line in splitter.feed(await self._read(port, splitter)):
                    self._tell(line)

    async def _read(self, port: SerialPort, splitter: CodeSplitter) -> bytes:
        """The next bytes, or none after a quiet gap in the middle of a code."""
        try:
            async with asyncio.timeout(self._quiet_gap_s if splitter.is_partial else None):
                return await port.read()
        except TimeoutError:
            splitter.drop_partial()
            _log.warning("half_code_dropped", device=self.name, hint="does the scanner end its codes with CR?")
            return b""

    def _tell(self, line: ScannerLine) -> None:
        match line:
            case ScannedCode(text):
                self._report(BarcodeScanned(self.name, text))
            case DamagedCode(damage):
                self._report(ScanFailed(self.name, ScanFault(damage.value)))
            case _:
                assert_never(line)
