"""Time and randomness as an argument."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from firmware_msgs.uplink.values import ClockQuality
from firmware_msgs.uuids import RANDOM_BYTES, uuid7


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happens. `wall_ms` is Unix time, `monotonic_ms` since the machine's boot, `entropy` at least 16
    random bytes that no other moment has.
    """

    wall_ms: int
    monotonic_ms: int
    clock: ClockQuality
    entropy: bytes

    def new_id(self, ordinal: int) -> str:
        """The `ordinal`-th UUIDv7 made at this moment."""
        return uuid7(self.wall_ms, hashlib.sha256(self.entropy + ordinal.to_bytes(4, "big")).digest()[:RANDOM_BYTES])
