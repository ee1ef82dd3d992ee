"""Keyboard layouts as data: which character a key gives. Key codes are those of linux/input-event-codes.h.

A combining accent stands for a dead key. us is what nearly every scanner is delivered with; de and fr are from memory
and were checked against no table of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_GRAVE, _ACUTE, _CIRCUMFLEX, _TILDE, _DIAERESIS = "\u0300", "\u0301", "\u0302", "\u0303", "\u0308"

SPACING: Final[Mapping[str, str]] = MappingProxyType(
    {_GRAVE: "`", _ACUTE: "´", _CIRCUMFLEX: "^", _TILDE: "~", _DIAERESIS: "¨"}
)
"""What a dead key gives before a space."""

KEYPAD: Final[Mapping[int, str]] = MappingProxyType(
    dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73, 83, 78, 74, 55, 98, 117), "0123456789.+-*/=", strict=True))
)
"""The numeric keypad, with Num Lock on: a scanner has no other use for it."""

_ROWS: Final = (range(2, 14), range(16, 28), range(30, 41), range(44, 54))
"""The four rows of character keys from left to right: 1 to =, Q to ], A to ', Z to /."""

_GRAVE_KEY, _BACKSLASH_KEY, _ANGLE_KEY, _SPACE_KEY = 41, 43, 86, 57


@dataclass(frozen=True, slots=True)
class Symbols:
    """What one key gives alone, with shift, and with AltGr; empty: nothing."""

    plain: str
    shifted: str = ""
    third: str = ""

    def at(self, *, shift: bool, caps: bool, third: bool) -> str:
        """The character at this level. Caps lock changes letters only."""
        if third:
            return self.third
        raised = shift ^ (caps and self.plain.isalpha() and self.shifted == self.plain.upper())
        return self.shifted if raised else self.plain


@dataclass(frozen=True, slots=True)
class Layout:
    """`keys` by code; a key that is not there gives no text."""

    name: str
    keys: Mapping[int, Symbols]

    @property
    def has_third_level(self) -> bool:
        """Then the right Alt key is AltGr."""
        return any(symbols.third for symbols in self.keys.values())


def _layout(name: str, plain: str, shifted: str, extra: Iterable[tuple[int, str]], third: Mapping[int, str]) -> Layout:
    """`plain` and `shifted`: the four rows, parted by line ends; `extra`: other keys, plain and shifted."""
    pairs = {
        code: low + high
        for codes, lows, highs in zip(_ROWS, plain.splitlines(), shifted.splitlines(), strict=True)
        for code, low, high in zip(codes, lows, highs, strict=True)
    }
    pairs |= dict(extra) | {_SPACE_KEY: "  "}
    keys = {code: Symbols(pair[0], pair[1:], third.get(code, "")) for code, pair in pairs.items()}
    return Layout(name, MappingProxyType(keys))


US: Final = _layout(
    "us",
    "1234567890-=\nqwertyuiop[]\nasdfghjkl;'\nzxcvbnm,./",
    '!@#$%^&*()_+\nQWERTYUIOP{}\nASDFGHJKL:"\nZXCVBNM<>?',
    [(_GRAVE_KEY, "`~"), (_BACKSLASH_KEY, "\\|"), (_ANGLE_KEY, "\\|")],
    {},
)

GERMAN: Final = _layout(
    "de",
    f"1234567890ß{_ACUTE}\nqwertzuiopü+\nasdfghjklöä\nyxcvbnm,.-",
    f'!"§$%&/()=?{_GRAVE}\nQWERTZUIOPÜ*\nASDFGHJKLÖÄ\nYXCVBNM;:_',
    [(_GRAVE_KEY, f"{_CIRCUMFLEX}°"), (_BACKSLASH_KEY, "#'"), (_ANGLE_KEY, "<>")],
    {3: "²", 4: "³", 8: "{", 9: "[", 10: "]", 11: "}", 12: "\\", 16: "@", 18: "€", 27: "~", 50: "µ", 86: "|"},
)

FRENCH: Final = _layout(
    "fr",
    f"&é\"'(-è_çà)=\nazertyuiop{_CIRCUMFLEX}$\nqsdfghjklmù\nwxcvbn,;:!",
    f"1234567890°+\nAZERTYUIOP{_DIAERESIS}£\nQSDFGHJKLM%\nWXCVBN?./§",
    [(_GRAVE_KEY, "²"), (_BACKSLASH_KEY, "*µ"), (_ANGLE_KEY, "<>")],
    {3: _TILDE, 4: "#", 5: "{", 6: "[", 7: "|", 8: _GRAVE, 9: "\\", 10: "^", 11: "@", 12: "]", 13: "}", 18: "€"},
)

LAYOUTS: Final[Mapping[str, Layout]] = MappingProxyType({layout.name: layout for layout in (US, GERMAN, FRENCH)})
