"""Frames of the Chafon UHF readers and their kin (UHFReader18, 86, 288; manual of UHFReader18 V2.0): `LEN ADR CMD DATA
CRC16` from the host, `LEN ADR CMD STATUS DATA CRC16` from the reader.

LEN counts what follows it; the CRC goes low byte first. 57,600 8N1. Nothing marks where a frame begins; a
stream is searched for known commands alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from firmware_msgs.checksums import crc16_mcrf4xx
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.resync import ResyncDecoder

BAUDRATE = 57_600

ANY_ADDRESS = 0xFF
"""A host's wildcard: every reader takes the frame as its own."""

READER_ADDRESS = 0x00
"""The address a reader answers under as delivered."""

MAX_FRAME_BYTES = 0xFF + 1
"""The largest frame accepted: as much as LEN can say."""

COMMANDS = frozenset({*range(0x01, 0x13), 0x15, 0x16, 0x18, 0x19, 0x1A, 0x1B, 0x21, 0x22, 0x24, 0x25, 0x28, 0x2F, 0x33})
"""Command bytes in use, those of the tags and those of the reader that a host may meet."""

_SHORTEST_LEN = 4
_COMMAND_AT = 2
_HEAD_BYTES = _COMMAND_AT + 1


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of either direction. In an answer `data` begins with the status byte."""

    command: int
    data: bytes = b""
    address: int = ANY_ADDRESS


def encode_frame(frame: Frame) -> bytes:
    """The frame's bytes, or EncodeError when it cannot carry that many."""
    length = _SHORTEST_LEN + len(frame.data)
    if length + 1 > MAX_FRAME_BYTES:
        raise EncodeError(f"a frame holds {MAX_FRAME_BYTES} bytes, not {length + 1}")
    body = bytes((length, frame.address, frame.command)) + frame.data
    return body + crc16_mcrf4xx(body).to_bytes(2, "little")


def decode_frame(data: bytes) -> Frame:
    """The one frame that `data` is: DecodeError `truncated`, `length` or `checksum`."""
    if len(data) < _SHORTEST_LEN + 1:
        raise DecodeError("truncated", f"a frame has at least {_SHORTEST_LEN + 1} bytes", len(data))
    if data[0] + 1 != len(data):
        raise DecodeError("length", f"{data[0] + 1} bytes are announced, {len(data)} came", 0)
    if crc16_mcrf4xx(data) != 0:
        raise DecodeError("checksum", "the frame's checksum is wrong", len(data) - 2)
    return _frame(data)


def _frame(data: bytes) -> Frame:
    return Frame(command=data[_COMMAND_AT], data=data[3:-2], address=data[1])


def _length_of(head: bytes) -> int | None:
    if head[0] < _SHORTEST_LEN:
        return 0
    if len(head) < _HEAD_BYTES:
        return None
    return head[0] + 1 if head[_COMMAND_AT] in COMMANDS else 0


def _parse(data: bytes) -> Frame | None:
    return _frame(data) if crc16_mcrf4xx(data) == 0 else None


class FrameDecoder(ResyncDecoder[Frame]):
    """Bytes in, frames out."""

    def __init__(self) -> None:
        super().__init__(_length_of, _parse, MAX_FRAME_BYTES, _HEAD_BYTES)
