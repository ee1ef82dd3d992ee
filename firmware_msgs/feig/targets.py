"""Whom a request to tags is for: sub-command, MODE, and the UID where MODE says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.uids import UID_BYTES, uid_bytes, uid_text

TARGET_MASK = 0x07
"""The bits of MODE that say whom."""

_ADDRESSED = 1


class Unaddressed(Enum):
    """Whom a request without a UID is for; its value is MODE's lowest three bits."""

    ANY = 0  # every tag in the field that is not quiet: there should be one
    SELECTED = 2


Target: TypeAlias = str | Unaddressed
"""A UID, or whom else a request is for."""


@dataclass(frozen=True, slots=True)
class OnTag:
    """A request to one tag."""

    tag: Target


def encode_head(command: int, tag: Target, flags: int = 0) -> bytes:
    """Sub-command, MODE with `flags`, and the UID if there is one."""
    if isinstance(tag, Unaddressed):
        return bytes((command, flags | tag.value))
    return bytes((command, flags | _ADDRESSED)) + uid_bytes(tag)


def decode_target(mode: int, cursor: Cursor) -> Target:
    """The target that MODE names, or DecodeError."""
    match mode & TARGET_MASK:
        case Unaddressed.ANY.value:
            return Unaddressed.ANY
        case Unaddressed.SELECTED.value:
            return Unaddressed.SELECTED
        case 1:
            return uid_text(cursor.take(UID_BYTES))
        case _:
            raise DecodeError("value", "the mode says for no known kind of tag", 1)


def refuse_flags(flags: int) -> None:
    """DecodeError unless no such bit of MODE is set."""
    if flags:
        raise DecodeError("value", f"the mode's bits {flags:02X} are not served", 1)
