"""The Chinese social security card: how its public files are read.

Read in several public programs, never from a card of ours. Each record is a number, a length and that many bytes. The
identity number and the name stand in EF06; nothing here reads them, for a library knows its patrons by the card.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from firmware_msgs.apdu import SHORT_LE_MAX, Command, Response, meaning
from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError

APPLICATION: Final = "sx1.sh.社会保障".encode("gb2312")
CARD_FILE, HOLDER_FILE = 0xEF05, 0xEF06

SELECT_APPLICATION: Final = Command(0x00, 0xA4, 0x04, 0x00, APPLICATION)
_ABSENT: Final = frozenset({0x6700, 0x6881, 0x6A81, 0x6A82, 0x6A86, 0x6D00, 0x6E00})
_READ_RECORD, _RECORD_BY_NUMBER = 0xB2, 0x04
_FILES = 0xEF00  # a file's identifier ends in its short one
CARD_ID_BYTES = 16


class Field(Enum):
    """A record: its file, its number there, and the number it carries itself."""

    CARD_ID = (CARD_FILE, 1, 0x01)
    CARD_NUMBER = (CARD_FILE, 7, 0x07)
    IDENTITY_NUMBER = (HOLDER_FILE, 1, 0x08)
    NAME = (HOLDER_FILE, 2, 0x09)


@dataclass(frozen=True, slots=True)
class SocialSecurityCard:
    """`card_id` is the chip's identification, upper-case hex, its first six digits the issuing region; `number` is
    what is printed on the card.
    """

    card_id: str
    number: str


def select_file(file: int) -> Command:
    """Open an elementary file of the application."""
    return Command(0x00, 0xA4, 0x02, 0x00, file.to_bytes(2))


def read_record(field: Field) -> Command:
    """Read it from its file, which must be open."""
    return Command(0x00, _READ_RECORD, field.value[1], _RECORD_BY_NUMBER, expected=SHORT_LE_MAX)


def decode_read_record(command: Command, open_file: int | None = None) -> Field:
    """Which record a command reads, from the open file or one named by its short identifier. Raises `DecodeError`."""
    if (command.cla, command.ins) != (0x00, _READ_RECORD) or command.p2 & 0x07 != _RECORD_BY_NUMBER:
        raise DecodeError("command", "This reads no record by its number", 1)
    short = command.p2 >> 3
    file = _FILES | short if short else open_file
    for field in Field:
        if field.value[:2] == (file, command.p1):
            return field
    raise DecodeError("value", "This record is not known", 2)


def is_absent(response: Response) -> bool:
    """Whether the answer to `SELECT_APPLICATION` means that the card is of another kind."""
    return response.status in _ABSENT


def encode_record(field: Field, value: bytes) -> bytes:
    """The record as it stands on the card."""
    return bytes((field.value[2], len(value))) + value


def decode_record(field: Field, response: Response) -> bytes:
    """The record's value. Raises `DecodeError`."""
    if not response.ok:
        raise DecodeError("status", f"The card does not tell its record: {meaning(response.status)}")
    cursor = Cursor(response.data)
    if cursor.byte() != field.value[2]:
        raise DecodeError("value", "This is another record than was asked for", 0)
    value = cursor.take(cursor.byte())
    cursor.end()
    return value


def decode_card(card_id: bytes, number: bytes) -> SocialSecurityCard:
    """The card from the values of its two records. Raises `DecodeError`."""
    if len(card_id) != CARD_ID_BYTES:
        raise DecodeError("length", f"A card's identification has {CARD_ID_BYTES} bytes, not {len(card_id)}")
    text = number.rstrip(b"\0 \xff").decode("ascii", "replace")
    if not text.isalnum() or not text.isascii():
        raise DecodeError("value", "A card's number has letters and figures only")
    return SocialSecurityCard(card_id.hex().upper(), text)
