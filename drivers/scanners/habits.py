"""What every kind of scanner is told about its site, and how each reports what it read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from drivers.events import BarcodeScanned, ScanFailed, ScanFault
from drivers.ports import Report
from firmware_msgs.barcodes import LENGTH_MAX, DamagedCode, ScannedCode, ScannerLine
from firmware_msgs.code_rules import PLAIN, CodeRules

QUIET_GAP_S = 0.5  # even at 1,200 baud a code's characters follow each other within 10 ms; a person needs longer


@dataclass(frozen=True, slots=True)
class Habits:
    """`ends_by_gap`: the scanner sends no terminator, and a gap of `quiet_gap_s` ends a code; else it drops half of
    one.
    """

    rules: CodeRules = PLAIN
    length_max: int = LENGTH_MAX
    quiet_gap_s: float = QUIET_GAP_S
    ends_by_gap: bool = False


USUAL_HABITS = Habits()


def tell(report: Report, device: str, line: ScannerLine) -> None:
    """Report a code, or that something came which is none."""
    match line:
        case ScannedCode(text):
            report(BarcodeScanned(device, text))
        case DamagedCode(damage):
            report(ScanFailed(device, ScanFault(damage.value)))
        case _:
            assert_never(line)
