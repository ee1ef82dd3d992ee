"""The machine's clocks and randomness: the only place that asks for them."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path
from typing import Final

from firmware_msgs.uplink.values import ClockQuality
from kiosk.moment import Moment

_ENTROPY_BYTES: Final = 16
_TIME_ERROR: Final = 5
"""adjtimex(2) returns TIME_ERROR while the clock is not synchronised."""

_libc = ctypes.CDLL(None, use_errno=True)


def boot_id() -> str:
    """The kernel's random id of this boot (random(4))."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def now() -> Moment:
    """The present moment. The monotonic clock counts since boot, suspended time included."""
    return Moment(
        wall_ms=time.time_ns() // 1_000_000,
        monotonic_ms=time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000,
        clock=_quality(),
        entropy=os.urandom(_ENTROPY_BYTES),
    )


def _quality() -> ClockQuality:
    """Whether the kernel says that a time service disciplines the clock."""
    timex = ctypes.create_string_buffer(512)  # struct timex is 208 bytes on 64-bit Linux; modes 0 only reads
    state = _libc.adjtimex(timex)
    return ClockQuality.UNKNOWN if state in {-1, _TIME_ERROR} else ClockQuality.SYNCHRONISED
