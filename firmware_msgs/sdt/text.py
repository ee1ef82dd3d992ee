"""The 256 bytes of text on an identity card: UTF-16LE, each field padded with spaces.

What leaves this module for good is an `IdentityCard`. The address is never decoded. The letter at byte 248 tells the
kind: none for residents, J for the residence permit of Hong Kong, Macao and Taiwan residents (the same places for all
that is read here), I and Y for foreigners' permits, which have other fields and numbers and are not read.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from firmware_msgs.check_digits import check_citizen_number
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.identity_card import IdentityCard, Sex

TEXT_BYTES = 256
WITHOUT_END: Final = "长期"

_PLACES: Final = {
    "name": (0, 30),
    "sex": (30, 32),
    "nation": (32, 36),
    "birth": (36, 52),
    "id_no": (122, 158),
    "issuer": (158, 188),
    "valid_from": (188, 204),
    "valid_to": (204, 220),
}
_ADDRESS: Final = (52, 122)
_KIND: Final = (248, 250)
_EIGHT_DIGITS: Final = re.compile("[0-9]{8}")
_READABLE_KINDS: Final = frozenset({"", "J"})


def decode_card(text: bytes) -> IdentityCard:
    """What registration needs. Raises `DecodeError`: `length`, `card_kind`, `text`, `check_digit`, `value`."""
    _check_length(text)
    if _field(text, _KIND) not in _READABLE_KINDS:
        raise DecodeError("card_kind", "This is a foreigner's permit, whose text is not read", _KIND[0])
    fields = _fields(text)
    return IdentityCard(
        name=fields["name"],
        sex=_sex(fields["sex"]),
        birth_date=_date(fields["birth"]),
        number=_number(fields["id_no"]),
        valid_until=None if fields["valid_to"] == WITHOUT_END else _date(fields["valid_to"]),
    )


def describe(text: bytes) -> dict[str, str]:
    """Every field but the address, as a technician sees the card whose bytes they typed; of a foreigner's permit, its
    kind. Raises `DecodeError`.
    """
    _check_length(text)
    kind = _field(text, _KIND)
    return _fields(text) if kind in _READABLE_KINDS else {"card_kind": kind}


def encode_text(fields: dict[str, str], address: str = "", kind: str = "") -> bytes:
    """The text of an invented card. Raises `EncodeError` for a field that is unknown or too long."""
    text = bytearray(" ".encode("utf-16-le") * (TEXT_BYTES // 2))
    values = {_ADDRESS: address, _KIND: kind, **{_place(name): value for name, value in fields.items()}}
    for (start, end), value in values.items():
        data = value.encode("utf-16-le")
        if len(data) > end - start:
            raise EncodeError(f"A field of {end - start} bytes cannot hold {len(data)}")
        text[start : start + len(data)] = data
    return bytes(text)


def _check_length(text: bytes) -> None:
    if len(text) != TEXT_BYTES:
        end = min(len(text), TEXT_BYTES)
        raise DecodeError("length", f"The text of a card has {TEXT_BYTES} bytes, not {len(text)}", end)


def _fields(text: bytes) -> dict[str, str]:
    return {name: _field(text, place) for name, place in _PLACES.items()}


def _place(name: str) -> tuple[int, int]:
    if name not in _PLACES:
        raise EncodeError(f"An identity card has no field {name}")
    return _PLACES[name]


def _field(text: bytes, place: tuple[int, int]) -> str:
    try:
        value = text[slice(*place)].decode("utf-16-le").strip(" \0")
    except UnicodeDecodeError as error:
        raise DecodeError("text", "This is no UTF-16 text", place[0]) from error
    if any(ord(character) < 0x20 for character in value):
        raise DecodeError("text", "There are control characters in a field", place[0])
    return value


def _sex(code: str) -> Sex:
    try:
        return Sex(code)
    except ValueError as error:
        raise DecodeError("value", "No such code of sex in GB/T 2261.1", _PLACES["sex"][0]) from error


def _date(digits: str) -> date:
    if not _EIGHT_DIGITS.fullmatch(digits):
        raise DecodeError("value", "A date on the card has 8 digits")
    try:
        return date.fromisoformat(digits)
    except ValueError as error:
        raise DecodeError("value", "There is no such day") from error


def _number(text: str) -> str:
    if not check_citizen_number(text).valid:
        raise DecodeError("check_digit", "The check digit of the citizen number is wrong", _PLACES["id_no"][0])
    return text
