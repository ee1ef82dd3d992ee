"""What a scanner that takes orders is to its driver: a conversation over an open link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from drivers.links import Link
from firmware_msgs.barcodes import ScannerLine

Heard: TypeAlias = Callable[[ScannerLine], None]
"""Takes each code, whenever it comes: also between a question and its answer."""


class Conversation(Protocol):
    """One conversation on one open link. All its waits raise `DeviceFault` when the scanner cannot be served."""

    renew_s: float | None
    """A wish to scan holds only so long, or until a code was read; None: until it is taken back."""

    async def begin(self) -> None:
        """See that the scanner answers, and set it up."""

    async def set_scanning(self, *, wanted: bool) -> None:
        """Look for codes, or stop."""

    async def hear(self, data: bytes) -> None:
        """Take what the scanner sent of its own accord."""

    @property
    def gap_s(self) -> float | None:
        """How long the line may now be quiet before `fall_silent` is called; None: as long as it likes."""

    async def fall_silent(self) -> None:
        """It was quiet for `gap_s`."""


Converse: TypeAlias = Callable[[Link, Heard], Conversation]
