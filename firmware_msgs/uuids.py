"""UUIDv7 (RFC 9562, section 5.7) from a given time and given randomness."""

from __future__ import annotations

import uuid

RANDOM_BYTES = 10


def uuid7(time_ms: int, random: bytes) -> str:
    """`time_ms` is Unix time in milliseconds (48 bits), `random` 10 bytes of which 74 bits are used."""
    bits = int.from_bytes(random[:RANDOM_BYTES], "big")
    value = (
        (time_ms & 0xFFFF_FFFF_FFFF) << 80
        | 0x7 << 76
        | ((bits >> 62) & 0xFFF) << 64
        | 0b10 << 62
        | (bits & (1 << 62) - 1)
    )
    return str(uuid.UUID(int=value))
