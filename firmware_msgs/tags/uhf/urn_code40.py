"""URN Code 40 (ISO/IEC 15962 annex Q, as public programs have it): three characters in two bytes, with escapes.

A triple is 1600a + 40b + c + 1, high byte first; 0 pads the last one. Bytes FB to FE in front escape: FB a long number,
FC one ISO/IEC 646 character, FD and FE one UTF-8 character of two and three bytes. Zeros fill up the last word.
"""

from __future__ import annotations

import re
from typing import Final

from firmware_msgs.errors import DecodeError, EncodeError

_ALPHABET: Final = "\0ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789"
_HIGHEST_TRIPLE = 1600 * 39 + 40 * 39 + 39 + 1
_LONG_NUMBER, _ASCII, _TWO_BYTES, _THREE_BYTES = 0xFB, 0xFC, 0xFD, 0xFE
_CHARACTER_BYTES: Final = {_ASCII: 1, _TWO_BYTES: 2, _THREE_BYTES: 3}
_ESCAPES: Final = {count: escape for escape, count in _CHARACTER_BYTES.items()}

_FEWEST_DIGITS, _FEWEST_NUMBER_BYTES = 9, 4
_RUNS: Final = re.compile(
    r"(?P<number>[1-9][0-9]{8,23})|(?P<plain>[A-Z\-.:0-9]+?(?=[1-9][0-9]{8}|[^A-Z\-.:0-9]|\Z))|.", re.DOTALL
)
"""A number of 9 to 24 digits; else characters of the table up to the next such number; else any one character.

A number with a leading zero goes into triples: some programs lose the zero.
"""


def decode(data: bytes) -> str:
    """The text, which is printable; or DecodeError."""
    texts: list[str] = []
    at = 0
    while at < len(data) and any(data[at:]):
        text, used = _decode_run(data, at)
        texts.append(text)
        at += used
    text = "".join(texts)
    if not text.isprintable():
        raise DecodeError("value", "the identifier holds characters that cannot be printed")
    return text


def _decode_run(data: bytes, at: int) -> tuple[str, int]:
    """The text that begins at `at`, and how many bytes it takes."""
    head = data[at]
    if head == _LONG_NUMBER:
        return _decode_number(data, at)
    if head in _CHARACTER_BYTES:
        return _decode_character(data, at, _CHARACTER_BYTES[head])
    return _decode_triple(int.from_bytes(_take(data, at, 2), "big"), at), 2


def _decode_triple(value: int, at: int) -> str:
    if not 0 < value <= _HIGHEST_TRIPLE:
        raise DecodeError("value", "this stands for no three characters", at)
    value -= 1
    text = "".join(_ALPHABET[code] for code in (value // 1600, value // 40 % 40, value % 40))
    stripped = text.rstrip("\0")
    if "\0" in stripped:
        raise DecodeError("value", "padding stands between characters", at)
    return stripped


def _decode_character(data: bytes, at: int, size: int) -> tuple[str, int]:
    encoded = _take(data, at + 1, size)
    try:
        text = encoded.decode()
    except UnicodeDecodeError as error:
        raise DecodeError("value", "an escaped character is not UTF-8", at + 1) from error
    if len(text) != 1:
        raise DecodeError("value", "an escaped character is shorter than its escape says", at + 1)
    return text, 1 + size


def _decode_number(data: bytes, at: int) -> tuple[str, int]:
    """FB, then digits - 9 (high nibble) and bytes - 4 (low nibble), then the number."""
    sizes = _take(data, at + 1, 1)[0]
    digits, size = (sizes >> 4) + _FEWEST_DIGITS, (sizes & 0xF) + _FEWEST_NUMBER_BYTES
    text = str(int.from_bytes(_take(data, at + 2, size), "big")).zfill(digits)
    if len(text) != digits:
        raise DecodeError("value", f"a number of {digits} digits has {len(text)}", at)
    return text, 2 + size


def _take(data: bytes, at: int, count: int) -> bytes:
    if at + count > len(data):
        raise DecodeError("truncated", f"{at + count - len(data)} more bytes were expected", len(data))
    return data[at : at + count]


def encode(text: str) -> bytes:
    """Whole words that `decode` gives back as `text`; EncodeError for a character that has no escape."""
    data = b"".join(_encode_run(run) for run in _RUNS.finditer(text))
    return data + bytes(len(data) % 2)


def _encode_run(run: re.Match[str]) -> bytes:
    if run["number"]:
        return _encode_number(run["number"])
    if run["plain"]:
        return _encode_triples(run["plain"])
    return _encode_character(run[0])


def _encode_triples(text: str) -> bytes:
    codes = [_ALPHABET.index(character) for character in text] + [0] * (-len(text) % 3)
    triples = zip(codes[0::3], codes[1::3], codes[2::3], strict=True)
    return b"".join((1600 * a + 40 * b + c + 1).to_bytes(2, "big") for a, b, c in triples)


def _encode_number(digits: str) -> bytes:
    number = int(digits)
    size = max((number.bit_length() + 7) // 8, _FEWEST_NUMBER_BYTES)
    sizes = len(digits) - _FEWEST_DIGITS << 4 | size - _FEWEST_NUMBER_BYTES
    return bytes((_LONG_NUMBER, sizes)) + number.to_bytes(size, "big")


def _encode_character(character: str) -> bytes:
    try:
        encoded = character.encode()
    except UnicodeEncodeError as error:
        raise EncodeError("half a character cannot be encoded") from error
    if len(encoded) not in _ESCAPES or not character.isprintable():
        raise EncodeError("URN Code 40 has no escape for this character")
    return bytes((_ESCAPES[len(encoded)],)) + encoded
