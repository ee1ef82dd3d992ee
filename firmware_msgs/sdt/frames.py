"""Frames of resident identity card readers (SAM modules): `AA AA AA 96 69 length16 body XOR`, 115200 8N1.

The length counts body and XOR, the XOR is over length and body. A question's body is CMD, PARA and data, an answer's
SW1, SW2, SW3 and data (公安部身份证阅读器模块 SAM 通讯协议, tables 3 and 4).
"""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import Final

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.resync import ResyncDecoder

PREAMBLE: Final = b"\xaa\xaa\xaa\x96\x69"
HEAD_BYTES: Final = len(PREAMBLE) + 2
MAX_FRAME_BYTES = HEAD_BYTES + 3 + 6 + 256 + 1024 + 1024 + 1
"""The longest frame, and the most that is buffered: text, photo and fingerprints with their lengths."""

_SHORTEST_BODY = 2
_LONGEST_BODY = MAX_FRAME_BYTES - HEAD_BYTES - 1


def encode_frame(body: bytes) -> bytes:
    """The frame, or EncodeError when no frame holds such a body."""
    if not _SHORTEST_BODY <= len(body) <= _LONGEST_BODY:
        raise EncodeError(f"A body has {_SHORTEST_BODY} to {_LONGEST_BODY} bytes, not {len(body)}")
    checked = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + checked + bytes((_xor(checked),))


def decode_frame(data: bytes) -> bytes:
    """The body of one whole frame. Raises `DecodeError` (`start`, `truncated`, `length`, `checksum`)."""
    if not data.startswith(PREAMBLE):
        raise DecodeError("start", "A frame begins with AA AA AA 96 69", 0)
    if len(data) < HEAD_BYTES + _SHORTEST_BODY + 1:
        raise DecodeError("truncated", "The frame ends too early", len(data))
    if _length(data) != len(data):
        raise DecodeError("length", f"The frame says {_length(data)} bytes and has {len(data)}", len(PREAMBLE))
    body = _parse(data)
    if body is None:
        raise DecodeError("checksum", "The checksum is wrong", len(data) - 1)
    return body


def body_decoder() -> ResyncDecoder[bytes]:
    """Bodies of frames out of a stream."""
    return ResyncDecoder(_claimed_length, _parse, MAX_FRAME_BYTES, HEAD_BYTES)


def _claimed_length(head: bytes) -> int | None:
    if not PREAMBLE.startswith(head[: len(PREAMBLE)]):
        return 0
    if len(head) < HEAD_BYTES:
        return None
    length = _length(head)
    return length if length > HEAD_BYTES + _SHORTEST_BODY else 0


def _length(data: bytes) -> int:
    return HEAD_BYTES + int.from_bytes(data[len(PREAMBLE) : HEAD_BYTES], "big")


def _parse(data: bytes) -> bytes | None:
    return None if _xor(data[len(PREAMBLE) :]) else data[HEAD_BYTES:-1]


def _xor(data: bytes) -> int:
    return reduce(xor, data, 0)
