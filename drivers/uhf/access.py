"""What a family of UHF readers does by itself for the tags in its field. `UhfField` makes a pad of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from firmware_msgs.tags.uhf.gen2 import MemoryBank

TID_WORDS: Final = 6
"""A TID with a serial number, which makes it a tag's identity: the EPC changes with the item's security."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """The EPCs in the field, of tags strong enough to lie on the pad. `whole`: no other tag answered."""

    epcs: tuple[bytes, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag by its identity and by what it is called at the moment."""

    uid: str
    epc: bytes


class UhfAccess(Protocol):
    """An open reader. Each method asks once; None, nothing or not `whole`: it did not come off. All may raise
    `DeviceFault` when the reader is gone.
    """

    async def inventory(self) -> Inventory:
        """Which tags answer now."""

    async def identify(self, epc: bytes) -> tuple[str, ...]:
        """The TIDs of the tags that are called so, in upper-case hex; empty when none let itself be read."""

    async def read(self, tag: Tag, bank: MemoryBank, first_word: int, words: int) -> bytes | None:
        """So much of this tag's memory, and of no other's."""

    async def write(self, tag: Tag, bank: MemoryBank, first_word: int, data: bytes) -> None:
        """Write to this tag, having made sure that no other would take it; whether it did is to be read back."""
