"""A simulated relay board as an order on the command socket sees it."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any, Final

from drivers.simulators.cable import Cable
from drivers.simulators.commands import Fault
from drivers.simulators.config import RelayBoardConfig
from drivers.simulators.errors import SimulationError
from drivers.simulators.relay_boards import LcusFirmware, ModbusFirmware
from drivers.simulators.relays import RelayFault, Relays

_FAULTS: Final = {fault.value: fault for fault in RelayFault}


class RelayBoard:
    """Its contacts are remembered: which stands how, and how often each moved."""

    def __init__(self, config: RelayBoardConfig, link: Path) -> None:
        self.name = config.name
        self._link = link
        self._relays = Relays(monotonic, config.relays)
        self._cable = Cable(link, _firmware(config, self._relays))

    def facts(self) -> dict[str, Any]:
        """See `SimulatedDevice`."""
        log = self._relays.log
        numbers = range(1, self._relays.count + 1)
        return {
            "name": self.name,
            "kind": "relay",
            "port": str(self._link),
            "plugged": self._cable.is_plugged,
            "energised": [number for number in numbers if self._relays.is_energised(number)],
            "moves": {str(number): sum(contact.relay == number for contact in log) for number in numbers},
        }

    def fail(self, fault: Fault) -> None:
        """See `SimulatedDevice`."""
        if fault.kind not in _FAULTS:
            raise SimulationError(
                f"“{self.name}” is a relay board, which cannot fail by “{fault.kind}”. See Fault in commands.py."
            )
        self._relays.fault = _FAULTS[fault.kind]

    def clear(self) -> None:
        """See `SimulatedDevice`."""
        self._relays.fault = None

    async def plug(self) -> None:
        """See `SimulatedDevice`."""
        self._cable.plug()

    async def unplug(self) -> None:
        """See `SimulatedDevice`."""
        self._cable.unplug()


def _firmware(config: RelayBoardConfig, relays: Relays) -> LcusFirmware | ModbusFirmware:
    if config.speaks == "modbus":
        return ModbusFirmware(relays, config.unit)
    return LcusFirmware(relays, answers=config.answers)
