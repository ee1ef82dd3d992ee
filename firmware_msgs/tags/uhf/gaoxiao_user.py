"""The user bank of the China university alliance's UHF format: elements of identifier (6 bits), length (10 bits), data.

Identifier 0 ends the list. What each element's bytes mean is from dp2's published implementation and tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from firmware_msgs.errors import DecodeError, EncodeError

HEAD_BYTES = 2
"""An element's identifier and length, before its data."""

_LONGEST_DATA = 0x3FF
_LIBRARY_DIGITS = 5
_MILITARY, _MILITARY_STORED = "9", "6"
_HIGHEST_WORD = 0xFFFF


class Element(IntEnum):
    """Elements whose meaning is known. Those of `TEXTS` hold UTF-8."""

    OWNER = 3
    SET_INFORMATION = 4
    USAGE = 5
    LOCATION = 6
    BORROWING_LIBRARY = 11
    BORROWING_NUMBER = 12
    ALTERNATIVE_ID = 14
    TEMPORARY_LOCATION = 15
    SUBJECT = 16
    BRANCH = 24
    ISBN = 26
    RESERVED_27 = 27
    RESERVED_28 = 28
    RESERVED_29 = 29
    RESERVED_30 = 30
    RESERVED_31 = 31


LIBRARIES: Final = frozenset({Element.OWNER, Element.BORROWING_LIBRARY})
TEXTS: Final = frozenset(Element) - LIBRARIES - {Element.SET_INFORMATION, Element.USAGE}

CONTENT_OIDS: Final = (3, 4, 5, 6, 11, 12, 14, 15, 16, 24, 26, 27, 28, 29, 30, 31)
"""What each bit of the content bitmap, the lowest first, says is in the user bank."""


@dataclass(frozen=True, slots=True)
class UserElement:
    """One element as it stands in memory."""

    oid: int
    data: bytes


def decode_content_bitmap(bitmap: int) -> tuple[int, ...]:
    """The identifiers of the elements that are there."""
    return tuple(oid for bit, oid in enumerate(CONTENT_OIDS) if bitmap >> bit & 1)


def encode_content_bitmap(oids: Iterable[int]) -> int:
    """The bitmap, or EncodeError for an element that has no bit."""
    try:
        return sum({1 << CONTENT_OIDS.index(oid) for oid in oids})
    except ValueError as error:
        raise EncodeError("the content bitmap has no bit for this element") from error


def decode_user_bank(memory: bytes, *, whole: bool = True) -> tuple[UserElement, ...]:
    """All elements up to the end mark; DecodeError `truncated` when one is not all there. A `whole` bank may also just
    end.
    """
    return tuple(_elements(memory, whole=whole))


def _elements(memory: bytes, *, whole: bool) -> Iterator[UserElement]:
    at = 0
    while at < len(memory) and memory[at] != 0:
        head = memory[at : at + HEAD_BYTES]
        size = int.from_bytes(head, "big") & _LONGEST_DATA
        end = at + HEAD_BYTES + size
        if len(head) < HEAD_BYTES or end > len(memory):
            raise DecodeError("truncated", "an element of the user bank is not all there", at)
        yield UserElement(head[0] >> 2, memory[at + HEAD_BYTES : end])
        at = end
    if at >= len(memory) and not whole:
        raise DecodeError("truncated", "the end of the elements was not read", len(memory))


def encode_user_bank(elements: Iterable[UserElement]) -> bytes:
    """Whole words, with an end mark; EncodeError for an element that does not fit."""
    data = b"".join(map(_encode_element, elements))
    return data + bytes(2 - len(data) % 2)


def _encode_element(element: UserElement) -> bytes:
    if element.oid not in CONTENT_OIDS or len(element.data) > _LONGEST_DATA:
        raise EncodeError(f"element {element.oid} of {len(element.data)} bytes does not fit the user bank")
    return (element.oid << 10 | len(element.data)).to_bytes(HEAD_BYTES, "big") + element.data


def decode_library(data: bytes) -> str:
    """A university's five-digit code (JY/T 1001-2012). Codes of military ones begin with 9, stored as 6."""
    if len(data) != 2:
        raise DecodeError("length", "a library's code has 2 bytes", min(len(data), 2))
    code = str(int.from_bytes(data, "big")).zfill(_LIBRARY_DIGITS)
    return _MILITARY + code[1:] if code.startswith(_MILITARY_STORED) else code


def encode_library(code: str) -> bytes:
    """The two bytes, or EncodeError for what is no such code."""
    if len(code) != _LIBRARY_DIGITS or not (code.isascii() and code.isdigit()) or code.startswith(_MILITARY_STORED):
        raise EncodeError("a library's code has five digits here and does not begin with 6")
    number = int(_MILITARY_STORED + code[1:] if code.startswith(_MILITARY) else code)
    if number > _HIGHEST_WORD:
        raise EncodeError(f"a library's code of this form ends at {_HIGHEST_WORD}")
    return number.to_bytes(2, "big")


def decode_set_information(data: bytes) -> tuple[int, int]:
    """How many parts the set has, and which this is."""
    if len(data) != 4:
        raise DecodeError("length", "set information has 4 bytes", min(len(data), 4))
    return int.from_bytes(data[:2], "big"), int.from_bytes(data[2:], "big")


def encode_set_information(parts: int, part: int) -> bytes:
    """The four bytes, or EncodeError."""
    if not 0 <= part <= parts <= _HIGHEST_WORD:
        raise EncodeError(f"part {part} of {parts} cannot be written")
    return parts.to_bytes(2, "big") + part.to_bytes(2, "big")


def decode_usage(data: bytes) -> tuple[int, int]:
    """The kind of thing and its state (annex B)."""
    if len(data) != 2:
        raise DecodeError("length", "a usage has 2 bytes", min(len(data), 2))
    return data[0], data[1]


def decode_text(data: bytes) -> str:
    """UTF-8 that can be printed."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise DecodeError("value", "a text in the user bank is not UTF-8", error.start) from error
    if not text.isprintable():
        raise DecodeError("value", "a text in the user bank holds characters that cannot be printed")
    return text
