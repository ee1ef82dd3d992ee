"""The machine's USB sockets, into which devices are plugged while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

from scripts.virtual_machine.qmp import Qmp

CONTROLLER: Final = "usb"
CONTROLLER_SLOT: Final = 0x10
"""On the machine's PCI bus, which is a part of the path by which the machine knows what is plugged in where."""


def path_of(socket: int) -> str:
    """What udev's by-path links say of a device's first interface in this socket."""
    return f"pci-0000:00:{CONTROLLER_SLOT:02x}.0-usb-0:{socket}:1.0"


class Usb:
    """Plugs and unplugs. A name is given once only: what QEMU says of a device is never of an older one."""

    def __init__(self, qmp: Qmp, folder: Path) -> None:
        self._qmp = qmp
        self._folder = folder
        self._numbers: Iterator[int] = count()

    async def plug(self, driver: str, socket: int, **properties: str) -> str:
        """Plug QEMU's device `driver` into a socket, 1 to 8; the name to unplug it by."""
        return await self._add(driver, bus=f"{CONTROLLER}.0", port=str(socket), **properties)

    async def put_in(self, holder: str, driver: str, **properties: str) -> str:
        """Put a device into another one, as a card into its reader."""
        return await self._add(driver, bus=f"{holder}.0", **properties)

    async def unplug(self, name: str) -> None:
        """Draw it out; returns when the machine has let go of it."""
        await self._qmp.execute("device_del", id=name)
        await self._qmp.saw("DEVICE_DELETED", device=name)

    async def line(self) -> tuple[str, Path]:
        """A new line out of the machine: its name for a device's `chardev`, and the socket where it ends."""
        name = f"line{next(self._numbers)}"
        path = self._folder / name
        address = {"type": "unix", "data": {"path": str(path)}}
        backend = {"type": "socket", "data": {"addr": address, "server": True, "wait": False}}
        await self._qmp.execute("chardev-add", id=name, backend=backend)
        return name, path

    async def _add(self, driver: str, **properties: str) -> str:
        name = f"device{next(self._numbers)}"
        await self._qmp.execute("device_add", driver=driver, id=name, **properties)
        return name
