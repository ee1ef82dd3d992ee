"""FEIG OBID i-scan frames (FEIG H20800-16e): `LEN ADR CMD DATA CRC16` and `02 LEN16 ADR CMD DATA CRC16`.

The length counts every byte of the frame, the CRC goes low byte first. A frame that starts with 02 is an advanced one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from firmware_msgs.checksums import crc16_mcrf4xx
from firmware_msgs.errors import DecodeError, EncodeError

ANY_ADDRESS = 0xFF
"""A host's wildcard: every reader takes the frame as its own."""

READER_ADDRESS = 0x00
"""The address a reader answers under as delivered."""

MAX_FRAME_BYTES = 4096
"""The largest frame accepted. The largest that can be meant, an inventory of 255 cards with ten-byte UIDs, has 3,324; a
read of 255 blocks of eight bytes 2,304. More would only be noise to wait for.
"""

STX = 0x02
SHORTEST_STANDARD = 5
SHORTEST_ADVANCED = 7
_LONGEST_STANDARD = 0xFF


class Framing(Enum):
    """The two frame forms; a reader answers in the form it was asked in."""

    STANDARD = "standard"
    ADVANCED = "advanced"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of either direction. In an answer `data` begins with the status byte."""

    command: int
    data: bytes = b""
    address: int = ANY_ADDRESS
    framing: Framing = Framing.ADVANCED


def encode_frame(frame: Frame) -> bytes:
    """The frame's bytes, or EncodeError when its form cannot carry that many."""
    if frame.framing is Framing.ADVANCED:
        length, longest = SHORTEST_ADVANCED + len(frame.data), MAX_FRAME_BYTES
        head = bytes((STX, *length.to_bytes(2, "big")))
    else:
        length, longest = SHORTEST_STANDARD + len(frame.data), _LONGEST_STANDARD
        head = bytes((length & 0xFF,))
    if length > longest:
        raise EncodeError(f"a {frame.framing.value} frame holds {longest} bytes, not {length}")
    body = head + bytes((frame.address, frame.command)) + frame.data
    return body + crc16_mcrf4xx(body).to_bytes(2, "little")


def parse_frame(data: bytes) -> Frame | None:
    """The frame that `data` is, as long as it says it is; None when its CRC is wrong."""
    if crc16_mcrf4xx(data) != 0:
        return None
    framing, body = (Framing.ADVANCED, data[3:-2]) if data[0] == STX else (Framing.STANDARD, data[1:-2])
    return Frame(command=body[1], data=body[2:], address=body[0], framing=framing)


def parse_whole(data: bytes) -> Frame:
    """The frame that is neither more nor less than `data`, or DecodeError."""
    is_advanced = data[:1] == bytes((STX,))
    shortest = SHORTEST_ADVANCED if is_advanced else SHORTEST_STANDARD
    if len(data) < shortest:
        raise DecodeError("truncated", f"a frame has {shortest} bytes or more", len(data))
    length = int.from_bytes(data[1:3], "big") if is_advanced else data[0]
    if length != len(data):
        raise DecodeError("length", f"the frame says {length} bytes, there are {len(data)}", 1 if is_advanced else 0)
    frame = parse_frame(data)
    if frame is None:
        raise DecodeError("checksum", "the frame's checksum is wrong", len(data) - 2)
    return frame
