"""Reads a terminal's screen as a person does: the cells of its pty, not the program's values."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import pyte

from kiosk.screens.words import Language, Words
from scripts.demo_network.errors import ExpectationFailed
from scripts.demo_network.screen_process import Size
from scripts.demo_network.stock import Book

SIZE: Final = Size(rows=30, columns=100)
ENVIRONMENT: Final = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}

SEE_S: Final = 15.0
"""The longest way of a tour's step to the screen: a question's deadline (3 s), a pad's work, a busy machine."""

WORDS: Final = Words(Language.CHINESE)
"""A terminal greets in Chinese."""


class Eyes:
    """On one screen."""

    def __init__(self, terminal: str) -> None:
        self._terminal = terminal
        self._screen = pyte.Screen(SIZE.columns, SIZE.rows)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = asyncio.Event()

    def draw(self, data: bytes) -> None:
        """The screen wrote this."""
        self._stream.feed(data)
        self._changed.set()

    @property
    def lines(self) -> list[str]:
        """What stands there now. A wide character's second cell is empty; pyte's `display` trips over a lone one."""
        cells = self._screen.buffer
        return ["".join(cells[y][x].data for x in range(SIZE.columns)).rstrip() for y in range(SIZE.rows)]

    def says(self, key: str, n: int | None = None, **values: str) -> bool:
        """Whether a text of the catalogue stands there; `n` for one that counts."""
        phrase = WORDS.say(key, **values) if n is None else WORDS.count(key, n, **values)
        return phrase in "\n".join(self.lines)

    def shows(self, book: Book, stage: str) -> bool:
        """Whether the book stands there in this stage, under its title or (not known yet) its barcode."""
        word = WORDS.say(f"stage.{stage}")
        return any(word in line and (book.title in line or book.tag.item in line) for line in self.lines)

    async def until(self, what: str, seen: Callable[[], bool], within_s: float = SEE_S) -> None:
        """Wait until `seen`; raises ExpectationFailed, which names `what` was expected."""
        try:
            async with asyncio.timeout(within_s):
                while not seen():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            sentence = f"{self._terminal}'s screen did not show {what} within {within_s:.0f} s"
            raise ExpectationFailed(sentence, "\n".join(self.lines)) from None
