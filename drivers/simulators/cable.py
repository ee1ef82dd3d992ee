"""A simulated device on a pty: its firmware, its cable and its pace."""

from __future__ import annotations

from pathlib import Path

from drivers.simulators.firmware import Firmware, Reply
from drivers.simulators.in_turn import InTurn
from drivers.simulators.pty_host import PtyHost


class Cable:
    """Reached by the symbolic link `link` while plugged in. Must be made on the event loop."""

    def __init__(self, link: Path, firmware: Firmware) -> None:
        self.port = str(link)
        self._firmware = firmware
        self._host = PtyHost(link, self._receive)
        self._turn = InTurn(self._host.send)

    @property
    def is_plugged(self) -> bool:
        """The cable is in."""
        return self._host.is_plugged

    def plug(self) -> None:
        """Connect the cable."""
        self._host.plug()

    def unplug(self) -> None:
        """Draw the cable: what was not sent yet is lost."""
        self._turn.forget()
        self._host.unplug()

    def say(self, reply: Reply) -> None:
        """What the device sends of its own accord."""
        self._turn.say(reply)

    def _receive(self, data: bytes) -> None:
        for reply in self._firmware.feed(data):
            self._turn.say(reply)
