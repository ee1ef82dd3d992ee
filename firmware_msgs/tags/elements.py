"""The data elements of ISO 28560-1 as ISO 28560-2 (GB/T 35660.2) numbers and writes them."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum
from typing import Final

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags.bits import bits_of, pack
from firmware_msgs.tags.compaction import Compaction, bytes_from_hex, compact, expand
from firmware_msgs.tags.content import Usage
from firmware_msgs.tags.isil import decode_isil, encode_isil
from firmware_msgs.tags.iso15962 import DataObject


class Element(IntEnum):
    """Object identifiers. What is a code (bitmap, usage, media format, stage) reads as hex."""

    ITEM_ID = 1
    CONTENT_BITMAP = 2
    OWNER_ISIL = 3
    SET_INFORMATION = 4
    USAGE = 5
    SHELF = 6
    ONIX_MEDIA_FORMAT = 7
    MARC_MEDIA_FORMAT = 8
    SUPPLIER = 9
    ORDER_NUMBER = 10
    ILL_BORROWER_ISIL = 11
    ILL_TRANSACTION = 12
    GS1_PRODUCT = 13
    ALTERNATIVE_UNIQUE_ID = 14
    LOCAL_A = 15
    LOCAL_B = 16
    TITLE = 17
    LOCAL_PRODUCT = 18
    MEDIA_FORMAT = 19
    SUPPLY_STAGE = 20
    INVOICE = 21
    ALTERNATIVE_ITEM_ID = 22
    ALTERNATIVE_OWNER = 23
    OWNER_SUBSIDIARY = 24
    ALTERNATIVE_ILL_BORROWER = 25
    LOCAL_C = 26

    @property
    def words(self) -> str:
        """For a person."""
        return self.name.lower().replace("_", " ")


_ISILS: Final = frozenset({Element.OWNER_ISIL, Element.ILL_BORROWER_ISIL})
_CODED: Final = frozenset({Element.CONTENT_BITMAP, Element.USAGE, Element.MEDIA_FORMAT, Element.SUPPLY_STAGE})
_BYTES: Final = frozenset({Compaction.APPLICATION, Compaction.OCTETS})
_FIRST_LISTED: Final = Element.OWNER_ISIL  # the bitmap's first bit
_MAX_PARTS = 999


def text_of(found: DataObject) -> str:
    """What the object says; DecodeError `value` when its data is not in the compaction that it names."""
    if found.oid in _ISILS and found.compaction is Compaction.APPLICATION:
        return decode_isil(found.data)
    if found.oid in _CODED and found.compaction in _BYTES:
        return found.data.hex()
    return expand(found.compaction, found.data)


def object_of(oid: int, text: str) -> DataObject:
    """The object in standard form that says `text`; EncodeError when it cannot."""
    if oid in _ISILS:
        return DataObject(oid, Compaction.APPLICATION, encode_isil(text))
    if oid == Element.CONTENT_BITMAP:
        return DataObject(oid, Compaction.APPLICATION, bytes_from_hex(text))
    if oid in _CODED:
        return DataObject(oid, Compaction.OCTETS, bytes_from_hex(text))
    return DataObject(oid, *compact(text))


def set_of(found: DataObject) -> tuple[int, int]:
    """How many parts, and which (0 of 0: it does not tell): both numbers in as many digits each, such as 1203. Some
    write two bytes instead, or lose a leading zero.
    """
    if found.compaction in _BYTES and len(found.data) == 2 and not found.data.isdigit():
        return in_order(*found.data)
    digits = _text_or_nothing(found)
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 2 * len(str(_MAX_PARTS)):
        return 0, 0
    half = (len(digits) + 1) // 2
    return in_order(int(digits[:-half] or "0"), int(digits[-half:]))


def _text_or_nothing(found: DataObject) -> str:
    try:
        return expand(found.compaction, found.data)
    except DecodeError:
        return ""


def in_order(parts: int, part: int) -> tuple[int, int]:
    """Some writers swap the two."""
    return (part, parts) if 0 < parts < part else (parts, part)


def set_text(parts: int, part: int) -> str:
    """The set information's digits; EncodeError when there is no such part."""
    if not 0 < parts <= _MAX_PARTS or not 0 <= part <= parts:
        raise EncodeError(f"part {part} of {parts} cannot be written")
    return f"{parts}{part:0{len(str(parts))}}"


def usage_of(found: DataObject) -> Usage:
    """By the first of its two hex digits; the second is a finer class. Early versions of dp2 wrote both as a decimal
    number, as the standard does with texts.
    """
    if len(found.data) != 1:
        return Usage.OTHER
    (code,) = found.data
    return usage_by_code(code // 10 if found.compaction is Compaction.INTEGER else code >> 4)


def usage_by_code(code: int) -> Usage:
    """By the number that ISO 28560-1 gives its class."""
    try:
        return Usage(code)
    except ValueError:
        return Usage.OTHER


def usage_text(usage: Usage) -> str:
    """The class in hex, without a finer one; EncodeError when it has no code."""
    if usage is Usage.OTHER:
        raise EncodeError("there is no code for this usage")
    return f"{usage.value << 4:02x}"


def bitmap_of(oids: Collection[int]) -> bytes:
    """The content bitmap that lists these, the first bit for the owner; what comes before that needs no listing."""
    bits = "".join("1" if oid in oids else "0" for oid in range(_FIRST_LISTED, max(oids, default=0) + 1))
    return pack(bits, "0" * 7)


def listed_in(bitmap: bytes) -> frozenset[int]:
    """The identifiers that a content bitmap lists."""
    return frozenset(_FIRST_LISTED + at for at, bit in enumerate(bits_of(bitmap)) if bit == "1")
