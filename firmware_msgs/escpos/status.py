"""What a receipt printer tells of itself (Epson, ESC/POS command reference: DLE EOT, GS r, DLE DC4).

Two kinds of question. A real-time one is answered when it is received, even by a printer that is off-line. One in order
is answered when all that was sent before it has been carried out: its answer means that the job before it is on paper.
Their answers differ in bit 4; which question of its kind an answer belongs to, it does not say.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from typing import Final

from firmware_msgs.errors import DecodeError


class Question(Enum):
    """The questions, as they are sent."""

    CAUSE = b"\x10\x04\x02"  # DLE EOT 2, real-time: why it is off-line
    PAPER = b"\x10\x04\x04"  # DLE EOT 4, real-time: the state of the roll
    DONE = b"\x1dr\x01"  # GS r 1, in order


CLEAR: Final = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8, real-time: forget everything received and not yet printed. Printers that do not know it ignore it."""

CLEARED: Final = b"\x37\x25\x00"
"""What those answer that do know it."""

STOP_REPORTING: Final = b"\x1da\x00"
"""GS a 0: no status without a question."""


class Paper(Enum):
    """How much is on the roll."""

    ENOUGH = "enough"
    LOW = "low"
    OUT = "out"


class Cause(Enum):
    """Why a printer is off-line."""

    COVER_OPEN = 0x04
    FEEDING = 0x08  # somebody holds the feed button
    PAPER_OUT = 0x20
    FAILURE = 0x40  # cutter jammed, head too hot, …


_REAL_TIME_MASK, _REAL_TIME_BITS = 0x93, 0x12
_IN_ORDER_MASK = 0x90
_LOW, _OUT = 0x0C, 0x60
_LOW_IN_ORDER, _OUT_IN_ORDER = 0x03, 0x0C


def is_real_time(status: int) -> bool:
    """Whether this byte answers a real-time question."""
    return status & _REAL_TIME_MASK == _REAL_TIME_BITS


def is_in_order(status: int) -> bool:
    """Whether this byte answers `DONE`."""
    return not status & _IN_ORDER_MASK


def decode_paper(status: int) -> Paper:
    """The answer to `PAPER`."""
    _check(status)
    if status & _OUT:
        return Paper.OUT
    return Paper.LOW if status & _LOW else Paper.ENOUGH


def decode_causes(status: int) -> frozenset[Cause]:
    """The answer to `CAUSE`."""
    _check(status)
    return frozenset(cause for cause in Cause if status & cause.value)


def _check(status: int) -> None:
    if not is_real_time(status):
        raise DecodeError("value", "this is no answer to a real-time question", 0)


def encode_paper(paper: Paper) -> int:
    """A printer's answer to `PAPER`."""
    bits = {Paper.ENOUGH: 0, Paper.LOW: _LOW, Paper.OUT: _LOW | _OUT}
    return _REAL_TIME_BITS | bits[paper]


def encode_causes(causes: Collection[Cause]) -> int:
    """A printer's answer to `CAUSE`."""
    return _REAL_TIME_BITS | sum(cause.value for cause in causes)


def encode_done(paper: Paper) -> int:
    """A printer's answer to `DONE`."""
    return {Paper.ENOUGH: 0, Paper.LOW: _LOW_IN_ORDER, Paper.OUT: _LOW_IN_ORDER | _OUT_IN_ORDER}[paper]
