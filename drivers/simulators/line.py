"""A simulated device's cable, whichever it is: a pty or the network."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from drivers.simulators.cable import Cable
from drivers.simulators.errors import SimulationError
from drivers.simulators.firmware import Firmware, Reply
from drivers.simulators.tcp_cable import TcpCable


class LineTable(Protocol):
    """How a description asks for it: a pty at `link`, or `tcp`."""

    @property
    def name(self) -> str:
        """The device's."""

    @property
    def link(self) -> str:
        """Empty for the network."""

    @property
    def tcp(self) -> bool:
        """Whether it is on the network; its port is told when it is ready."""


class Line:
    """Must be made on the event loop."""

    def __init__(self, config: LineTable, folder: Path, firmware: Firmware) -> None:
        if config.tcp == bool(config.link):
            raise SimulationError(f"“{config.name}” needs either a link or tcp = true.")
        self._cable = TcpCable(firmware) if config.tcp else Cable(folder / config.link, firmware)

    @property
    def port(self) -> str:
        """Where a driver finds it."""
        return self._cable.port

    @property
    def is_plugged(self) -> bool:
        """The cable is in."""
        return self._cable.is_plugged

    def say(self, reply: Reply) -> None:
        """What the device sends of its own accord."""
        self._cable.say(reply)

    async def plug(self) -> None:
        """Connect it; nothing to do when it is connected."""
        if isinstance(self._cable, TcpCable):
            await self._cable.plug()
        else:
            self._cable.plug()

    async def unplug(self) -> None:
        """Disconnect it: what was not sent yet is lost."""
        if isinstance(self._cable, TcpCable):
            await self._cable.unplug()
        else:
            self._cable.unplug()
