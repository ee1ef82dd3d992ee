"""What a device can do: small protocols, one capability each. Concrete drivers are named only in the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Protocol, TypeAlias, runtime_checkable

from drivers.events import DeviceEvent
from firmware_msgs.receipt import Document

Report: TypeAlias = Callable[[DeviceEvent], None]
"""Where a driver puts its events; never blocks."""


class Device(Protocol):
    """Anything on a cable. `run` keeps the device open, reopens it, reports to its `Report`, and ends only by
    cancellation; it never raises for a fault of the device.
    """

    name: str

    async def run(self) -> None:
        """Serve the device until cancelled."""


@runtime_checkable
class SecurityWriter(Protocol):
    """Sets a tag's security. Returns at once; the answer is exactly one `SecurityChanged` or `SecurityFailed`, also
    when the tag or the reader is gone by then. A later call for the same tag waits for the earlier one.
    """

    def set_security(self, uid: str, *, secured: bool) -> None:
        """Write the AFI that means `secured` and read it back."""


class ItemReader(Device, SecurityWriter, Protocol):
    """A pad that sees tags: `ItemPlaced`, `ItemRemoved`, security. After `DeviceUp` every tag on it is placed anew."""


class Cue(Enum):
    """What a terminal tells without words."""

    SEEN = "seen"  # a card or book was noticed
    DONE = "done"  # it may be taken
    ATTENTION = "attention"  # somebody must look at the screen


@runtime_checkable
class Signals(Protocol):
    """Lamps and a beeper. Best effort: nothing is reported."""

    def signal(self, cue: Cue) -> None:
        """Give the cue. Returns at once; a later one replaces it."""


@runtime_checkable
class Trigger(Protocol):
    """A scanner that is asked to look for codes, and to stop. The last wish counts, also after a replug."""

    def set_scanning(self, *, wanted: bool) -> None:
        """Returns at once."""


@runtime_checkable
class Printer(Protocol):
    """Prints documents in order. Returns at once; each job ends in exactly one `Printed` or `PrintFailed`."""

    def print(self, job: str, document: Document) -> None:
        """Queue it. `job` names it in the event."""


@runtime_checkable
class Door(Protocol):
    """A door from outside; leaving never depends on it. Each order ends in `DoorUnlocked`, later `DoorLocked`, or in
    `DoorFailed`.
    """

    def unlock(self, for_s: float) -> None:
        """Let somebody in. Returns at once; a second order prolongs the first."""
