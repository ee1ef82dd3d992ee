"""A terminal emulator (pyte) round the real screen process, on a real pty."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import struct
import sys
import termios
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pyte


class Terminal:
    """`screen` is what a person sees; `output` is all that was written, `received` how much."""

    def __init__(self, controller: int, process: asyncio.subprocess.Process, columns: int, rows: int) -> None:
        self.process = process
        self.screen = pyte.Screen(columns, rows)
        self.received = 0
        self.output = bytearray()
        self._controller = controller
        self._stream = pyte.ByteStream(self.screen)
        asyncio.get_running_loop().add_reader(controller, self._read)

    @property
    def text(self) -> str:
        """What is on the screen; a wide character counts once."""
        lines = (self.screen.buffer[y] for y in range(self.screen.lines))
        return "\n".join("".join(line[x].data for x in range(self.screen.columns)).rstrip() for line in lines)

    def type(self, keys: bytes) -> None:
        os.write(self._controller, keys)

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._controller, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait for what the screen must come to."""
        try:
            async with asyncio.timeout(30):
                while not met():  # noqa: ASYNC110 - a state of the screen, no event
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"never came to it:\n{self.text}") from None

    async def shows(self, text: str) -> None:
        await self.until(lambda: text in self.text)

    def _read(self) -> None:
        try:
            data = os.read(self._controller, 65536)
        except OSError:  # the program has ended
            data = b""
        if not data:
            self.close()
        self.received += len(data)
        self.output += data
        self._stream.feed(data)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._controller)


@asynccontextmanager
async def screen_process(
    socket: Path, columns: int = 100, rows: int = 30, timezone: str = "UTC"
) -> AsyncIterator[Terminal]:
    """`kiosk screen --connect SOCKET` in a terminal of this size."""
    async with kiosk_process("screen", "--connect", str(socket), columns=columns, rows=rows, timezone=timezone) as seen:
        yield seen


@asynccontextmanager
async def kiosk_process(
    *arguments: str, columns: int = 100, rows: int = 30, timezone: str = "UTC"
) -> AsyncIterator[Terminal]:
    """The program `kiosk` in a terminal of this size."""
    controller, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
    process = await asyncio.create_subprocess_exec(
        *("setsid", "--ctty", sys.executable, "-m", "kiosk.main", *arguments),
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm-256color", "TZ": timezone},
    )
    os.close(follower)
    terminal = Terminal(controller, process, columns, rows)
    try:
        yield terminal
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        terminal.close()
        os.close(controller)
