"""The status byte of every Chafon answer, in plain words.

00 to 05 were read in the manual of UHFReader18 V2.0 (chapter 5), 26 and F8 in that of UHFReader288, FB and FC in public
programs [S]; the others were written down from memory [M]: treat them as leads.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Status(IntEnum):
    """What became of a request."""

    SUCCESS = 0x00
    INVENTORY_DONE = 0x01
    INVENTORY_OUT_OF_TIME = 0x02
    INVENTORY_MORE = 0x03
    INVENTORY_MEMORY_FULL = 0x04
    PASSWORD_ERROR = 0x05
    KILL_PASSWORD_ERROR = 0x09
    KILL_PASSWORD_ZERO = 0x0A
    COMMAND_UNKNOWN_TO_TAG = 0x0B
    ACCESS_PASSWORD_ZERO = 0x0C
    ALREADY_PROTECTED = 0x0D
    NOT_PROTECTED = 0x0E
    BYTES_LOCKED = 0x10
    CANNOT_LOCK = 0x11
    ALREADY_LOCKED = 0x12
    NOT_SAVED = 0x13
    CANNOT_ADJUST = 0x14
    STATISTICS = 0x26
    ANTENNA_ERROR = 0xF8
    EXECUTION_ERROR = 0xF9
    POOR_COMMUNICATION = 0xFA
    NO_TAG = 0xFB
    TAG_ERROR = 0xFC
    LENGTH_ERROR = 0xFD
    ILLEGAL_COMMAND = 0xFE
    PARAMETER_ERROR = 0xFF


INVENTORY_ENDS: Final = frozenset(
    {Status.INVENTORY_DONE, Status.INVENTORY_OUT_OF_TIME, Status.INVENTORY_MEMORY_FULL, Status.NO_TAG}
)
"""With any of these an inventory is over; after the second and third it may have missed tags."""

_WORDS: Final = {
    Status.SUCCESS: "done",
    Status.INVENTORY_DONE: "the inventory is complete",
    Status.INVENTORY_OUT_OF_TIME: "the inventory ran out of time before it had all tags",
    Status.INVENTORY_MORE: "there is more to come",
    Status.INVENTORY_MEMORY_FULL: "there are more tags than the reader can remember",
    Status.PASSWORD_ERROR: "the tag's password is wrong",
    Status.KILL_PASSWORD_ERROR: "the password to disable the tag is wrong",
    Status.KILL_PASSWORD_ZERO: "the password to disable the tag may not be zero",
    Status.COMMAND_UNKNOWN_TO_TAG: "the tag does not know this command",
    Status.ACCESS_PASSWORD_ZERO: "the tag's password may not be zero for this",
    Status.ALREADY_PROTECTED: "the tag is protected against reading already",
    Status.NOT_PROTECTED: "the tag is not protected against reading",
    Status.BYTES_LOCKED: "some of the memory is locked",
    Status.CANNOT_LOCK: "the tag cannot be locked",
    Status.ALREADY_LOCKED: "the tag is locked already",
    Status.NOT_SAVED: "the setting holds only until the power goes",
    Status.CANNOT_ADJUST: "the reader cannot be set so",
    Status.STATISTICS: "numbers of the last inventory",
    Status.ANTENNA_ERROR: "no antenna is connected there",
    Status.EXECUTION_ERROR: "the reader failed without saying why",
    Status.POOR_COMMUNICATION: "the tag was seen but too weakly to be accessed",
    Status.NO_TAG: "no tag answered",
    Status.TAG_ERROR: "the tag refused",
    Status.LENGTH_ERROR: "the reader found the command too long or too short",
    Status.ILLEGAL_COMMAND: "the reader does not know this command",
    Status.PARAMETER_ERROR: "a value is outside what the reader allows",
}

_TAG_ERRORS: Final = {
    0x00: "for a reason of its own",
    0x03: "because it has no such memory",
    0x04: "because this memory is locked",
    0x0B: "because it had too little power to write",
    0x0F: "without saying why",
}
"""Gen2 annex I."""


def status_words(status: int) -> str:
    """The status as a clause for a technician; unknown ones by number."""
    try:
        return _WORDS[Status(status)]
    except ValueError:
        return f"the reader gave the unknown status {status:02X}"


def tag_error_words(error: int) -> str:
    """Why a tag refused."""
    return _TAG_ERRORS.get(error, f"with the unknown error {error:02X}")
