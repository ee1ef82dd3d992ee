"""How ISO 28560-2 (Annex C) writes a library's ISIL: codes of 5 bits for letters and of 4 for digits, with latches and
shifts between three sets of characters. Checked against the annex's and dp2's worked examples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest
from typing import Final

from firmware_msgs.errors import EncodeError
from firmware_msgs.tags.bits import bits_of, pack

_PADDING = "1111111"  # read as an unfinished shift, whatever set is latched


class _Set(Enum):
    UPPER = "-ABCDEFGHIJKLMNOPQRSTUVWXYZ:"
    LOWER = "-abcdefghijklmnopqrstuvwxyz/"
    DIGIT = "0123456789-:"

    @property
    def width(self) -> int:
        return 4 if self is _Set.DIGIT else 5


@dataclass(frozen=True, slots=True)
class _Change:
    """To another set: for good, or for one character."""

    to: _Set
    latches: bool


def _changes(here: _Set) -> dict[int, _Change]:
    others = [there for there in _Set if there is not here]
    changes = (_Change(there, latches) for there in others for latches in (True, False))
    return dict(enumerate(changes, start=len(here.value)))


_CHANGES: Final[Mapping[_Set, Mapping[int, _Change]]] = {here: _changes(here) for here in _Set}
"""The codes after the characters of each set, such as upper 28: latch lower, 29: shift lower, 30: latch digit, …"""


def decode_isil(data: bytes) -> str:
    """The ISIL; every byte string is one."""
    bits, at = bits_of(data), 0
    latched = current = _Set.UPPER
    text = ""
    while at + current.width <= len(bits):
        code = int(bits[at : at + current.width], 2)
        at += current.width
        change = _CHANGES[current].get(code)
        if change is None:
            text += current.value[code]
            current = latched
        else:
            current = change.to
            latched = change.to if change.latches else latched
    return text


def encode_isil(text: str) -> bytes:
    """Latched when the next character too is in the other set, shifted when it is not (the annex's rule)."""
    bits = ""
    latched = _Set.UPPER
    for character, following in zip_longest(text, text[1:], fillvalue=""):
        here = latched
        if character not in latched.value:
            here = _set_for(character, following)
            latches = bool(following) and following in here.value
            bits += _code(latched, _Change(here, latches))
            latched = here if latches else latched
        bits += f"{here.value.index(character):0{here.width}b}"
    return pack(bits, _PADDING)


def _set_for(character: str, following: str) -> _Set:
    """The set that has the character, and the following one if possible."""
    having = [candidate for candidate in _Set if character in candidate.value]
    if not having:
        raise EncodeError("an ISIL has letters, digits and - : / only")
    return next((candidate for candidate in having if following and following in candidate.value), having[0])


def _code(here: _Set, wanted: _Change) -> str:
    return next(f"{code:0{here.width}b}" for code, change in _CHANGES[here].items() if change == wanted)
