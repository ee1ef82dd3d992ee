"""A simulated identity card reader as an order on the command socket sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drivers.simulators.cable import Cable
from drivers.simulators.commands import Fault
from drivers.simulators.config import IdCardReaderConfig
from drivers.simulators.errors import SimulationError
from drivers.simulators.sdt_reader import SdtFirmware, invented_card
from firmware_msgs.sdt.status import Status


class IdCardReader:
    """At most one card lies on it, of a person who does not exist."""

    def __init__(self, config: IdCardReaderConfig, link: Path) -> None:
        self.name = config.name
        self._link = link
        self._firmware = SdtFirmware(pace=config.pace)
        self._cable = Cable(link, self._firmware)
        self._person: int | None = None
        self._fault: Status | None = None

    def facts(self) -> dict[str, Any]:
        """See `SimulatedDevice`."""
        return {
            "name": self.name,
            "kind": "id_card",
            "port": str(self._link),
            "plugged": self._cable.is_plugged,
            "person": self._person,
        }

    def lay(self, person: int) -> None:
        """Lay that person's card down."""
        self._person = person
        self._firmware.place(invented_card(person), self._fault)

    def lift(self) -> None:
        """Take the card away; nothing to do when there is none."""
        self._person = None
        self._firmware.remove()

    def fail(self, fault: Fault) -> None:
        """See `SimulatedDevice`."""
        match fault.kind:
            case "refuse":
                self._fault = Status.READ_FAILED
            case "silent":
                self._firmware.is_silent = True
            case _:
                raise SimulationError(
                    f"“{self.name}” is an identity card reader, which cannot fail by “{fault.kind}”. See Fault in "
                    "commands.py."
                )

    def clear(self) -> None:
        """See `SimulatedDevice`."""
        self._fault, self._firmware.is_silent = None, False

    async def plug(self) -> None:
        """See `SimulatedDevice`."""
        self._cable.plug()

    async def unplug(self) -> None:
        """See `SimulatedDevice`."""
        self._cable.unplug()
