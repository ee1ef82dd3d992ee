"""Zebra SSI packets: `LEN OPCODE SOURCE STATUS data CHECKSUM16`, 9600 8N1 (Simple Serial Interface Programmer's Guide,
72E-40451; Symbol SE955 Integration Guide, chapter 10).

LEN counts all but the checksum, which is the two's complement of the sum of the bytes before it, high byte first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Final

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.resync import ResyncDecoder

MAX_PACKET_BYTES = 257
"""The largest packet that LEN can tell, with its checksum: also the most that is buffered."""

MAX_DATA_BYTES = 251
_HEAD_BYTES = 4
_CHECKSUM_BYTES = 2


class Source(IntEnum):
    """Who speaks."""

    SCANNER = 0x00
    HOST = 0x04


class Status(IntFlag):
    """The bits of STATUS; in practice scanners set others too, which mean nothing to a host."""

    RESENT = 0x01  # sent before, and no acknowledgement came
    CONTINUED = 0x02  # more packets of this message follow
    PERMANENT = 0x08  # from a host: keep the parameter through a power cycle


# In its segmented messages (opcode 73) a scanner was seen to put 2 in SOURCE: enioka_scan, SsiStatus.
_SOURCES: Final = frozenset({Source.SCANNER, 0x02, Source.HOST})


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet of either direction."""

    opcode: int
    data: bytes = b""
    source: int = Source.HOST
    status: int = 0


def encode_packet(packet: Packet) -> bytes:
    """The packet's bytes, or EncodeError when it carries too much."""
    if len(packet.data) > MAX_DATA_BYTES:
        raise EncodeError(f"An SSI packet holds {MAX_DATA_BYTES} bytes, not {len(packet.data)}")
    body = bytes((_HEAD_BYTES + len(packet.data), packet.opcode, packet.source, packet.status)) + packet.data
    return body + (-sum(body) & 0xFFFF).to_bytes(_CHECKSUM_BYTES, "big")


def decode_packet(data: bytes) -> Packet:
    """One whole packet, from whomever. Raises `DecodeError` (`truncated`, `length`, `checksum`)."""
    if len(data) < _HEAD_BYTES + _CHECKSUM_BYTES:
        raise DecodeError("truncated", "An SSI packet has at least 6 bytes", len(data))
    if data[0] != len(data) - _CHECKSUM_BYTES:
        raise DecodeError("length", f"The packet says {data[0]} bytes and has {len(data) - _CHECKSUM_BYTES}", 0)
    packet = _parse(data)
    if packet is None:
        raise DecodeError("checksum", "The checksum is wrong", len(data) - _CHECKSUM_BYTES)
    return packet


def packet_decoder() -> ResyncDecoder[Packet]:
    """Packets out of a stream."""
    return ResyncDecoder(_claimed_length, _parse, MAX_PACKET_BYTES, _HEAD_BYTES)


def _claimed_length(head: bytes) -> int | None:
    if head[0] < _HEAD_BYTES:  # such as the 00 that wakes a scanner
        return 0
    if len(head) > 2 and head[2] not in _SOURCES:
        return 0
    return head[0] + _CHECKSUM_BYTES if len(head) > 2 else None


def _parse(data: bytes) -> Packet | None:
    body, checksum = data[:-_CHECKSUM_BYTES], data[-_CHECKSUM_BYTES:]
    if (sum(body) + int.from_bytes(checksum, "big")) & 0xFFFF:
        return None
    return Packet(body[1], body[_HEAD_BYTES:], body[2], body[3])
