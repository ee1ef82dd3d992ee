"""A barcode scanner that types as a USB keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

import structlog

from drivers.errors import PortUnusable
from drivers.evdev_port import OpenInput, open_input
from drivers.events import BarcodeScanned, ScanFailed, ScanFault
from drivers.input_session import INPUT_BACKOFF, serve
from drivers.ports import Report
from drivers.supervisor import Backoff, Supervisor
from firmware_msgs.barcodes import DamagedCode, ScannedCode
from firmware_msgs.hid.device_state import DeviceState
from firmware_msgs.hid.keys import HalfCode, KeyReader, Typed, Typing

_log = structlog.get_logger(__name__)


class HidScanner:
    """Holds the scanner for itself, so that nothing it types reaches a console, and reports `BarcodeScanned` or
    `ScanFailed`. Half a code is dropped. `path` tells scanners of one make apart: best under /dev/input/by-id, or by
    the socket they are plugged into under /dev/input/by-path.
    """

    def __init__(
        self,
        name: str,
        path: str,
        typing: Typing,
        report: Report,
        *,
        open_port: OpenInput = open_input,
        backoff: Backoff = INPUT_BACKOFF,
    ) -> None:
        self.name = name
        self._path = path
        self._typing = typing
        self._report = report
        self._open = open_port
        self._backoff = backoff

    async def run(self) -> None:
        """Serve the scanner until cancelled."""
        await Supervisor(self.name, self._session, self._report, backoff=self._backoff).run()

    async def _session(self, up: Callable[[], None]) -> None:
        with self._open(self._path) as port:
            await serve(port, self._reader, self._tell, up)

    def _reader(self, state: DeviceState) -> KeyReader:
        if not state.keys & self._typing.layout.keys.keys():
            raise PortUnusable(self._path, "it has no keys that give text", "a scanner")
        return KeyReader(self._typing, state)

    def _tell(self, typed: Typed) -> None:
        match typed:
            case ScannedCode(text):
                self._report(BarcodeScanned(self.name, text))
            case DamagedCode(damage):
                self._report(ScanFailed(self.name, ScanFault(damage.value)))
            case HalfCode():
                _log.warning("half_code_dropped", device=self.name, hint="does the scanner end its codes with Enter?")
            case _:
                assert_never(typed)
