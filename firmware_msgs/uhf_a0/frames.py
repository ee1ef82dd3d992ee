"""Frames of the UHF readers that begin with A0 (Invelion YR90x, Rodinbell, others with an Impinj R2000 or its kin; UHF
RFID Reader Serial Interface V3.7): `A0 LEN ADR CMD DATA CHK`.

LEN counts what follows it. CHK makes the sum of all bytes 0. 115,200 8N1.
"""

from __future__ import annotations

from dataclasses import dataclass

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.resync import ResyncDecoder

BAUDRATE = 115_200

ANY_ADDRESS = 0xFF
"""A host's wildcard: every reader takes the frame as its own."""

READER_ADDRESS = 0x01
"""The address a reader answers under as delivered."""

MAX_FRAME_BYTES = 0xFF + 2
"""The largest frame accepted: as much as LEN can say."""

_HEAD = 0xA0
_SHORTEST_LEN = 3
_HEAD_BYTES = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of either direction."""

    command: int
    data: bytes = b""
    address: int = ANY_ADDRESS


def encode_frame(frame: Frame) -> bytes:
    """The frame's bytes, or EncodeError when it cannot carry that many."""
    length = _SHORTEST_LEN + len(frame.data)
    if length + 2 > MAX_FRAME_BYTES:
        raise EncodeError(f"a frame holds {MAX_FRAME_BYTES} bytes, not {length + 2}")
    body = bytes((_HEAD, length, frame.address, frame.command)) + frame.data
    return body + bytes((-sum(body) & 0xFF,))


def decode_frame(data: bytes) -> Frame:
    """The one frame that `data` is: DecodeError `truncated`, `length`, `value` or `checksum`."""
    if len(data) < _SHORTEST_LEN + 2:
        raise DecodeError("truncated", f"a frame has at least {_SHORTEST_LEN + 2} bytes", len(data))
    if data[0] != _HEAD:
        raise DecodeError("value", f"a frame begins with {_HEAD:02X}", 0)
    if data[1] + 2 != len(data):
        raise DecodeError("length", f"{data[1] + 2} bytes are announced, {len(data)} came", 1)
    if sum(data) & 0xFF:
        raise DecodeError("checksum", "the frame's checksum is wrong", len(data) - 1)
    return Frame(command=data[3], data=data[4:-1], address=data[2])


def _length_of(head: bytes) -> int | None:
    if head[0] != _HEAD:
        return 0
    if len(head) < _HEAD_BYTES:
        return None
    return head[1] + 2 if head[1] >= _SHORTEST_LEN else 0


def _parse(data: bytes) -> Frame | None:
    return None if sum(data) & 0xFF else Frame(command=data[3], data=data[4:-1], address=data[2])


class FrameDecoder(ResyncDecoder[Frame]):
    """Bytes in, frames out."""

    def __init__(self) -> None:
        super().__init__(_length_of, _parse, MAX_FRAME_BYTES, _HEAD_BYTES)
