"""The person's own terminal, raw: keys come as they are typed, and writing never waits for a window that stalls."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import select
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from typing import Final

from scripts.demo_network.screen_process import Size

STDIN: Final = 0
CONTROLLING_TERMINAL: Final = "/dev/tty"
"""Opened anew, so that our not waiting is ours alone: the shell shares what is behind standard output."""

READ_BYTES: Final = 65536

FULL_BYTES: Final = 262_144
"""A window that has not taken this much has stalled; a whole picture has 20 kB."""

LAST_WORDS_S: Final = 1.0
"""For putting the window in order; one that still stalls is left as it is."""

CTRL_C: Final = re.compile(rb"\x03|\x1b\[99;(?P<modifiers>\d+)(?::1)?u")
"""As a byte, or as kitty's keyboard protocol spells it (key 99, modifiers counted from 1, 4 is Ctrl)."""

AS_IT_WAS: Final = (
    b"\x1b[<u\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1004l\x1b[?2004l\x1b[?2026l"
    b"\x1b[?1049l\x1b[0m\x1b[?25h"
)
"""Keyboard, mouse, focus, paste, synchronised output, second screen, colours, cursor: what a screen that was killed
leaves behind.
"""


class Window:
    """Made by `raw_window`. `stalled` is called while it has not taken too much, `flowing` when it has taken all."""

    def __init__(self, terminal: int, stalled: Callable[[], None], flowing: Callable[[], None]) -> None:
        self._terminal = terminal
        self._stalled = stalled
        self._flowing = flowing
        self._unwritten = b""

    @property
    def size(self) -> Size:
        """In cells."""
        size = os.get_terminal_size(self._terminal)
        return Size(size.lines, size.columns)

    def write(self, data: bytes) -> None:
        """Show it, as soon as the window takes it."""
        if not self._unwritten:
            asyncio.get_running_loop().add_writer(self._terminal, self._write_on)
        self._unwritten += data
        if len(self._unwritten) > FULL_BYTES:
            self._stalled()

    def restore(self) -> None:
        """Put the window in order."""
        asyncio.get_running_loop().remove_writer(self._terminal)
        rest = self._unwritten + AS_IT_WAS
        while rest and select.select([], [self._terminal], [], LAST_WORDS_S)[1]:
            rest = rest[self._write_some(rest) :]

    def _write_on(self) -> None:
        self._unwritten = self._unwritten[self._write_some(self._unwritten) :]
        if not self._unwritten:
            asyncio.get_running_loop().remove_writer(self._terminal)
            self._flowing()

    def _write_some(self, data: bytes) -> int:
        """How much the window took. One that is gone takes everything; the end is on its way then."""
        try:
            return os.write(self._terminal, data)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)


def is_at_hand() -> bool:
    """Whether there is a person's terminal to show a screen in."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    try:
        os.close(os.open(CONTROLLING_TERMINAL, os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def read_keys() -> bytes:
    """What was typed; empty when the window is gone."""
    try:
        return os.read(STDIN, READ_BYTES)
    except OSError:
        return b""


def asks_to_end(keys: bytes) -> bool:
    """Whether Ctrl-C is among them."""
    return any(found["modifiers"] is None or (int(found["modifiers"]) - 1) & 4 for found in CTRL_C.finditer(keys))


@contextlib.contextmanager
def raw_window(stalled: Callable[[], None], flowing: Callable[[], None]) -> Iterator[Window]:
    """The window, raw while the context lasts."""
    terminal = os.open(CONTROLLING_TERMINAL, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
    before = termios.tcgetattr(STDIN)
    tty.setraw(STDIN)
    window = Window(terminal, stalled, flowing)
    try:
        yield window
    finally:
        window.restore()
        with contextlib.suppress(termios.error):  # the window may be gone
            termios.tcsetattr(STDIN, termios.TCSANOW, before)  # not after what it shows: it may have stalled
        os.close(terminal)
