"""A keypad beside the screen that types as a USB keyboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import assert_never

from drivers.errors import PortUnusable
from drivers.evdev_port import OpenInput, open_input
from drivers.events import KeyHeld, KeyPressed
from drivers.input_session import INPUT_BACKOFF, serve
from drivers.ports import Report
from drivers.supervisor import Backoff, Supervisor
from firmware_msgs.hid.device_state import DeviceState
from firmware_msgs.hid.keypad import HOLD_S, USUAL_KEYS, Held, Key, Keyed, KeypadReader, Pressed


class Keypad:
    """Holds the keypad for itself and reports `KeyPressed` and `KeyHeld`."""

    def __init__(
        self,
        name: str,
        path: str,
        report: Report,
        *,
        keys: Mapping[int, Key] = USUAL_KEYS,
        hold_s: float = HOLD_S,
        open_port: OpenInput = open_input,
        backoff: Backoff = INPUT_BACKOFF,
    ) -> None:
        self.name = name
        self._path = path
        self._report = report
        self._keys = keys
        self._hold_s = hold_s
        self._open = open_port
        self._backoff = backoff

    async def run(self) -> None:
        """Serve the keypad until cancelled."""
        await Supervisor(self.name, self._session, self._report, backoff=self._backoff).run()

    async def _session(self, up: Callable[[], None]) -> None:
        with self._open(self._path) as port:
            await serve(port, self._reader, self._tell, up)

    def _reader(self, state: DeviceState) -> KeypadReader:
        if not state.keys & self._keys.keys():
            raise PortUnusable(self._path, "it has none of the keys", "a keypad")
        return KeypadReader(self._keys, self._hold_s, state)

    def _tell(self, keyed: Keyed) -> None:
        match keyed:
            case Pressed(key):
                self._report(KeyPressed(self.name, key))
            case Held(key):
                self._report(KeyHeld(self.name, key))
            case _:
                assert_never(keyed)
