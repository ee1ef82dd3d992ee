"""Check digits of the codes found on library books and cards. Every function takes text and does no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from firmware_msgs.errors import DecodeError, EncodeError

_DIGITS: Final = "0123456789"
_CODE39: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"  # ISO/IEC 16388, annex A: the value is the position
_CODABAR_FRAMES: Final = "ABCDabcd"
_ISBN_SEPARATORS: Final = str.maketrans("", "", "- ")
CODABAR_DIGITS = 14
CITIZEN_CHARS = 18
_CITIZEN_CHECKS: Final = "10X98765432"  # GB 11643, table 2: by the remainder of 11
ISBN10_CHARS = 10
ISBN13_DIGITS = 13


@dataclass(frozen=True, slots=True)
class Checked:
    """A code with its check character apart. `body` has no separators or frame characters."""

    body: str
    check: str
    expected: str

    @property
    def valid(self) -> bool:
        """The check character is the right one."""
        return self.check == self.expected


def codabar_check_digit(body: str) -> str:
    """Luhn digit of a library's Codabar label: type (2 patron, 3 item), library (4), number (8)."""
    digits = _values(body, CODABAR_DIGITS - 1, _DIGITS)
    doubled = [2 * digit if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def code39_check_character(body: str) -> str:
    """Modulo 43 character of a Code 39 label (ISO/IEC 16388, A.1)."""
    if not body:
        raise EncodeError("An empty code has no check character")
    return _CODE39[sum(_values(body, len(body), _CODE39)) % len(_CODE39)]


def isbn10_check_character(body: str) -> str:
    """0 to 9 or X for the nine digits of an ISBN-10 (ISO 2108)."""
    total = sum(weight * digit for weight, digit in zip(range(10, 1, -1), _values(body, 9, _DIGITS), strict=True))
    value = -total % 11
    return "X" if value == 10 else str(value)


def isbn13_check_digit(body: str) -> str:
    """Check digit for the twelve digits of an ISBN-13 (an EAN-13)."""
    digits = _values(body, ISBN13_DIGITS - 1, _DIGITS)
    return str(-sum(digits[0::2] + [3 * digit for digit in digits[1::2]]) % 10)


def citizen_check_character(body: str) -> str:
    """0 to 9 or X for the 17 digits of a Chinese citizen number (GB 11643-1999, 4.2.4; ISO 7064 MOD 11-2)."""
    digits = _values(body, CITIZEN_CHARS - 1, _DIGITS)
    weights = [pow(2, CITIZEN_CHARS - 1 - place, 11) for place in range(CITIZEN_CHARS - 1)]
    return _CITIZEN_CHECKS[sum(weight * digit for weight, digit in zip(weights, digits, strict=True)) % 11]


def check_citizen_number(text: str) -> Checked:
    """An 18-character citizen number. Raises `DecodeError` for any other form."""
    return _check(text, CITIZEN_CHARS, f"{_DIGITS}X", citizen_check_character)


def check_codabar(text: str) -> Checked:
    """A 14-digit label, with or without the A to D that frame it. Raises `DecodeError` for any other form."""
    if len(text) == CODABAR_DIGITS + 2 and text[0] in _CODABAR_FRAMES and text[-1] in _CODABAR_FRAMES:
        text = text[1:-1]
    return _check(text, CODABAR_DIGITS, _DIGITS, codabar_check_digit)


def check_code39(text: str) -> Checked:
    """A label whose last character is its modulo 43 character. Raises `DecodeError` for what Code 39 cannot carry."""
    if len(text) < 2:
        raise DecodeError("length", f"A checked Code 39 label has at least 2 characters, not {len(text)}")
    return _check(text, len(text), _CODE39, code39_check_character)


def check_isbn(text: str) -> Checked:
    """An ISBN-10 or ISBN-13, with or without hyphens. Raises `DecodeError` for any other form."""
    compact = text.translate(_ISBN_SEPARATORS).upper()
    if len(compact) == ISBN10_CHARS:
        return _check(compact, ISBN10_CHARS, f"{_DIGITS}X", isbn10_check_character)
    if not compact.startswith(("978", "979")):
        raise DecodeError("value", "An ISBN has 10 characters, or 13 that begin with 978 or 979")
    return _check(compact, ISBN13_DIGITS, _DIGITS, isbn13_check_digit)


def isbn13_of(isbn: Checked) -> str:
    """The 13 digits under which the trade knows a valid ISBN of either form. Raises `EncodeError` for a wrong one."""
    if not isbn.valid:
        raise EncodeError("An ISBN with a wrong check character has no other form")
    body = isbn.body if len(isbn.body) == ISBN13_DIGITS - 1 else f"978{isbn.body}"
    return body + isbn13_check_digit(body)


def _check(text: str, length: int, checks: str, compute: Callable[[str], str]) -> Checked:
    if len(text) != length:
        raise DecodeError("length", f"{length} characters are needed, not {len(text)}")
    body, check = text[:-1], text[-1]
    if check not in checks:
        raise DecodeError("value", "The last character is no check character of this code", length - 1)
    try:
        return Checked(body, check, compute(body))
    except EncodeError as error:
        raise DecodeError("value", str(error)) from error


def _values(body: str, length: int, alphabet: str) -> list[int]:
    if len(body) != length:
        raise EncodeError(f"{length} characters are needed, not {len(body)}")
    values = [alphabet.find(character) for character in body]
    if -1 in values:
        raise EncodeError(f"Character {values.index(-1) + 1} is not allowed in this code")
    return values
