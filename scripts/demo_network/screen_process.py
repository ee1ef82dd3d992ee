"""A terminal's screen on a pty of ours: the ordinary `kiosk screen`, as on the machine's own panel."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import struct
import termios
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.demo_network.processes import STOP_S, WITH_US
from scripts.demo_network.programs import console_script

READ_BYTES: Final = 65536

OWN_TERMINAL: Final = ("setsid", "--ctty")
"""The pty becomes its controlling terminal, so that it is told of a new window size."""


@dataclass(frozen=True, slots=True)
class Size:
    """Of a terminal, in cells."""

    rows: int
    columns: int


class ScreenProcess:
    """The near end of a screen's pty. Made by `screen_process` only."""

    def __init__(self, master: int, process: Process, drawn: Callable[[bytes], None]) -> None:
        self._master = master
        self._process = process
        self._drawn = drawn

    def type(self, keys: bytes) -> None:
        """What a person types. A screen that has stopped reading loses it."""
        with contextlib.suppress(OSError):
            os.write(self._master, keys)

    def resize(self, size: Size) -> None:
        """The window has another size now."""
        _set_size(self._master, size)

    async def ended(self) -> int:
        """Its exit code, when it has one."""
        return await self._process.wait()

    def listen(self) -> None:
        """Pass on what it writes from now on."""
        asyncio.get_running_loop().add_reader(self._master, self._read_on)

    def let_wait(self) -> None:
        """Pass on nothing: it waits when its pty is full."""
        asyncio.get_running_loop().remove_reader(self._master)

    async def close(self) -> None:
        """End it, and pass on its last words: they put the terminal in order again."""
        self.listen()
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        while self._read():
            pass
        self.let_wait()

    def _read_on(self) -> None:
        if not self._read():
            self.let_wait()

    def _read(self) -> bool:
        """False if there was nothing, or it has closed its end."""
        try:
            data = os.read(self._master, READ_BYTES)
        except OSError:  # BlockingIOError: nothing; EIO: closed
            data = b""
        if data:
            self._drawn(data)
        return bool(data)


@contextlib.asynccontextmanager
async def screen_process(
    socket: Path, size: Size, environment: dict[str, str], drawn: Callable[[bytes], None]
) -> AsyncIterator[ScreenProcess]:
    """The screen of the session behind `socket` while the context lasts; `drawn` gets what it writes."""
    master, slave = pty.openpty()
    try:
        _set_size(master, size)
        os.set_blocking(master, False)
        try:
            process = await asyncio.create_subprocess_exec(
                *OWN_TERMINAL,
                *WITH_US,
                console_script("kiosk"),
                "screen",
                "--connect",
                str(socket),
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env={**os.environ, **environment},
            )
        finally:
            os.close(slave)
        screen = ScreenProcess(master, process, drawn)
        screen.listen()
        try:
            yield screen
        finally:
            await screen.close()
    finally:
        os.close(master)


def _set_size(terminal: int, size: Size) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size.rows, size.columns, 0, 0))
