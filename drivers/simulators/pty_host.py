"""The device's end of a serial cable: a pty under a stable link, which can be unplugged and plugged in again."""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Callable
from pathlib import Path

from drivers.simulators.errors import SimulationError

READ_SIZE_BYTES = 4096


class PtyHost:
    """A pty whose slave end is reached by the symbolic link `link`; `receive` gets what the driver sends.

    Unplugging closes both ends: the driver sees a hang-up, as when a USB cable is drawn, and the link is gone.
    """

    def __init__(self, link: Path, receive: Callable[[bytes], None]) -> None:
        self.link = link
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._ends: tuple[int, int] | None = None

    @property
    def is_plugged(self) -> bool:
        """The cable is in."""
        return self._ends is not None

    def plug(self) -> None:
        """Make a pty under the link; nothing to do when there is one."""
        if self._ends is not None:
            return
        if self.link.exists() and not self.link.is_symlink():
            raise SimulationError(f"{self.link} is a file of someone else's. Name another link for this device.")
        master, slave = self._ends = os.openpty()
        tty.setraw(slave)  # else it echoes what we send before a driver has set the line
        os.set_blocking(master, False)
        self._loop.add_reader(master, self._read, master)
        self._make_link(os.ttyname(slave))

    def unplug(self) -> None:
        """Draw the cable; nothing to do when it is out."""
        if self._ends is None:
            return
        self.link.unlink(missing_ok=True)
        self._loop.remove_reader(self._ends[0])
        for end in self._ends:
            os.close(end)
        self._ends = None

    def send(self, data: bytes) -> None:
        """Send to the driver. What it does not fetch in time is lost, as on a real line without flow control."""
        if self._ends is None:
            return
        try:
            os.write(self._ends[0], data)
        except BlockingIOError:
            return

    def _make_link(self, target: str) -> None:
        fresh = self.link.with_name(f".{self.link.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(self.link)

    def _read(self, master: int) -> None:
        try:
            data = os.read(master, READ_SIZE_BYTES)
        except BlockingIOError:
            return
        self._receive(data)
