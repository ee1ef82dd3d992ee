"""A simulated FEIG reader on a pty: its firmware, its cable and its pace."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from drivers.simulators.feig import Reply
from drivers.simulators.pty_host import PtyHost


class Firmware(Protocol):
    """What the reader at the end of the cable says."""

    def feed(self, data: bytes, /) -> Iterable[Reply]:
        """The replies to what these bytes ask, in order."""


class FeigPad:
    """Answers one request after the other, each when its time has come. Must be made on the event loop."""

    def __init__(self, link: Path, firmware: Firmware) -> None:
        self._firmware = firmware
        self._host = PtyHost(link, self._receive)
        self._loop = asyncio.get_running_loop()
        self._free_at_s = 0.0
        self._due: set[asyncio.TimerHandle] = set()

    def plug(self) -> None:
        """Connect the cable."""
        self._host.plug()

    def unplug(self) -> None:
        """Draw the cable: what was not sent yet is lost."""
        for handle in self._due:
            handle.cancel()
        self._due.clear()
        self._host.unplug()

    def _receive(self, data: bytes) -> None:
        now_s = self._loop.time()
        for reply in self._firmware.feed(data):
            self._free_at_s = max(self._free_at_s, now_s) + reply.delay_s
            if self._free_at_s <= now_s:
                self._host.send(reply.data)
            else:
                self._send_at(self._free_at_s, reply.data)

    def _send_at(self, when_s: float, data: bytes) -> None:
        def send() -> None:
            self._due.discard(handle)
            self._host.send(data)

        handle = self._loop.call_at(when_s, send)
        self._due.add(handle)
