"""The terminal's own health, gathered from what its devices and its session say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import version

from drivers.events import DeviceDown, DeviceUp
from firmware_msgs.config import DeviceConfig
from firmware_msgs.uplink.health import DeviceHealth, Health, Service
from kiosk.journal.store import Journal
from kiosk.moment import Moment
from kiosk.session.events import SessionEvent
from kiosk.session.views import OutOfServiceView, StartingView, View

VERSION = version("shufang")
NOT_YET = "It has not answered yet since the terminal started."


class Condition:
    """Watches events and views go by. `changed` is called when the report would read differently."""

    def __init__(self, site: str, boot: str, devices: Iterable[DeviceConfig], changed: Callable[[], None]) -> None:
        self._site = site
        self._boot = boot
        self._changed = changed
        self._devices = {
            device.name: DeviceHealth(name=device.name, model=device.model, up=False, reason=NOT_YET)
            for device in devices
        }
        self._serving = False

    def heard(self, event: SessionEvent) -> None:
        """A device came or went?"""
        if isinstance(event, DeviceUp):
            self._note(event.device, up=True)
        elif isinstance(event, DeviceDown):
            self._note(event.device, up=False, reason=event.reason)

    def shown(self, view: View) -> None:
        """Are patrons served?"""
        serving = not isinstance(view, OutOfServiceView | StartingView)
        if serving != self._serving:
            self._serving = serving
            self._changed()

    def report(self, journal: Journal, now: Moment) -> Health:
        """The full report."""
        return Health(
            boot=self._boot,
            version=VERSION,
            site=self._site,
            service=self._service(),
            devices=tuple(self._devices.values()),
            sequence=journal.head.sequence,
            depth=journal.depth,
            oldest_unreceipted_s=journal.oldest_unreceipted_s(now),
            clock=now.clock,
        )

    def _service(self) -> Service:
        if not self._serving:
            return Service.OUT
        return Service.FULL if all(device.up for device in self._devices.values()) else Service.DEGRADED

    def _note(self, name: str, *, up: bool, reason: str = "") -> None:
        known = self._devices[name]
        self._devices[name] = DeviceHealth(name=name, model=known.model, up=up, reason=reason)
        if self._devices[name] != known:
            self._changed()
