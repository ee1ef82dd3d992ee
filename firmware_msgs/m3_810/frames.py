"""Frames of the 3M 210 and 810 readers: `D5|D6 LEN16 COMMAND DATA CRC16`.

The length is big-endian and counts all that follows it; the CRC (poly 1021, preset and final XOR FFFF, high byte
first) covers length, command and data. D6 carries the radio's commands, D5 those to the reader itself. (Recorded
traffic of dpavlin/Biblio-RFID; a second public program for the 210 agrees.)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from firmware_msgs.checksums import crc16_ccitt_false
from firmware_msgs.errors import DecodeError, EncodeError

HEAD_BYTES = 3
MAX_FRAME_BYTES = HEAD_BYTES + 0xFF
"""The largest frame accepted: in all known traffic the high byte of the length is 00."""

SHORTEST_LENGTH = 3  # command and CRC
_CRC_BYTES = 2


class Start(IntEnum):
    """The first byte."""

    READER = 0xD5
    RADIO = 0xD6


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of either direction. In an answer `data` begins with the error byte (but for the probe's)."""

    command: int
    data: bytes = b""
    start: Start = Start.RADIO


def encode_frame(frame: Frame) -> bytes:
    """The frame's bytes, or EncodeError when it is too long."""
    body = bytes((frame.command,)) + frame.data
    length = len(body) + _CRC_BYTES
    if length > MAX_FRAME_BYTES - HEAD_BYTES:
        raise EncodeError(f"a 3M frame holds {MAX_FRAME_BYTES - HEAD_BYTES} bytes, not {length}")
    checked = length.to_bytes(2) + body
    return bytes((frame.start,)) + checked + _crc(checked)


def decode_frame(data: bytes) -> Frame:
    """The frame that `data` is, whole. Raises `DecodeError`."""
    if len(data) < HEAD_BYTES:
        raise DecodeError("truncated", f"A frame has a head of {HEAD_BYTES} bytes", len(data))
    if data[0] not in set(Start):
        raise DecodeError("value", "A frame starts with D5 or D6", 0)
    length = int.from_bytes(data[1:HEAD_BYTES])
    if length < SHORTEST_LENGTH or len(data) > HEAD_BYTES + length:
        raise DecodeError("length", f"{length} bytes are announced, {len(data) - HEAD_BYTES} follow", 1)
    if len(data) < HEAD_BYTES + length:
        raise DecodeError("truncated", f"{length} bytes are announced, {len(data) - HEAD_BYTES} follow", len(data))
    if _crc(data[1:-_CRC_BYTES]) != data[-_CRC_BYTES:]:
        raise DecodeError("checksum", "The checksum is wrong", len(data) - _CRC_BYTES)
    return Frame(data[HEAD_BYTES], data[HEAD_BYTES + 1 : -_CRC_BYTES], Start(data[0]))


def _crc(data: bytes) -> bytes:
    return (crc16_ccitt_false(data) ^ 0xFFFF).to_bytes(2)
