"""A simulated receipt printer as an order on the command socket sees it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, assert_never

from drivers.simulators.cable import Cable
from drivers.simulators.commands import Fault
from drivers.simulators.config import PrinterConfig
from drivers.simulators.errors import SimulationError
from drivers.simulators.firmware import Reply
from drivers.simulators.printer import ROWS_WHEN_LOW, Mark, PaperCode, PaperImage, PaperRow, PrinterFirmware
from firmware_msgs.escpos.status import Cause

_CAUSES: Final = {"cover_open": Cause.COVER_OPEN, "jammed": Cause.FAILURE}


class ReceiptPrinter:
    """What is on its paper can be read."""

    def __init__(self, config: PrinterConfig, link: Path) -> None:
        self.name = config.name
        self._link = link
        self._firmware = PrinterFirmware()
        self._cable = Cable(link, self._firmware)

    def facts(self) -> dict[str, Any]:
        """See `SimulatedDevice`."""
        roll = self._firmware.roll
        return {
            "name": self.name,
            "kind": "printer",
            "port": str(self._link),
            "plugged": self._cable.is_plugged,
            "paper": roll.state.value,
            "receipts": [[_words(mark) for mark in receipt] for receipt in roll.receipts],
        }

    def fail(self, fault: Fault) -> None:
        """See `SimulatedDevice`."""
        match fault.kind:
            case "paper_low":
                self._firmware.roll.rows_left = ROWS_WHEN_LOW
            case "paper_out":
                self._firmware.roll.rows_left = 0
            case "cover_open" | "jammed":
                self._firmware.begin(_CAUSES[fault.kind])
            case "silent":
                self._firmware.is_mute = True
            case _:
                raise SimulationError(
                    f"“{self.name}” is a printer, which cannot fail by “{fault.kind}”. See Fault in commands.py."
                )

    def clear(self) -> None:
        """See `SimulatedDevice`. The roll is new."""
        self._firmware.is_mute = False
        for cause in _CAUSES.values():
            self._say(self._firmware.end(cause))
        self._say(self._firmware.load())

    async def plug(self) -> None:
        """See `SimulatedDevice`."""
        self._cable.plug()

    async def unplug(self) -> None:
        """See `SimulatedDevice`."""
        self._cable.unplug()

    def _say(self, replies: Iterable[Reply]) -> None:
        for reply in replies:
            self._cable.say(reply)


def _words(mark: Mark) -> str:
    match mark:
        case PaperRow(text):
            return text
        case PaperCode(text):
            return f"[QR {text}]"
        case PaperImage(width, height):
            return f"[image {width}×{height}]"
        case _:
            assert_never(mark)
