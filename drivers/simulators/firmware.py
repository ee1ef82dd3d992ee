"""What every simulated device's firmware is to its cable: bytes in, replies and their times out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reply:
    """Bytes for the host, `delay_s` after what came before: the question, or the reply in front of it."""

    data: bytes
    delay_s: float = 0.0


class Firmware(Protocol):
    """What the device at the end of the cable says."""

    def feed(self, data: bytes, /) -> Iterable[Reply]:
        """The replies to what these bytes ask, in order."""
