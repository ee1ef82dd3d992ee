"""How ISO/IEC 15962 writes a text in few bytes. Checked against the worked examples of GB/T 35660.2 (by way of dp2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags.bits import codes_of, pack

_MAX_INTEGER_BYTES = 127  # the standard stops at 19 digits; this bounds the conversion of what others wrote
_NUMERIC_PADDING = 0xF


class Compaction(IntEnum):
    """Bits 6 to 4 of a precursor."""

    APPLICATION = 0
    INTEGER = 1
    NUMERIC = 2
    FIVE_BIT = 3
    SIX_BIT = 4
    SEVEN_BIT = 5
    OCTETS = 6
    UTF_8 = 7


@dataclass(frozen=True, slots=True)
class _BitCode:
    """A character is written as its lowest `width` bits; `padding` fills the last byte, and a whole code of it at the
    end is no character.
    """

    width: int
    first: int
    last: int
    padding: str

    @property
    def filler(self) -> int:
        return int(self.padding[: self.width], 2)

    def compact(self, text: str) -> bytes:
        mask = (1 << self.width) - 1
        return pack("".join(f"{ord(character) & mask:0{self.width}b}" for character in text), self.padding)

    def expand(self, data: bytes) -> str:
        codes = codes_of(data, self.width)
        if codes and codes[-1] == self.filler:
            codes.pop()
        return "".join(map(self._character, codes))

    def _character(self, code: int) -> str:
        """The one in the range that ends in these bits."""
        base = self.first & -(1 << self.width) | code
        found = base if base >= self.first else base + (1 << self.width)
        if found > self.last:
            raise DecodeError("value", f"{code:02X} is no character of {self.width} bits")
        return chr(found)


_BIT_CODES: Final[Mapping[Compaction, _BitCode]] = {
    Compaction.FIVE_BIT: _BitCode(5, 0x41, 0x5F, "0000000"),
    Compaction.SIX_BIT: _BitCode(6, 0x20, 0x5F, "100000"),
    Compaction.SEVEN_BIT: _BitCode(7, 0x00, 0x7E, "1111111"),
}

_FITTING: Final[Mapping[Compaction, re.Pattern[str]]] = {
    Compaction.INTEGER: re.compile(r"[1-9][0-9]{1,18}"),
    Compaction.NUMERIC: re.compile(r"[0-9]{2,}"),
    Compaction.FIVE_BIT: re.compile(r"[A-_]{3,}"),
    Compaction.SIX_BIT: re.compile(r"[ -_]{3,}[!-_]"),
    Compaction.SEVEN_BIT: re.compile(r"[\x00-~]{8,}"),
    Compaction.OCTETS: re.compile(r"[\x00-\xff]*"),
    Compaction.UTF_8: re.compile(r"[^\ud800-\udfff]*"),
}
"""The texts each may be chosen for, shortest result first."""


def compact(text: str) -> tuple[Compaction, bytes]:
    """The shortest that gives the text back, as the standard chooses it."""
    for compaction, fitting in _FITTING.items():
        if fitting.fullmatch(text):
            return compaction, compact_as(compaction, text)
    raise EncodeError("the text holds half a character (a lone surrogate)")


def compact_as(compaction: Compaction, text: str) -> bytes:
    """The text in that compaction; EncodeError when it cannot hold it. `APPLICATION` takes the bytes in hex."""
    fitting = _FITTING.get(compaction)
    if fitting is not None and not fitting.fullmatch(text):
        raise EncodeError(f"compaction {compaction.name.lower()} cannot hold this text")
    match compaction:
        case Compaction.INTEGER:
            return int(text).to_bytes((int(text).bit_length() + 7) // 8, "big")
        case Compaction.NUMERIC:
            return bytes.fromhex(text + "F" * (len(text) % 2))
        case Compaction.OCTETS:
            return text.encode("latin-1")
        case Compaction.UTF_8:
            return text.encode()
        case Compaction.APPLICATION:
            return bytes_from_hex(text)
        case _:
            return _BIT_CODES[compaction].compact(text)


def expand(compaction: Compaction, data: bytes) -> str:
    """The text; what the application defines as hex. DecodeError `value` where `data` is not in that compaction."""
    match compaction:
        case Compaction.INTEGER:
            return _integer(data)
        case Compaction.NUMERIC:
            return _numeric(data)
        case Compaction.OCTETS:
            return data.decode("latin-1")
        case Compaction.UTF_8:
            return _utf_8(data)
        case Compaction.APPLICATION:
            return data.hex()
        case _:
            return _BIT_CODES[compaction].expand(data)


def bytes_from_hex(text: str) -> bytes:
    """EncodeError when the text is not hex."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise EncodeError("bytes are given as pairs of hex digits") from error


def _integer(data: bytes) -> str:
    if len(data) > _MAX_INTEGER_BYTES:
        raise DecodeError("value", f"an integer of {len(data)} bytes is no number that anybody wrote")
    return str(int.from_bytes(data, "big")) if data else ""


def _numeric(data: bytes) -> str:
    digits = codes_of(data, 4)
    if digits and digits[-1] == _NUMERIC_PADDING:
        digits.pop()
    if any(digit > 9 for digit in digits):
        raise DecodeError("value", "a numeric text holds what is no digit")
    return "".join(map(str, digits))


def _utf_8(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DecodeError("value", "the text is not UTF-8", error.start) from error
