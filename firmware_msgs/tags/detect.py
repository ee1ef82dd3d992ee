"""From a tag's memory to what it says, whatever its format."""

from __future__ import annotations

from firmware_msgs.errors import DecodeError
from firmware_msgs.tags import iso28560_3
from firmware_msgs.tags.content import TagContent, TagFault

HEAD_BYTES = iso28560_3.BASIC_BYTES
"""Reading this much is enough for nearly every tag; `is_enough` says so."""

_RFID501_BLANK = b"\x55" * 24 + bytes(4)


def detect(dsfid: int, memory: bytes) -> str | None:
    """The name of the tag's format: by its DSFID, else (many writers leave that 00) by a checksum that holds."""
    return iso28560_3.FORMAT if dsfid == iso28560_3.DSFID or iso28560_3.recognises(memory) else None


def read_content(dsfid: int, memory: bytes) -> TagContent | TagFault:
    """What the tag says, or why it cannot be told."""
    if is_blank(memory):
        return TagFault.BLANK
    if detect(dsfid, memory) is None:
        return TagFault.UNKNOWN_FORMAT
    try:
        return iso28560_3.decode(memory).content
    except DecodeError:
        return TagFault.DAMAGED


def is_blank(memory: bytes) -> bool:
    """Nothing was written since manufacture: zeros, or the 3M RFID501 pattern."""
    return not any(memory) or (memory.startswith(_RFID501_BLANK) and not any(memory[len(_RFID501_BLANK) :]))


def is_enough(dsfid: int, memory: bytes) -> bool:
    """Whether more of the tag's memory would tell nothing more about its content."""
    if is_blank(memory) or detect(dsfid, memory) is None:
        return True
    try:
        iso28560_3.decode(memory)
    except DecodeError as error:
        return error.kind != "truncated"
    return True
