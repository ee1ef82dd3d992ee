"""Scanners that type, and keypads: the keys of other codes of the same form.

What was typed is read as the driver reads it, each whole code gets its stand-in, and each key becomes the one that
types the character in its place. Of anything else that an input device says, only what its driver looks at is kept: the
scan codes (EV_MSC) that come with each key would tell it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from typing import Final, TypeAlias

import msgspec

from drivers.capture import Happening, Left, Opened, Received
from drivers.redaction.codes import CodeOptions, Codes
from drivers.redaction.traffic import Driven, LinkOpened, Redaction, Traffic
from firmware_msgs.hid import codes
from firmware_msgs.hid.input_events import InputEvent, Lost, Report, ReportDecoder, Said, encode_report
from firmware_msgs.hid.layouts import KEYPAD, LAYOUTS, Layout
from firmware_msgs.pseudonyms import Pseudonyms

_KEPT: Final = frozenset({codes.EV_SYN, codes.EV_KEY, codes.EV_ABS})
_SHIFTS: Final = frozenset({codes.KEY_LEFTSHIFT, codes.KEY_RIGHTSHIFT})
_ALTS: Final = frozenset({codes.KEY_LEFTALT, codes.KEY_RIGHTALT})
_ENDS: Final = frozenset({codes.KEY_ENTER, codes.KEY_KPENTER, codes.KEY_TAB})
_NO_CHARACTER: Final = "\0"
"""In the place of what is no character of its own; no stand-in has another there."""


class _Options(msgspec.Struct):
    layout: str = "us"
    quiet_gap_s: float = 0.5


@dataclass(frozen=True, slots=True)
class _Heard:
    at_s: float
    said: Said


_Place: TypeAlias = tuple[int, int]
"""Which report, and which event in it."""


@dataclass(frozen=True, slots=True)
class _Level:
    """What is held with a key."""

    shift: bool
    caps: bool
    third: bool


@dataclass(slots=True)
class _Typist:
    """Reads what is typed, and finds for each key the one that stands for it."""

    layout: Layout
    codes: Codes
    gap_s: float
    stands: dict[_Place, int] = field(default_factory=dict)
    _held: set[int] = field(default_factory=set)
    _caps: bool = False
    _alt_digits: int = 0
    _last_s: float = 0.0
    _strokes: list[tuple[_Place, int, str, _Level]] = field(default_factory=list)

    def report(self, number: int, report: Report) -> None:
        """Take one."""
        if report.time_s - self._last_s > self.gap_s:
            self.end()
        for at, event in enumerate(report.events):
            if event.type == codes.EV_KEY and event.value == codes.KEY_DOWN:
                self._down((number, at), event.code)
                self._last_s = report.time_s
            elif event.type == codes.EV_KEY and event.value == codes.KEY_UP:
                self._held.discard(event.code)

    def end(self) -> None:
        """The code that was begun is over."""
        text = "".join(character for _, _, character, _ in self._strokes)
        told = self.codes.line(text.encode()).decode()
        for (place, key, old, level), new in zip(self._strokes, told, strict=True):
            if old != new:
                self.stands[place] = self._key(key, new, level)
        self._strokes.clear()

    def _down(self, place: _Place, key: int) -> None:
        self._held.add(key)
        if key in _ALTS:
            self._alt_digits = 0
        elif key == codes.KEY_CAPSLOCK:
            self._caps = not self._caps
        elif key in _ENDS:
            self.end()
        elif key in KEYPAD and self._held & _ALTS:
            self._alt_digit(place, key)
        else:
            self._stroke(place, key, self._level())

    def _alt_digit(self, place: _Place, key: int) -> None:
        """Of a character's number, only whether it begins with 0 (which chooses the code page) is kept."""
        self._alt_digits += 1
        if KEYPAD[key] != "0" or self._alt_digits > 1:
            self.stands[place] = _keypad_key("1")

    def _level(self) -> _Level:
        third = self.layout.has_third_level and codes.KEY_RIGHTALT in self._held
        return _Level(bool(self._held & _SHIFTS), self._caps, third)

    def _stroke(self, place: _Place, key: int, level: _Level) -> None:
        """Letters beyond ASCII are all the same one; accents stay."""
        character = KEYPAD.get(key) or self._at(key, level)
        if character.isalpha() and not character.isascii():
            self.stands[place] = self._key(key, "X" if character.isupper() else "x", level)
        if character:
            self._strokes.append((place, key, character if character.isascii() else _NO_CHARACTER, level))

    def _at(self, key: int, level: _Level) -> str:
        symbols = self.layout.keys.get(key)
        return "" if symbols is None else symbols.at(shift=level.shift, caps=level.caps, third=level.third)

    def _key(self, key: int, character: str, level: _Level) -> int:
        """That types `character` where `key` was: on the keypad, or at the same level."""
        if key in KEYPAD:
            return _keypad_key(character)
        return next((each for each in self.layout.keys if self._at(each, level) == character), codes.KEY_SPACE)


