"""What a family of item readers does by itself: look at its field, read a tag, set a tag's security."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from firmware_msgs.tags.content import TagContent, TagFault


@dataclass(frozen=True, slots=True)
class Look:
    """The tags seen in one look. `whole`: every tag in the field was told, so those not seen are missing."""

    uids: tuple[str, ...]
    whole: bool


class TagField(Protocol):
    """An open reader and its field. Every method may raise `DeviceFault` when the reader is gone; a tag that left is no
    fault.
    """

    async def look(self) -> Look:
        """Which tags are there now."""

    async def read(self, uid: str) -> tuple[TagContent | TagFault, bool | None]:
        """What the tag says and whether it is secured, as far as either could be read."""

    async def secure(self, uid: str, *, secured: bool) -> bool | None:
        """Set the tag's security; what counts is only what is read back: that, or None when it could not be read."""


OpenField: TypeAlias = Callable[[], AbstractAsyncContextManager[TagField]]
"""Opens the reader, sees that it answers, and has closed everything on leaving. Raises `DeviceFault`."""
