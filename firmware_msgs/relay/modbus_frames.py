"""Modbus RTU frames (Modbus over Serial Line V1.02): `UNIT FUNCTION DATA CRC16`, CRC poly A001, low byte first.

RTU separates frames by silence alone, which no adapter keeps; so a frame's length is told from its function and the
side that sends it. A function above 80 is an exception: the one asked for, refused, with a code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

from firmware_msgs.buffer import ReceiveBuffer
from firmware_msgs.checksums import crc16_modbus
from firmware_msgs.errors import DecodeError, EncodeError

MAX_FRAME_BYTES = 256
"""The largest frame of the specification, and so the most a decoder buffers."""

SHORTEST_FRAME_BYTES = 4
EXCEPTION_FLAG = 0x80
_CRC_BYTES = 2
_EXCEPTION_BYTES = 5


class Function(IntEnum):
    """The function byte; a relay board knows some of them."""

    READ_COILS = 0x01
    READ_INPUTS = 0x02
    READ_HOLDING_REGISTERS = 0x03
    READ_INPUT_REGISTERS = 0x04
    WRITE_COIL = 0x05
    WRITE_REGISTER = 0x06
    WRITE_COILS = 0x0F
    WRITE_REGISTERS = 0x10


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of either direction."""

    unit: int
    function: int
    data: bytes = b""


LengthOf: TypeAlias = Callable[[bytes], int | None]
"""How long the frame that starts these bytes is: None as long as they do not say, 0 when none can start here."""

_FIXED: Final = 8
_READS: Final = frozenset(
    {
        Function.READ_COILS,
        Function.READ_INPUTS,
        Function.READ_HOLDING_REGISTERS,
        Function.READ_INPUT_REGISTERS,
    }
)
_SINGLE_WRITES: Final = frozenset({Function.WRITE_COIL, Function.WRITE_REGISTER})
_MULTIPLE_WRITES: Final = frozenset({Function.WRITE_COILS, Function.WRITE_REGISTERS})


def encode_frame(frame: Frame) -> bytes:
    """The frame's bytes, or EncodeError when it does not fit the wire."""
    if not (0 <= frame.unit <= 0xFF and 0 <= frame.function <= 0xFF):
        raise EncodeError(f"unit {frame.unit} or function {frame.function} is no byte")
    body = bytes((frame.unit, frame.function)) + frame.data
    if len(body) + _CRC_BYTES > MAX_FRAME_BYTES:
        raise EncodeError(f"a Modbus RTU frame holds {MAX_FRAME_BYTES} bytes, not {len(body) + _CRC_BYTES}")
    return body + crc16_modbus(body).to_bytes(_CRC_BYTES, "little")


def decode_frame(data: bytes) -> Frame:
    """The frame that `data` is, whole."""
    if len(data) < SHORTEST_FRAME_BYTES:
        raise DecodeError("truncated", f"a Modbus RTU frame has at least {SHORTEST_FRAME_BYTES} bytes", len(data))
    if len(data) > MAX_FRAME_BYTES:
        raise DecodeError("length", f"a Modbus RTU frame has at most {MAX_FRAME_BYTES} bytes", MAX_FRAME_BYTES)
    if crc16_modbus(data) != 0:
        raise DecodeError("checksum", "the CRC is wrong", len(data) - _CRC_BYTES)
    return Frame(data[0], data[1], data[2:-_CRC_BYTES])


def question_length(data: bytes) -> int | None:
    """`LengthOf` a host's frames."""
    if len(data) < 2:
        return None
    if data[1] in _READS or data[1] in _SINGLE_WRITES:
        return _FIXED
    if data[1] in _MULTIPLE_WRITES:
        return _counted(data, 6)
    return 0


def answer_length(data: bytes) -> int | None:
    """`LengthOf` a board's frames."""
    if len(data) < 2:
        return None
    if data[1] & EXCEPTION_FLAG:
        return _EXCEPTION_BYTES
    if data[1] in _READS:
        return _counted(data, 2)
    return _FIXED if data[1] in _SINGLE_WRITES or data[1] in _MULTIPLE_WRITES else 0


def _counted(data: bytes, at: int) -> int | None:
    """A frame whose byte `at` counts those that follow it, up to the CRC."""
    if len(data) <= at:
        return None
    length = at + 1 + data[at] + _CRC_BYTES
    return length if length <= MAX_FRAME_BYTES else 0


class FrameDecoder:
    """Bytes in, frames out, the same at every split; what is no frame is passed over.

    Of all frames that could have begun, the one that ends first with a right CRC is taken, so that noise in front of a
    frame does not hold it up. With a `unit`, only frames of that unit are looked for, which noise hardly ever imitates.
    """

    def __init__(self, length_of: LengthOf, unit: int | None = None) -> None:
        self._length_of = length_of
        self._unit = unit
        self._buffer = ReceiveBuffer(MAX_FRAME_BYTES)
        self._searched = 0

    @property
    def buffered(self) -> int:
        """How many bytes wait for the rest of a frame; never more than MAX_FRAME_BYTES."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that these bytes complete."""
        frames: list[Frame] = []
        while data:
            data = self._buffer.feed(data)
            while (frame := self._next()) is not None:
                frames.append(frame)
        return frames

    def reset(self) -> None:
        """Forget a frame begun."""
        self._forget(len(self._buffer), 0)

    def _next(self) -> Frame | None:
        """The frame that ends first. Those that end within `_searched` bytes were looked at before."""
        held = self._buffer.peek()
        claims = [(start, self._length_at(held[start:])) for start in range(len(held))]
        ends = sorted((start + length, start) for start, length in claims if length)
        for end, start in ends:
            if self._searched < end <= len(held) and crc16_modbus(held[start:end]) == 0:
                self._forget(end, 0)
                return decode_frame(held[start:end])
        waiting = (start for start, length in claims if length is None or start + length > len(held))
        first = next(waiting, len(held))
        self._forget(first, len(held) - first)
        return None

    def _forget(self, count: int, searched: int) -> None:
        self._buffer.commit(count)
        self._searched = searched

    def _length_at(self, data: bytes) -> int | None:
        return 0 if self._unit not in (None, data[0]) else self._length_of(data)
