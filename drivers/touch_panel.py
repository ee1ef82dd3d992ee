"""A touch panel, read past the terminal emulator: those of Debian 12 know no touch."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from drivers.errors import PortUnusable
from drivers.evdev_port import OpenInput, open_input
from drivers.events import ContactBegan, ContactEnded, ContactLost
from drivers.input_session import INPUT_BACKOFF, serve
from drivers.ports import Report
from drivers.supervisor import Backoff, Supervisor
from firmware_msgs.hid.device_state import DeviceState
from firmware_msgs.hid.touch import FingerDown, FingerLost, FingerUp, PanelSetup, Tapped, TouchReader, touch_reader


class TouchPanel:
    """Holds the panel for itself and reports `ContactBegan`, then `ContactEnded` or `ContactLost`, of one finger at a
    time.
    """

    def __init__(
        self,
        name: str,
        path: str,
        setup: PanelSetup,
        report: Report,
        *,
        open_port: OpenInput = open_input,
        backoff: Backoff = INPUT_BACKOFF,
    ) -> None:
        self.name = name
        self._path = path
        self._setup = setup
        self._report = report
        self._open = open_port
        self._backoff = backoff

    async def run(self) -> None:
        """Serve the panel until cancelled."""
        await Supervisor(self.name, self._session, self._report, backoff=self._backoff).run()

    async def _session(self, up: Callable[[], None]) -> None:
        with self._open(self._path) as port:
            await serve(port, self._reader, self._tell, up)

    def _reader(self, state: DeviceState) -> TouchReader:
        reader = touch_reader(self._setup, state)
        if reader is None:
            raise PortUnusable(self._path, "it tells no positions", "a touch panel")
        return reader

    def _tell(self, tapped: Tapped) -> None:
        match tapped:
            case FingerDown(x, y):
                self._report(ContactBegan(self.name, x, y))
            case FingerUp(x, y):
                self._report(ContactEnded(self.name, x, y))
            case FingerLost():
                self._report(ContactLost(self.name))
            case _:
                assert_never(tapped)
