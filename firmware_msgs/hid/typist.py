"""The other side of a keyboard wedge: text to the reports that a scanner's keyboard would send."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from firmware_msgs.errors import EncodeError
from firmware_msgs.hid import codes
from firmware_msgs.hid.input_events import InputEvent, Report
from firmware_msgs.hid.layouts import KEYPAD, SPACING, US, Layout

KEY_PACE_S: Final = 0.008
"""A full-speed keyboard is asked every 8 ms, and each report carries one change."""

_KEYPAD_DIGITS: Final = {text: code for code, text in KEYPAD.items()}


@dataclass(frozen=True, slots=True)
class Typist:
    """Types on `layout`, holding `shift` for capitals; `caps`: with caps lock on, so the other way round."""

    layout: Layout = US
    shift: int = codes.KEY_LEFTSHIFT
    caps: bool = False

    def text(self, text: str, terminator: int | None = codes.KEY_ENTER, *, start_s: float = 0.0) -> list[Report]:
        """Raises `EncodeError` for a character that the layout does not have."""
        changes = [change for character in text for change in self._character(character)]
        return _paced(changes + (_tap(terminator) if terminator is not None else []), start_s)

    def _character(self, character: str) -> list[tuple[int, int]]:
        for code, symbols in self.layout.keys.items():
            for third in (False, True):
                for shift in (False, True):
                    found = symbols.at(shift=shift, caps=self.caps, third=third)
                    if found and SPACING.get(found, found) == character:
                        dead = _tap(codes.KEY_SPACE) if found in SPACING else []
                        return self._with(_tap(code), shift=shift and not third, third=third) + dead
        raise EncodeError(f"The layout “{self.layout.name}” has no key for one of the characters.")

    def _with(self, changes: list[tuple[int, int]], *, shift: bool, third: bool) -> list[tuple[int, int]]:
        if third:
            return _holding(codes.KEY_RIGHTALT, changes)
        return _holding(self.shift, changes) if shift else changes


def alt_code(digits: str, *, start_s: float = 0.0) -> list[Report]:
    """A character as its number on the keypad."""
    taps = [change for digit in digits for change in _tap(_KEYPAD_DIGITS[digit])]
    return _paced(_holding(codes.KEY_LEFTALT, taps), start_s)


def taps(*keys: int, start_s: float = 0.0) -> list[Report]:
    """Each key down and up."""
    return _paced([change for key in keys for change in _tap(key)], start_s)


def _holding(key: int, changes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(key, codes.KEY_DOWN), *changes, (key, codes.KEY_UP)]


def _tap(key: int) -> list[tuple[int, int]]:
    return [(key, codes.KEY_DOWN), (key, codes.KEY_UP)]


def _paced(changes: Iterable[tuple[int, int]], start_s: float) -> list[Report]:
    return [
        Report(start_s + at * KEY_PACE_S, (InputEvent(codes.EV_KEY, code, value),))
        for at, (code, value) in enumerate(changes)
    ]
