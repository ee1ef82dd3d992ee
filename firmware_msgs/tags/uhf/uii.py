"""The unique item identifier of ISO 28560-4 in parts: owner's ISIL, item identifier and set information, with dots
between. Alone it is the item identifier; two parts are owner and item.
"""

from __future__ import annotations

from dataclasses import dataclass

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags.elements import set_text

_SEPARATOR = "."


@dataclass(frozen=True, slots=True)
class Uii:
    """`parts` 0: the identifier does not tell how many there are."""

    item_id: str
    owner_isil: str = ""
    parts: int = 0
    part: int = 0


def parse_uii(text: str) -> Uii:
    """The parts of `text`; DecodeError when it names no item. An item's own dots stay in its identifier."""
    if _SEPARATOR not in text:
        return _checked(Uii(text))
    owner, item = text.split(_SEPARATOR, 1)
    head, dot, tail = item.rpartition(_SEPARATOR)
    numbers = split_set_information(tail) if dot else None
    if numbers is None:
        return _checked(Uii(item, owner))
    return _checked(Uii(head, owner, *numbers))


def _checked(uii: Uii) -> Uii:
    if not uii.item_id:
        raise DecodeError("value", "the unique item identifier names no item")
    return uii


def write_uii(uii: Uii) -> str:
    """The text that `parse_uii` takes apart again; EncodeError when it would not."""
    parts = [uii.owner_isil] if uii.owner_isil else []
    parts.append(uii.item_id)
    if uii.owner_isil and uii.parts:
        parts.append(set_text(uii.parts, uii.part))
    text = _SEPARATOR.join(parts)
    if not _reads_as(text, uii):
        raise EncodeError("this item's identifiers cannot be told apart again in one unique item identifier")
    return text


def _reads_as(text: str, uii: Uii) -> bool:
    try:
        return parse_uii(text) == uii
    except DecodeError:
        return False


def split_set_information(digits: str) -> tuple[int, int] | None:
    """Parts of the set and which this is, from two numbers of one width; None when these are no such numbers."""
    if len(digits) not in (2, 4, 6) or not (digits.isascii() and digits.isdigit()):
        return None
    half = len(digits) // 2
    parts, part = int(digits[:half]), int(digits[half:])
    return (parts, part) if 1 <= part <= parts else None
