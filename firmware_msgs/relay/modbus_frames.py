"""Modbus RTU frames (Modbus over Serial Line V1.02): `UNIT FUNCTION DATA CRC16`, CRC poly A001, low byte first.

RTU separates frames by silence alone, which no adapter keeps; so a frame's length is told from its function and the
side that sends it. A function above 80 is an exception: the one asked for, refused, with a code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from firmware_msgs.checksums import crc16_modbus
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.frame_search import LengthOf
from firmware_msgs.resync import ResyncDecoder

MAX_FRAME_BYTES = 256
"""The largest frame of the specification, and so the most a decoder buffers."""

SHORTEST_FRAME_BYTES = 4
EXCEPTION_FLAG = 0x80
_CRC_BYTES = 2
_EXCEPTION_BYTES = 5
_HEAD_BYTES = 7  # a question that writes several tells its length last


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


class FrameDecoder(ResyncDecoder[Frame]):
    """Bytes in, frames out. With a `unit`, only its frames are looked for, which noise hardly ever imitates."""

    def __init__(self, length_of: LengthOf, unit: int | None = None) -> None:
        def length_of_unit(head: bytes) -> int | None:
            return 0 if unit not in (None, head[0]) else length_of(head)

        super().__init__(length_of_unit, _parse, MAX_FRAME_BYTES, _HEAD_BYTES)


def _parse(data: bytes) -> Frame | None:
    return decode_frame(data) if crc16_modbus(data) == 0 else None
