"""The main library's clock, as far as this terminal knows it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.journal.chain import format_time, parse_time
from kiosk.moment import Moment


@dataclass(frozen=True, slots=True)
class LibraryTime:
    """`offset_ms` is the main library's Unix time less this machine's monotonic clock, which nobody sets."""

    offset_ms: int

    def unix_s(self, now: Moment) -> float:
        """The main library's Unix time."""
        return (self.offset_ms + now.monotonic_ms) / 1000

    def after(self, wait_s: float, now: Moment) -> str:
        """The main library's time `wait_s` from now (RFC 3339)."""
        return format_time(self.offset_ms + now.monotonic_ms + round(wait_s * 1000))


def heard(time: str, now: Moment) -> LibraryTime | None:
    """The main library just said that it is `time` (RFC 3339); None if that is no time."""
    try:
        return LibraryTime(parse_time(time) - now.monotonic_ms)
    except ValueError:
        return None
