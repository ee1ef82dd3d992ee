"""Parameter numbers and values as SSI writes them (Programmer's Guide, PARAM_SEND; numbers up to EF in one byte)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError

_PLAIN_NUMBERS = 0xF0  # below it a byte is a number by itself
_PAGES: Final = {0xF0: 256, 0xF1: 512, 0xF2: 768}
_LONG_NUMBER = 0xF8


class Form(IntEnum):
    """The byte that announces a value of another form than one byte."""

    BYTE = 0x00  # announced by nothing
    STRING = 0xF3
    WORD = 0xF4
    ARRAY = 0xF6


_ANNOUNCED: Final = frozenset(Form) - {Form.BYTE}
_WITH_LENGTH: Final = frozenset({Form.STRING, Form.ARRAY})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A setting: one byte, or two in a WORD, or as many as there are."""

    number: int
    value: bytes
    form: Form = Form.BYTE


def encode_numbers(numbers: Iterable[int]) -> bytes:
    """Parameter numbers, one behind the other."""
    return b"".join(map(_encode_number, numbers))


def decode_numbers(data: bytes) -> tuple[int, ...]:
    """All numbers in `data`. Raises `DecodeError`."""
    cursor, numbers = Cursor(data), []
    while cursor.left:
        numbers.append(_decode_number(cursor.byte(), cursor))
    return tuple(numbers)


def encode_parameters(parameters: Iterable[Parameter]) -> bytes:
    """Parameters with their values. Raises `EncodeError` for a value that is not of its form."""
    return b"".join(map(_encode_parameter, parameters))


def decode_parameters(data: bytes) -> tuple[Parameter, ...]:
    """All parameters in `data`. Raises `DecodeError`."""
    cursor, parameters = Cursor(data), []
    while cursor.left:
        parameters.append(_decode_parameter(cursor))
    return tuple(parameters)


def _encode_number(number: int) -> bytes:
    if 0 <= number < _PLAIN_NUMBERS:
        return bytes((number,))
    for page, base in _PAGES.items():
        if base <= number < base + _PLAIN_NUMBERS:
            return bytes((page, number - base))
    if not 0 <= number <= 0xFFFF:
        raise EncodeError(f"{number} is no parameter number")
    return bytes((_LONG_NUMBER,)) + number.to_bytes(2, "big")


def _decode_number(first: int, cursor: Cursor) -> int:
    if first < _PLAIN_NUMBERS:
        return first
    if first in _PAGES:
        return _PAGES[first] + cursor.byte()
    if first == _LONG_NUMBER:
        return int.from_bytes(cursor.take(2), "big")
    raise DecodeError("value", f"{first:02X} begins no parameter", cursor.position - 1)


def _encode_parameter(parameter: Parameter) -> bytes:
    number, value = _encode_number(parameter.number), parameter.value
    if parameter.form in _WITH_LENGTH:
        if len(value) > 0xFF:
            raise EncodeError(f"A parameter holds 255 bytes, not {len(value)}")
        return bytes((parameter.form,)) + number + bytes((len(value),)) + value
    if len(value) != _fixed_size(parameter.form):
        raise EncodeError(f"Parameter {parameter.number} cannot be {len(value)} bytes long")
    return (b"" if parameter.form is Form.BYTE else bytes((parameter.form,))) + number + value


def _decode_parameter(cursor: Cursor) -> Parameter:
    form, first = Form.BYTE, cursor.byte()
    if first in _ANNOUNCED:
        form, first = Form(first), cursor.byte()
    number = _decode_number(first, cursor)
    size = cursor.byte() if form in _WITH_LENGTH else _fixed_size(form)
    return Parameter(number, cursor.take(size), form)


def _fixed_size(form: Form) -> int:
    return 2 if form is Form.WORD else 1
