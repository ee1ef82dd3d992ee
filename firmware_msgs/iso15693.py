"""What an ISO 15693 tag says when it refuses (ISO 15693-3, table of response error codes)."""

from __future__ import annotations

from enum import IntEnum


class TagError(IntEnum):
    """A tag's own error code."""

    NOT_SUPPORTED = 0x01
    NOT_RECOGNISED = 0x02
    OPTION_NOT_SUPPORTED = 0x03
    UNKNOWN = 0x0F
    NO_SUCH_BLOCK = 0x10
    ALREADY_LOCKED = 0x11
    LOCKED = 0x12
    NOT_WRITTEN = 0x13
    NOT_LOCKED = 0x14


_TAG_WORDS = {
    TagError.NOT_SUPPORTED: "it does not know the command",
    TagError.NOT_RECOGNISED: "it does not understand the command",
    TagError.OPTION_NOT_SUPPORTED: "it does not know the option",
    TagError.UNKNOWN: "it does not say why",
    TagError.NO_SUCH_BLOCK: "it has no such block",
    TagError.ALREADY_LOCKED: "this is locked already",
    TagError.LOCKED: "this is locked and cannot be changed",
    TagError.NOT_WRITTEN: "the writing failed",
    TagError.NOT_LOCKED: "the locking failed",
}


def tag_error_words(code: int) -> str:
    """The tag's error as a clause; unknown ones by number."""
    try:
        return _TAG_WORDS[TagError(code)]
    except ValueError:
        return f"error {code:02X}"
