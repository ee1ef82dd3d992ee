"""3M's "alphanumeric" tag, older than the standards (RFID 501; read in dpavlin's Biblio-RFID, which found it by
experiment). Read only: nothing here was proven on a tag of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError
from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.tags.texts import fixed_text

FORMAT: Final = "3m-rfid501"
CONTENT_BYTES: Final = 20
"""The content stands in these; the numbers of branch and library and the custom one follow."""

BLANK: Final = b"\x55" * 24 + bytes(4)
"""A tag as 3M made it."""

_KIND = 0x04
_BARCODE = slice(4, 20)
_LIBRARY_BITS = 20

ITEM_TYPES: Final = (
    "other",
    "book",
    "magazine",
    "bound journal",
    "audio tape",
    "video",
    "CD or CD-ROM",
    "diskette",
    "book with diskette",
    "book with CD or CD-ROM",
    "",
    "",
    "",
    "book with audio tape",
)
"""By number; "" where none is known."""


@dataclass(frozen=True, slots=True)
class Rfid501Tag:
    """Item `number` of `total` in a set. The numbers below are None where they were not read."""

    barcode: str
    number: int
    total: int
    item_type: int
    branch: int | None = None
    library: int | None = None
    custom: int | None = None

    @property
    def content(self) -> TagContent:
        """The owner is no ISIL, and so left out."""
        return TagContent(FORMAT, self.barcode, "", self.total, self.number, Usage.NO_INFORMATION)


def decode(memory: bytes) -> Rfid501Tag:
    """DecodeError: `truncated` below 20 bytes, `value` when it is no such tag."""
    cursor = Cursor(memory)
    kind, of_set, zero, item_type = cursor.take(_BARCODE.start)
    barcode = fixed_text(cursor.take(_BARCODE.stop - _BARCODE.start), _BARCODE.start)
    if kind != _KIND or zero != 0:
        raise DecodeError("value", "the tag does not begin as 3M's do", 0)
    owner, custom = cursor.rest()[:4], memory[24:28]
    branch = int.from_bytes(owner, "big") >> _LIBRARY_BITS if len(owner) == 4 else None
    library = int.from_bytes(owner, "big") & (1 << _LIBRARY_BITS) - 1 if len(owner) == 4 else None
    own_number = int.from_bytes(custom, "big", signed=True) if len(custom) == 4 else None
    return Rfid501Tag(barcode, of_set >> 4, of_set & 0x0F, item_type, branch, library, own_number)


def read_content(memory: bytes) -> TagContent:
    """What the first part of a memory says; DecodeError as `decode`."""
    return decode(memory).content


def recognises(memory: bytes) -> bool:
    """Whether it looks like one, for nothing in it is a checksum: an item of its set, of a known type, with a barcode
    of printable ASCII and nothing but zeros after it.
    """
    try:
        tag = decode(memory)
    except DecodeError:
        return False
    padding = memory[_BARCODE][len(tag.barcode) :]
    is_item = tag.number <= tag.total and tag.item_type < len(ITEM_TYPES)
    return is_item and bool(tag.barcode) and tag.barcode.isascii() and not any(padding)
