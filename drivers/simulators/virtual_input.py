"""Input devices as their readers see them: struct input_event through a socket, and a state that answers the ioctls.

The kernel's own side needs /dev/uinput, which is tried in a virtual machine.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from drivers.errors import PortInUse, PortMissing
from drivers.evdev_port import InputPort
from firmware_msgs.hid.device_state import DeviceState
from firmware_msgs.hid.input_events import Said, encode_report


class VirtualInput:
    """One device, unplugged at first. `state` is what the kernel would say of it."""

    def __init__(self, state: DeviceState) -> None:
        self.state = state
        self.is_plugged = False
        self._ends: tuple[socket.socket, socket.socket] | None = None

    @property
    def is_grabbed(self) -> bool:
        """Somebody holds it for himself."""
        return self._ends is not None

    def plug(self) -> None:
        """Connect it."""
        self.is_plugged = True

    def unplug(self) -> None:
        """Pull it out, also from under its reader."""
        self.is_plugged = False
        if self._ends is not None:
            self._ends[0].close()

    def send(self, reports: Iterable[Said]) -> None:
        """What somebody does on it; lost where nobody reads."""
        self.send_bytes(b"".join(map(encode_report, reports)))

    def send_bytes(self, data: bytes) -> None:
        """The same, raw."""
        if self._ends is not None:
            self._ends[0].sendall(data)

    def _asked(self) -> DeviceState:
        """The state, and as in the kernel what was not read yet is forgotten, for the state has it already."""
        if self._ends is not None:
            with suppress(BlockingIOError):
                while self._ends[1].recv(4096):
                    pass
        return self.state

    @contextmanager
    def opened(self, path: str) -> Iterator[InputPort]:
        """As `open_input` opens a real one."""
        if not self.is_plugged:
            raise PortMissing(path)
        if self._ends is not None:
            raise PortInUse(path)
        self._ends = socket.socketpair(type=socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        try:
            yield InputPort(path, self._ends[1].fileno(), self._asked)
        finally:
            for end in self._ends:
                end.close()
            self._ends = None


class VirtualInputs:
    """Input devices by path."""

    def __init__(self, devices: dict[str, VirtualInput]) -> None:
        self._devices = devices

    @contextmanager
    def open(self, path: str) -> Iterator[InputPort]:
        """As `open_input`, following links."""
        target = str(Path(path).resolve())
        device = self._devices.get(target)
        if device is None:
            raise PortMissing(path)
        with device.opened(path) as port:
            yield port