def _keypad_key(character: str) -> int:
    return next(key for key, each in KEYPAD.items() if each == character)


def _redact_typing(traffic: Sequence[Traffic], driven: Driven, pseudonyms: Pseudonyms) -> Iterator[Happening]:
    return _typed_again(traffic, driven, pseudonyms, msgspec.convert(driven.options, _Options))


def _redact_keypad(traffic: Sequence[Traffic], driven: Driven, pseudonyms: Pseudonyms) -> Iterator[Happening]:
    """People take their time between two digits of a number, and end it with Enter."""
    return _typed_again(traffic, driven, pseudonyms, _Options(quiet_gap_s=inf))


def _typed_again(
    traffic: Sequence[Traffic], driven: Driven, pseudonyms: Pseudonyms, options: _Options
) -> Iterator[Happening]:
    told = Codes(msgspec.convert(driven.options, CodeOptions), pseudonyms)
    heard = tuple(_heard(traffic))
    typist = _Typist(LAYOUTS[options.layout], told, options.quiet_gap_s)
    for number, each in enumerate(heard):
        if isinstance(each, _Heard) and isinstance(each.said, Report):
            typist.report(number, each.said)
        else:
            typist.end()
    typist.end()
    return _again(heard, typist.stands)


def _redact_touch(traffic: Sequence[Traffic], _driven: Driven, _pseudonyms: Pseudonyms) -> Iterator[Happening]:
    """Where somebody touched names nobody: nothing is on the screen while a capture runs."""
    return _again(tuple(_heard(traffic)), {})


def _heard(traffic: Sequence[Traffic]) -> Iterator[_Heard | Opened | Left]:
    decoder = ReportDecoder()
    for each in traffic:
        if isinstance(each, LinkOpened):
            yield Opened(at_s=each.at_s)
            decoder = ReportDecoder()
        else:
            yield from map(partial(_Heard, each.at_s), decoder.feed(each.data))


def _again(heard: Sequence[_Heard | Opened | Left], stands: Mapping[_Place, int]) -> Iterator[Happening]:
    down: dict[int, int] = {}
    for number, each in enumerate(heard):
        if not isinstance(each, _Heard):
            yield each
        elif isinstance(each.said, Lost):
            yield Received(at_s=each.at_s, hex=encode_report(each.said).hex())
        else:
            events = tuple(_told_events(number, each.said.events, stands, down))
            yield Received(at_s=each.at_s, hex=encode_report(replace(each.said, events=events)).hex())


def _told_events(
    number: int, events: Sequence[InputEvent], stands: Mapping[_Place, int], down: dict[int, int]
) -> Iterator[InputEvent]:
    """A key goes up, and is repeated, as what it went down as."""
    for at, event in enumerate(events):
        if event.type != codes.EV_KEY:
            if event.type in _KEPT:
                yield event
            continue
        if event.value == codes.KEY_DOWN:
            down[event.code] = stands.get((number, at), event.code)
        yield replace(event, code=down.get(event.code, codes.KEY_SPACE))


TYPING: Final = Redaction(_redact_typing)
KEYPAD_KEYS: Final = Redaction(_redact_keypad)
TOUCH: Final = Redaction(_redact_touch)
