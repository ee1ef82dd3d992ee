"""A keypad beside the screen: four-way with Enter and Cancel, or numeric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final, TypeAlias

from firmware_msgs.hid import codes
from firmware_msgs.hid.device_state import DeviceState
from firmware_msgs.hid.input_events import Report
from firmware_msgs.hid.layouts import KEYPAD

HOLD_S: Final = 0.8
"""Twice as long as a slow press lasts, and short enough to wait for."""


class Key(Enum):
    """What a key means."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    ENTER = "enter"
    CANCEL = "cancel"
    CLEAR = "clear"
    HELP = "help"
    STAR = "*"
    HASH = "#"
    DIGIT_0 = "0"
    DIGIT_1 = "1"
    DIGIT_2 = "2"
    DIGIT_3 = "3"
    DIGIT_4 = "4"
    DIGIT_5 = "5"
    DIGIT_6 = "6"
    DIGIT_7 = "7"
    DIGIT_8 = "8"
    DIGIT_9 = "9"


STEPS: Final = frozenset({Key.UP, Key.DOWN, Key.LEFT, Key.RIGHT})
"""Keys that go on while they are held, and so are never told as held."""

_NAMED: Final[Mapping[int, Key]] = MappingProxyType(
    {
        103: Key.UP,
        108: Key.DOWN,
        105: Key.LEFT,
        106: Key.RIGHT,
        28: Key.ENTER,
        96: Key.ENTER,  # of the numeric keypad
        0x160: Key.ENTER,  # KEY_OK
        0x161: Key.ENTER,  # KEY_SELECT
        1: Key.CANCEL,  # KEY_ESC
        158: Key.CANCEL,  # KEY_BACK
        223: Key.CANCEL,  # KEY_CANCEL
        14: Key.CLEAR,  # KEY_BACKSPACE
        111: Key.CLEAR,  # KEY_DELETE
        0x163: Key.CLEAR,  # KEY_CLEAR
        138: Key.HELP,
        59: Key.HELP,  # F1
        0x20A: Key.STAR,
        0x20B: Key.HASH,
    }
)

_DIGITS: Final = {
    **{code: Key(text) for code, text in KEYPAD.items() if text.isdecimal() or text == "*"},
    **{code: Key(str((code - 1) % 10)) for code in range(2, 12)},  # the top row of a keyboard, 1 to 0
    **{0x200 + digit: Key(str(digit)) for digit in range(10)},  # KEY_NUMERIC_0 and on
}

USUAL_KEYS: Final[Mapping[int, Key]] = MappingProxyType({**_NAMED, **_DIGITS})

_WITH_SHIFT: Final = {Key.DIGIT_3: Key.HASH, Key.DIGIT_8: Key.STAR}
"""How a telephone pad that passes for a US keyboard sends # and *."""

_SHIFTS: Final = frozenset({codes.KEY_LEFTSHIFT, codes.KEY_RIGHTSHIFT})


@dataclass(frozen=True, slots=True)
class Pressed:
    """The key went down, or goes on stepping."""

    key: Key


@dataclass(frozen=True, slots=True)
class Held:
    """It has been down for the holding time; told once."""

    key: Key


Keyed: TypeAlias = Pressed | Held


class KeypadReader:
    """Reads a keypad. Of several keys the last one down can be held. Time is the reports' own."""

    def __init__(self, keys: Mapping[int, Key], hold_s: float, state: DeviceState) -> None:
        self._keys = keys
        self._hold_s = hold_s
        self._shifts = set(state.held & _SHIFTS)
        self._waiting: tuple[int, Key, float] | None = None

    @property
    def deadline_s(self) -> float | None:
        """When `expire` is due; None while no key is down that can be held."""
        return None if self._waiting is None else self._waiting[2]

    def feed(self, report: Report) -> list[Keyed]:
        """What this report means."""
        keyed = self.expire(report.time_s)
        for event in report.events:
            if event.type == codes.EV_KEY:
                keyed += self._changed(event.code, event.value, report.time_s)
        return keyed

    def expire(self, now_s: float) -> list[Keyed]:
        """What time alone means."""
        if self._waiting is None or now_s < self._waiting[2]:
            return []
        key, self._waiting = self._waiting[1], None
        return [Held(key)]

    def end(self) -> list[Keyed]:
        """The keypad is gone, or keys were lost: nothing is held any more."""
        self._waiting = None
        return []

    def _changed(self, code: int, value: int, now_s: float) -> list[Keyed]:
        if code in _SHIFTS:
            (self._shifts.discard if value == codes.KEY_UP else self._shifts.add)(code)
            return []
        key = self._meaning(code)
        if key is None:
            return []
        if value == codes.KEY_DOWN:
            self._waiting = None if key in STEPS else (code, key, now_s + self._hold_s)
            return [Pressed(key)]
        if value == codes.KEY_UP and self._waiting is not None and self._waiting[0] == code:
            self._waiting = None
        return [Pressed(key)] if value == codes.KEY_REPEATED and key in STEPS else []

    def _meaning(self, code: int) -> Key | None:
        key = self._keys.get(code)
        return _WITH_SHIFT.get(key, key) if key is not None and self._shifts and code not in KEYPAD else key


def parse_keys(text: str) -> Mapping[int, Key]:
    """The usual keys and, before them, those of `text`: “code=key”, parted by blanks, such as “183=help 184=1”.

    Raises ValueError that says what is wrong.
    """
    named = {}
    for part in text.split():
        code, parted, name = part.partition("=")
        if not parted or not code.isdecimal() or name not in _NAMES:
            raise ValueError(f"“{part}” is no pair of a key code and one of {', '.join(_NAMES)}")
        named[int(code)] = Key(name)
    return MappingProxyType({**USUAL_KEYS, **named})


_NAMES: Final = tuple(key.value for key in Key)
