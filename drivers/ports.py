"""What a device can do: small protocols, one capability each. Concrete drivers are named only in the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias, runtime_checkable

from drivers.events import DeviceEvent

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
