"""Typing on one of the machine's USB keyboards, as a scanner or a person does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final

from scripts.virtual_machine.errors import MachineError
from scripts.virtual_machine.qmp import Qmp

STROKE_S: Final = 0.03
"""QEMU's keyboard holds 16 strokes and loses the rest: leave a busy machine the time to fetch them."""

_NAMES: Final = {" ": "spc", "-": "minus", "/": "slash", ".": "dot", "\n": "ret"}
_SHIFTED: Final = {"_": "minus", ":": "semicolon", "*": "8"}

Stroke = tuple[str, bool]
"""A key by QEMU's name for it (a QKeyCode), and whether it goes down."""


def strokes(text: str) -> Iterator[Stroke]:
    """How `text` is typed on a US keyboard. Raises MachineError for what has no key here."""
    for character in text:
        key = _NAMES.get(character, character.lower())
        if character in _SHIFTED or character.isupper():
            yield "shift", True
            yield from _pressed(_SHIFTED.get(character, key))
            yield "shift", False
        elif character in _NAMES or (character.isascii() and character.isalnum()):
            yield from _pressed(key)
        else:
            raise MachineError(f"No key is known for {character!r}.")


def _pressed(key: str) -> Iterator[Stroke]:
    yield key, True
    yield key, False


class Keyboard:
    """What is typed at a screen of the machine goes to the keyboard that belongs to this screen."""

    def __init__(self, qmp: Qmp, screen: str) -> None:
        self._qmp = qmp
        self.screen = screen

    async def type(self, text: str) -> None:
        """Type it at a scanner's speed."""
        for key, down in strokes(text):
            await self.stroke(key, down=down)

    async def press(self, key: str, hold_s: float) -> None:
        """Press a key for so long."""
        await self.stroke(key, down=True)
        await asyncio.sleep(hold_s)
        await self.stroke(key, down=False)

    async def stroke(self, key: str, *, down: bool) -> None:
        """One movement of a key."""
        what = {"key": {"type": "qcode", "data": key}, "down": down}
        await self._qmp.execute("input-send-event", device=self.screen, events=[{"type": "key", "data": what}])
        await asyncio.sleep(STROKE_S)
