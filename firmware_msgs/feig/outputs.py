"""Lamps, beeper and relays of a FEIG reader (FEIG H60301-3e, 5.8; H90701-3e, 9.9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import EncodeError


class OutputState(IntEnum):
    """What becomes of an output for the time given."""

    UNCHANGED = 0
    ON = 1
    OFF = 2
    FLASHING = 3


class FlashRate(IntEnum):
    """How often it flashes in a second. (That 1 is 4 Hz is an example of H40801-5e; the others follow its order.)"""

    HZ_8 = 0
    HZ_4 = 1
    HZ_2 = 2
    HZ_1 = 3


@dataclass(frozen=True, slots=True)
class OutputRecord:
    """One output of `72`: what it is (0: a digital output; the rest depends on the model), its number from 1, what
    becomes of it, at what rate and how often it flashes, and for how many 100 ms.
    """

    kind: int
    number: int
    state: int
    rate: int = 0
    repeats: int = 0
    time: int = 0


def encode_record(record: OutputRecord) -> bytes:
    """Four bytes, or EncodeError: kind and number; repeats, rate and state; time."""
    which = _bits(record.kind, 3) << 5 | _bits(record.number, 5)
    what = _bits(record.repeats, 4) << 4 | _bits(record.rate, 2) << 2 | _bits(record.state, 2)
    return bytes((which, what)) + record.time.to_bytes(2, "big")


def decode_record(cursor: Cursor) -> OutputRecord:
    """The next four bytes as a record."""
    which, what = cursor.take(2)
    return OutputRecord(
        kind=which >> 5,
        number=which & 0x1F,
        state=what & 3,
        rate=what >> 2 & 3,
        repeats=what >> 4,
        time=cursor.word(),
    )


def _bits(value: int, count: int) -> int:
    if not 0 <= value < 1 << count:
        raise EncodeError(f"{value} does not fit into {count} bits")
    return value
