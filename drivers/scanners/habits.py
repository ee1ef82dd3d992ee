"""What every kind of scanner is told about its site, and how each reports what it read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, assert_never

from drivers.errors import DeviceFault
from drivers.events import BarcodeScanned, DeviceEvent, ScanFailed, ScanFault
from drivers.ports import Report
from firmware_msgs.barcodes import LENGTH_MAX, DamagedCode, ScannedCode, ScannerLine
from firmware_msgs.code_rules import PLAIN, CodeRules

QUIET_GAP_S = 0.5  # even at 1,200 baud a code's characters follow each other within 10 ms; a person needs longer

FLOOD_CODES: Final = 100
FLOOD_S: Final = 1.0
"""A hand scans two codes a second; a line of noise at 9,600 baud tells some hundreds."""


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


class Teller:
    """Reports what the scanner reads in one session. Raises `DeviceFault` for more than any hand can scan: whatever
    hangs there is no scanner, or has lost its mind, and nothing behind may drown in it.
    """

    def __init__(self, report: Report, device: str, clock: Callable[[], float] = monotonic) -> None:
        self._report = report
        self._device = device
        self._clock = clock
        self._told_s: deque[float] = deque(maxlen=FLOOD_CODES)

    def tell(self, line: ScannerLine) -> None:
        """Report a code, or that something came which is none."""
        now_s = self._clock()
        if len(self._told_s) == FLOOD_CODES and now_s - self._told_s[0] < FLOOD_S:
            raise DeviceFault(
                f"The scanner “{self._device}” sends without end what are no codes, or codes that nobody scans. Check "
                "that it is a scanner, and its baud rate; then switch it off and on."
            )
        self._told_s.append(now_s)
        self._report(self._event(line))

    def _event(self, line: ScannerLine) -> DeviceEvent:
        match line:
            case ScannedCode(text):
                return BarcodeScanned(self._device, text)
            case DamagedCode(damage):
                return ScanFailed(self._device, ScanFault(damage.value))
            case _:
                assert_never(line)
