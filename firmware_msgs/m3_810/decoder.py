"""From a stream of bytes to 3M frames."""

from __future__ import annotations

from firmware_msgs.errors import DecodeError
from firmware_msgs.m3_810.frames import HEAD_BYTES, MAX_FRAME_BYTES, SHORTEST_LENGTH, Frame, Start, decode_frame
from firmware_msgs.resync import ResyncDecoder


def frame_decoder() -> ResyncDecoder[Frame]:
    """Finds frames and passes over everything else; holds at most MAX_FRAME_BYTES."""
    return ResyncDecoder(_length_of, _parse, MAX_FRAME_BYTES, HEAD_BYTES)


def _length_of(data: bytes) -> int | None:
    if data[0] not in set(Start):
        return 0
    if len(data) < HEAD_BYTES:
        return None
    length = int.from_bytes(data[1:HEAD_BYTES])
    return HEAD_BYTES + length if length >= SHORTEST_LENGTH else 0


def _parse(data: bytes) -> Frame | None:
    try:
        return decode_frame(data)
    except DecodeError:
        return None
