"""A device on a serial line behind a USB adapter: simulated firmware on the host, at its pace, for QEMU keeps none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from drivers.simulators.firmware import Firmware
from drivers.simulators.in_turn import InTurn


class SerialDevice(asyncio.Protocol):
    """Plugged in while connected: QEMU's adapter comes and goes with the connection. Must be made on the event loop."""

    def __init__(self, firmware: Firmware) -> None:
        self._firmware = firmware
        self._turn = InTurn(self._send)
        self._transport: asyncio.Transport | None = None
        self._cut_when: Callable[[], bool] = lambda: False

    async def plug(self, line: Path) -> None:
        """Connect to the end of one of the machine's lines."""
        self._transport, _ = await asyncio.get_running_loop().create_unix_connection(lambda: self, str(line))

    def unplug(self) -> None:
        """Draw the cable: what was not sent yet is lost."""
        self._turn.forget()
        if self._transport is not None:
            self._transport.abort()
        self._transport = None

    def unplug_when(self, is_time: Callable[[], bool]) -> None:
        """Draw the cable, once, as soon as this is true after a question and before its answer."""
        self._cut_when = is_time

    def data_received(self, data: bytes) -> None:
        """What the driver in the machine asks."""
        for reply in self._firmware.feed(data):
            self._turn.say(reply)
        if self._cut_when():
            self._cut_when = lambda: False
            self.unplug()

    def _send(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)
