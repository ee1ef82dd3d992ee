"""What an input device says: `struct input_event` of linux/input.h, gathered into reports."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, TypeAlias

from firmware_msgs.hid.codes import EV_SYN, SYN_DROPPED, SYN_REPORT

_EVENT: Final = struct.Struct(
    "@LLHHi"
)  # seconds, microseconds, type, code, value, as this machine's kernel lays it out

EVENT_BYTES: Final = _EVENT.size

MAX_REPORT_EVENTS: Final = 1024
"""Ten fingers with every axis are under 200 events; a report beyond this is treated as lost."""

MAX_REPORT_BYTES: Final = (MAX_REPORT_EVENTS + 1) * EVENT_BYTES
"""With its end."""


@dataclass(frozen=True, slots=True)
class InputEvent:
    """One change."""

    type: int
    code: int
    value: int


@dataclass(frozen=True, slots=True)
class Report:
    """Changes that happened at once, at `time_s` by the device's clock."""

    time_s: float
    events: tuple[InputEvent, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """Reports were lost before this time: what is known of the device's state is stale."""

    time_s: float


Said: TypeAlias = Report | Lost


class ReportDecoder:
    """Bytes of an event device to reports. Nothing is malformed: types and codes that mean nothing here are kept.

    Holds less than `MAX_REPORT_BYTES`.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._events: list[InputEvent] = []
        self._is_lost = False

    @property
    def buffered(self) -> int:
        """How many bytes wait for the end of their report."""
        return len(self._events) * EVENT_BYTES + len(self._rest)

    def feed(self, data: bytes) -> list[Said]:
        """The reports that `data` completes."""
        data = self._rest + data
        whole = len(data) - len(data) % EVENT_BYTES
        self._rest = data[whole:]
        found = (
            self._take(seconds + microseconds / 1e6, InputEvent(type_, code, value))
            for seconds, microseconds, type_, code, value in _EVENT.iter_unpack(data[:whole])
        )
        return [report for report in found if report is not None]

    def _take(self, time_s: float, event: InputEvent) -> Said | None:
        """After SYN_DROPPED everything to the next SYN_REPORT is of no use (Documentation/input/event-codes.rst)."""
        if event.type == EV_SYN and event.code == SYN_REPORT:
            return self._finish(time_s)
        if (event.type == EV_SYN and event.code == SYN_DROPPED) or len(self._events) == MAX_REPORT_EVENTS:
            self._is_lost = True
            self._events.clear()
        elif not self._is_lost:
            self._events.append(event)
        return None

    def _finish(self, time_s: float) -> Said:
        report: Said = Lost(time_s) if self._is_lost else Report(time_s, tuple(self._events))
        self._events.clear()
        self._is_lost = False
        return report


def encode_report(report: Said) -> bytes:
    """As the kernel would write it."""
    drop = (InputEvent(EV_SYN, SYN_DROPPED, 0),)
    events = report.events if isinstance(report, Report) else drop
    seconds, microseconds = divmod(round(report.time_s * 1e6), 1_000_000)
    return b"".join(
        _EVENT.pack(seconds, microseconds, event.type, event.code, event.value)
        for event in (*events, InputEvent(EV_SYN, SYN_REPORT, 0))
    )
