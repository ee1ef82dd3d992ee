"""Characters typed as numbers: Alt held down, digits on the keypad, Alt let go (as Windows has it)."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

DIGITS_MAX: Final = 7
"""U+10FFFF is 1114111; a longer number is none."""

UNICODE: Final = "unicode"


@dataclass(frozen=True, slots=True)
class CodePages:
    """Which character a number means: with a leading zero that of `ansi`, without one that of `oem`.

    Each is a Python codec of one or two bytes a character (“cp1252”, “gbk”), or “unicode” for code points.
    """

    ansi: str = "cp1252"
    oem: str = "cp437"

    def character(self, digits: str) -> str | None:
        """The character of what was typed, such as “0228”; None: there is none."""
        if not digits or len(digits) > DIGITS_MAX:
            return None
        return _decoded(int(digits), self.ansi if digits.startswith("0") else self.oem)


WINDOWS_PAGES: Final = CodePages()
"""Of a Windows in Western Europe and the Americas, which scanners are set for."""


def is_code_page(name: str) -> bool:
    """Whether `CodePages` knows it."""
    if name == UNICODE:
        return True
    try:
        return codecs.lookup(name).encode("A")[0] == b"A" and _decoded(0x41, name) == "A"
    except (LookupError, TypeError, ValueError):  # bytes to bytes, no character map, or not in ASCII's way
        return False


def _decoded(number: int, page: str) -> str | None:
    if page == UNICODE:
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else None
    if number > 0xFFFF:
        return None
    try:
        character = number.to_bytes(1 if number <= 0xFF else 2, "big").decode(page)
    except UnicodeDecodeError:
        return None
    return character if len(character) == 1 else None
