"""How the China university alliance's UHF format packs an item identifier (data model, annex A, by way of dp2's
published implementation and tests).

96 bit: up to 7 ASCII characters as they are; 8 to 14 as three letters or digits, digits, and any last character, in
eight bytes. 128 bit: up to 11 as they are; 12 to 14 as letters or digits and any last character, in twelve bytes.
Otherwise UTF-8. The low nibble of the first byte counts the characters; packed words go low byte first.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from firmware_msgs.errors import DecodeError, EncodeError

MAX_CHARACTERS = 14


class IdCoding(IntEnum):
    """How the identifier is packed (payload byte 1, bits 7-6)."""

    BITS_96 = 0
    BITS_128 = 1
    UTF_8 = 2


_FIRST_PACKED: Final = {IdCoding.BITS_96: 8, IdCoding.BITS_128: 12}
_FIELD_BYTES: Final = {IdCoding.BITS_96: 8, IdCoding.BITS_128: 12}
_FORMS: Final = {
    IdCoding.BITS_96: re.compile(r"[\x20-\x7e]{1,7}|[0-9A-Z]{3}[0-9]{4,10}[\x20-\x7e]"),
    IdCoding.BITS_128: re.compile(r"[\x20-\x7e]{1,11}|[0-9A-Z]{11,13}[\x20-\x7e]"),
}
_SHORT_CODES, _LAST_CODE, _COUNT_MASK = 6, 8, 0xF
_CODE_ORIGIN = 0x30  # the first character that six bits can say


def coding_for(item_id: str) -> IdCoding:
    """The shortest coding that can carry it; EncodeError when none can."""
    for coding, form in _FORMS.items():
        if form.fullmatch(item_id):
            return coding
    if 0 < len(item_id) <= MAX_CHARACTERS and item_id.isprintable():
        return IdCoding.UTF_8
    raise EncodeError(f"an item's identifier has 1 to {MAX_CHARACTERS} printable characters here, not {len(item_id)}")


def encode_id(item_id: str, coding: IdCoding) -> bytes:
    """The packed identifier without padding; EncodeError when this coding cannot carry it."""
    if coding is IdCoding.UTF_8:
        return item_id.encode()
    if not _FORMS[coding].fullmatch(item_id):
        raise EncodeError(f"this identifier does not fit the {coding.name} coding")
    if len(item_id) < _FIRST_PACKED[coding]:
        return bytes((len(item_id),)) + item_id.encode("ascii")
    words = _pack_96(item_id) if coding is IdCoding.BITS_96 else _pack_128(item_id)
    return b"".join(word.to_bytes(4, "little") for word in words)


def _pack_96(item_id: str) -> tuple[int, ...]:
    fourth = int(item_id[3])
    low = ((fourth & 3) << 18 | _pack(item_id[:3])) << _LAST_CODE | ord(item_id[-1])
    return low << 4 | len(item_id), int(item_id[4:-1]) << 2 | fourth >> 2


def _pack_128(item_id: str) -> tuple[int, ...]:
    low = _pack(item_id[10:-1]) << _LAST_CODE | ord(item_id[-1])
    return low << 4 | len(item_id), _pack(item_id[5:10]), _pack(item_id[:5])


def _pack(text: str) -> int:
    value = 0
    for character in text:
        value = value << _SHORT_CODES | ord(character) - _CODE_ORIGIN
    return value


def decode_id(data: bytes, coding: IdCoding) -> str:
    """The identifier in `data`, which may be padded with zeros to its field's size; DecodeError otherwise.

    Characters that no standard writer packs, such as small letters, are read all the same.
    """
    text = _decode_utf_8(data) if coding is IdCoding.UTF_8 else _decode_counted(data, coding)
    if not text or not text.isprintable():
        raise DecodeError("value", "the identifier is empty or holds characters that cannot be printed", 0)
    return text


def _decode_utf_8(data: bytes) -> str:
    try:
        return data.rstrip(b"\0").decode()
    except UnicodeDecodeError as error:
        raise DecodeError("value", "the identifier is not UTF-8", error.start) from error


def _decode_counted(data: bytes, coding: IdCoding) -> str:
    count = data[0] & _COUNT_MASK if data else 0
    if not 0 < count <= MAX_CHARACTERS:
        raise DecodeError("value", f"an identifier of {count} characters is impossible", 0)
    used = count + 1 if count < _FIRST_PACKED[coding] else _FIELD_BYTES[coding]
    if len(data) < used:
        raise DecodeError("truncated", f"the identifier takes {used} bytes", len(data))
    if any(data[used:]):
        raise DecodeError("length", "something follows the identifier", used)
    if count < _FIRST_PACKED[coding]:
        return _decode_plain(data[1:used])
    words = tuple(int.from_bytes(data[at : at + 4], "little") for at in range(0, used, 4))
    return _unpack_96(count, words) if coding is IdCoding.BITS_96 else _unpack_128(count, words)


def _decode_plain(data: bytes) -> str:
    try:
        return data.decode("ascii")
    except UnicodeDecodeError as error:
        raise DecodeError("value", "the identifier is not ASCII", 1 + error.start) from error


def _unpack_96(count: int, words: tuple[int, ...]) -> str:
    low, high = words[0] >> 4, words[1]
    last, first, fourth = low & 0xFF, low >> _LAST_CODE & 0x3FFFF, low >> 26 | (high & 3) << 2
    digits = str(high >> 2).zfill(count - 5)
    if fourth > 9 or len(digits) > count - 5:
        raise DecodeError("value", "the identifier's digits are impossible", 4)
    return f"{_unpack(first, 3)}{fourth}{digits}{_character(last)}"


def _unpack_128(count: int, words: tuple[int, ...]) -> str:
    low = words[0] >> 4
    middle = low >> _LAST_CODE
    if middle >> _SHORT_CODES * (count - 11) or words[1] >> 30 or words[2] >> 30:
        raise DecodeError("value", "bits are set that no identifier uses", 0)
    return f"{_unpack(words[2], 5)}{_unpack(words[1], 5)}{_unpack(middle, count - 11)}{_character(low & 0xFF)}"


def _unpack(value: int, count: int) -> str:
    codes = (value >> _SHORT_CODES * (count - 1 - place) & 0x3F for place in range(count))
    return "".join(chr(code + _CODE_ORIGIN) for code in codes)


def _character(code: int) -> str:
    if code > 0x7F:
        raise DecodeError("value", "the identifier's last character is not ASCII", 0)
    return chr(code)
