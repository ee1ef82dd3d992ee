"""From a tag's memory to what it says, whatever its format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from firmware_msgs.errors import DecodeError
from firmware_msgs.tags import iso28560_2, iso28560_3, rfid501
from firmware_msgs.tags.afi import AFI_MEANINGS
from firmware_msgs.tags.content import TagContent, TagFault

HEAD_BYTES: Final = iso28560_3.BASIC_BYTES
"""Reading this much is enough for nearly every tag; `is_enough` says so."""


@dataclass(frozen=True, slots=True)
class _Format:
    """`read` raises DecodeError; `is_enough`: more memory would tell nothing more about the content."""

    name: str
    read: Callable[[bytes], TagContent]
    is_enough: Callable[[bytes], bool]


_DANISH: Final = _Format(iso28560_3.FORMAT, iso28560_3.read_content, iso28560_3.is_enough)
_OBJECTS: Final = _Format(iso28560_2.FORMAT, iso28560_2.read_content, iso28560_2.is_enough)
_3M: Final = _Format(rfid501.FORMAT, rfid501.read_content, lambda memory: len(memory) >= rfid501.CONTENT_BYTES)

_UNANNOUNCED_OBJECTS: Final = replace(_OBJECTS, is_enough=iso28560_2.is_whole)
_DANISH_OR_OBJECTS: Final = replace(
    _DANISH, is_enough=lambda memory: iso28560_3.is_enough(memory) and iso28560_2.is_whole(memory)
)
"""Where the whole memory has to be looked at before it is sure."""


def detect(dsfid: int, memory: bytes, afi: int | None = None) -> str | None:
    """The name of the tag's format: by its DSFID, else (many writers leave that 00) by what its memory looks like.
    Where that is 28560-2, which has no checksum, the AFI too must be a library's if it is known.
    """
    found = _format(dsfid, memory, afi)
    return None if found is None else found.name


def read_content(dsfid: int, memory: bytes, afi: int | None = None) -> TagContent | TagFault:
    """What the tag says, or why it cannot be told."""
    if is_blank(memory):
        return TagFault.BLANK
    found = _format(dsfid, memory, afi)
    if found is None:
        return TagFault.UNKNOWN_FORMAT
    try:
        return found.read(memory)
    except DecodeError:
        return TagFault.DAMAGED


def is_blank(memory: bytes) -> bool:
    """Nothing was written at its beginning since manufacture: zeros, or the 3M pattern."""
    head = memory[:HEAD_BYTES]
    return not any(head) or (head.startswith(rfid501.BLANK) and not any(head[len(rfid501.BLANK) :]))


def is_enough(dsfid: int, memory: bytes, afi: int | None = None) -> bool:
    """Whether more of the tag's memory would tell nothing more about its content."""
    if len(memory) < HEAD_BYTES:
        return False
    if is_blank(memory):
        return True
    found = _format(dsfid, memory, afi)
    if found is not None:
        return found.is_enough(memory)
    return not _may_be_a_librarys(afi) or iso28560_2.is_whole(memory)


def _format(dsfid: int, memory: bytes, afi: int | None) -> _Format | None:
    if dsfid == iso28560_3.DSFID:
        return _DANISH
    danish = iso28560_3.recognises(memory)
    if dsfid == iso28560_2.DSFID:
        return _announced_objects(memory) if danish else _OBJECTS
    if danish:
        return _DANISH
    if rfid501.recognises(memory):
        return _3M
    return _UNANNOUNCED_OBJECTS if _may_be_a_librarys(afi) and iso28560_2.recognises(memory) else None


def _may_be_a_librarys(afi: int | None) -> bool:
    return afi is None or afi in AFI_MEANINGS


def _announced_objects(memory: bytes) -> _Format:
    """The tag says 28560-2, and a 28560-3 checksum holds: by chance once in 10,000 tags, or the DSFID is wrong."""
    return _UNANNOUNCED_OBJECTS if iso28560_2.recognises(memory) else _DANISH_OR_OBJECTS
