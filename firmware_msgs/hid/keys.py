"""A scanner that types: key events to codes. One reader a device, so that no other keyboard's keys are mixed in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from firmware_msgs.barcodes import LENGTH_MAX, Damage, DamagedCode, ReadLine, ScannerLine, decode_code
from firmware_msgs.hid import codes
from firmware_msgs.hid.alt_codes import DIGITS_MAX, WINDOWS_PAGES, CodePages
from firmware_msgs.hid.composing import Composer
from firmware_msgs.hid.device_state import DeviceState
from firmware_msgs.hid.input_events import Report
from firmware_msgs.hid.layouts import KEYPAD, US, Layout

_SHIFTS: Final = frozenset({codes.KEY_LEFTSHIFT, codes.KEY_RIGHTSHIFT})
_CONTROLS: Final = frozenset({codes.KEY_LEFTCTRL, codes.KEY_RIGHTCTRL})
_ALTS: Final = frozenset({codes.KEY_LEFTALT, codes.KEY_RIGHTALT})
_METAS: Final = frozenset({codes.KEY_LEFTMETA, codes.KEY_RIGHTMETA})
_MODIFIERS: Final = _SHIFTS | _CONTROLS | _ALTS | _METAS
_TERMINATORS: Final = frozenset({codes.KEY_ENTER, codes.KEY_KPENTER, codes.KEY_TAB})
_TERMINATING_CHARACTERS: Final = "\r\n\t"


class Ending(Enum):
    """What ends a code besides Enter and Tab, which always do."""

    KEY = "key"  # nothing: half a code followed by a quiet gap is dropped
    GAP = "gap"  # a quiet gap, for scanners set to send no Enter


@dataclass(frozen=True, slots=True)
class Typing:
    """How a scanner is set. No scanner pauses for `quiet_gap_s` within a code. `read` says what a whole line means."""

    layout: Layout = US
    ending: Ending = Ending.KEY
    quiet_gap_s: float = 0.5
    length_max: int = LENGTH_MAX
    pages: CodePages = WINDOWS_PAGES
    read: ReadLine = decode_code


@dataclass(frozen=True, slots=True)
class HalfCode:
    """A code stopped half way and was dropped."""


Typed: TypeAlias = ScannerLine | HalfCode


class KeyReader:
    """Types what a scanner types. Time is the reports' own. Keys without text (F1, arrows) and repeats are nothing:
    a scanner holds no key down.
    """

    def __init__(self, typing: Typing, state: DeviceState) -> None:
        self._typing = typing
        self._held = set(state.held)
        self._caps = state.caps_lock
        self._composer = Composer()
        self._text = ""
        self._damage: Damage | None = None
        self._alt_digits = ""
        self._last_s = 0.0

    @property
    def deadline_s(self) -> float | None:
        """When `expire` is due; None while no code is under way."""
        return self._last_s + self._typing.quiet_gap_s if self._is_partial else None

    def feed(self, report: Report) -> list[Typed]:
        """What ends with this report, or ended before it by the gap."""
        typed = self.expire(report.time_s)
        for event in report.events:
            if event.type == codes.EV_KEY and event.value == codes.KEY_DOWN:
                self._held.add(event.code)
                typed += self._down(event.code)
                self._last_s = report.time_s
            elif event.type == codes.EV_KEY and event.value == codes.KEY_UP:
                self._held.discard(event.code)
                typed += self._up(event.code)
        return typed

    def expire(self, now_s: float) -> list[Typed]:
        """What ends because nothing more has come by now."""
        deadline_s = self.deadline_s
        if deadline_s is None or now_s < deadline_s:
            return []
        return list(self._finish()) if self._typing.ending is Ending.GAP else self.end()

    def end(self) -> list[Typed]:
        """The device is gone, or keys were lost."""
        was_partial = self._is_partial
        self._forget()
        return [HalfCode()] if was_partial else []

    @property
    def _is_partial(self) -> bool:
        return bool(self._text or self._damage or self._alt_digits or self._composer.is_waiting)

    def _down(self, code: int) -> list[ScannerLine]:
        if code == codes.KEY_CAPSLOCK:
            self._caps = not self._caps
            return []
        if code in _TERMINATORS:
            return self._finish()
        if self._is_alt_down and code in KEYPAD and KEYPAD[code].isdecimal():
            self._alt_digits = (self._alt_digits + KEYPAD[code])[: DIGITS_MAX + 1]
            return []
        return [] if code in _MODIFIERS else self._type(self._character(code))

    def _up(self, code: int) -> list[ScannerLine]:
        if code not in _ALTS or not self._alt_digits:
            return []
        digits, self._alt_digits = self._alt_digits, ""
        return self._type(self._typing.pages.character(digits))

    def _character(self, code: int) -> str | None:
        """Empty for a key that never gives text, None where this one gives none with what is held."""
        if code in KEYPAD:
            return KEYPAD[code]
        symbols = self._typing.layout.keys.get(code)
        if symbols is None:
            return ""
        third = self._is_third_level
        if self._held & _METAS or (self._held & _ALTS and not third):
            return None
        character = symbols.at(shift=bool(self._held & _SHIFTS), caps=self._caps, third=third)
        if self._held & _CONTROLS and not third:
            return _control(symbols.plain)
        return character or None

    @property
    def _is_third_level(self) -> bool:
        """AltGr, which Windows also takes Ctrl and Alt together for."""
        if not self._typing.layout.has_third_level:
            return False
        has_both = codes.KEY_LEFTALT in self._held and bool(self._held & _CONTROLS)
        return codes.KEY_RIGHTALT in self._held or has_both

    @property
    def _is_alt_down(self) -> bool:
        return bool(self._held & _ALTS) and not self._is_third_level

    def _type(self, character: str | None) -> list[ScannerLine]:
        if character is None:
            self._damage = self._damage or Damage.NOT_TEXT
            return []
        if character and character in _TERMINATING_CHARACTERS:
            return self._finish()
        self._keep(self._composer.feed(character))
        return []

    def _keep(self, text: str) -> None:
        if len(self._text) + len(text) > self._typing.length_max:
            self._damage = self._damage or Damage.TOO_LONG
        if self._damage is None:
            self._text += text
        else:
            self._text = ""

    def _finish(self) -> list[ScannerLine]:
        self._keep(self._composer.flush())
        text, damage = self._text, self._damage
        if self._alt_digits:  # Alt was never let go
            damage = damage or Damage.NOT_TEXT
        self._forget()
        if damage is not None:
            return [DamagedCode(damage)]
        return [self._typing.read(text.encode())] if text else []

    def _forget(self) -> None:
        self._composer = Composer()
        self._text = ""
        self._damage = None
        self._alt_digits = ""


def _control(plain: str) -> str | None:
    """Ctrl and a key of ASCII's columns 4 and 5: how scanners send control characters, such as Ctrl+] for GS."""
    key = plain.upper()
    return chr(ord(key) & 0x1F) if len(key) == 1 and "@" <= key <= "_" else None
