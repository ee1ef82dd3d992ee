"""SW3 of an answer: what became of a question (SAM 通讯协议, table of states)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Status(IntEnum):
    """In every answer's third byte; SW1 and SW2 are the card's own words on an error."""

    WRONG_CHECKSUM = 0x10
    WRONG_LENGTH = 0x11
    UNKNOWN_COMMAND = 0x21
    UNKNOWN_ERROR = 0x24
    CARD_REFUSED_READER = 0x31
    READER_REFUSED_CARD = 0x32
    INFORMATION_INVALID = 0x33
    WRONG_CARD = 0x40
    READ_FAILED = 0x41
    NO_RANDOM_NUMBER = 0x47
    SELF_TEST_FAILED = 0x60
    UNAUTHORISED = 0x66
    NOT_FOUND = 0x80
    NOT_SELECTED = 0x81
    DONE = 0x90
    NOTHING_THERE = 0x91
    FOUND = 0x9F


_WORDS: Final = {
    Status.WRONG_CHECKSUM: "the reader received a wrong checksum",
    Status.WRONG_LENGTH: "the reader received a wrong length",
    Status.UNKNOWN_COMMAND: "the reader does not know this command",
    Status.UNKNOWN_ERROR: "the reader failed without saying why",
    Status.CARD_REFUSED_READER: "the card does not trust this reader",
    Status.READER_REFUSED_CARD: "the reader does not trust this card",
    Status.INFORMATION_INVALID: "what the card says could not be verified",
    Status.WRONG_CARD: "this is another kind of card",
    Status.READ_FAILED: "the card could not be read to the end",
    Status.NO_RANDOM_NUMBER: "the card gave no random number",
    Status.SELF_TEST_FAILED: "the reader's self-test failed; it takes no commands",
    Status.UNAUTHORISED: "the reader is not authorised and may not be used",
    Status.NOT_FOUND: "no card was found",
    Status.NOT_SELECTED: "the card was gone before it could be selected",
    Status.DONE: "done",
    Status.NOTHING_THERE: "the card has no such information",
    Status.FOUND: "a card was found",
}


def status_words(status: int) -> str:
    """The status as a clause for a technician; unknown ones by number."""
    try:
        return _WORDS[Status(status)]
    except ValueError:
        return f"the reader gave the unknown status {status:02X}"
