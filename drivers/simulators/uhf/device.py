"""A simulated UHF pad as an order on the command socket sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drivers.simulators.cable import Cable
from drivers.simulators.commands import Fault
from drivers.simulators.errors import SimulationError
from drivers.simulators.uhf.a0 import A0Firmware
from drivers.simulators.uhf.chafon import ChafonFirmware
from drivers.simulators.uhf.config import UhfPadConfig
from drivers.simulators.uhf.virtual_tag import UhfField
from firmware_msgs.chafon.answers import Layout


class UhfPad:
    """See `SimulatedDevice`. A UHF reader with a field of tags."""

    def __init__(self, config: UhfPadConfig, link: Path) -> None:
        self.name = config.name
        self.field = UhfField()
        self._firmware = _firmware(config, self.field)
        self._cable = Cable(link, self._firmware)
        self._link = link

    def facts(self) -> dict[str, Any]:
        """See `SimulatedDevice`."""
        return {
            "name": self.name,
            "kind": "uhf",
            "port": str(self._link),
            "plugged": self._cable.is_plugged,
            "tags": [tag.uid for tag in self.field],
        }

    def fail(self, fault: Fault) -> None:
        """See `SimulatedDevice`."""
        faults = self._firmware.faults
        match fault.kind:
            case "drop_byte":
                faults.dropped_bytes += fault.count
            case "corrupt_crc":
                faults.corrupted_checksums += fault.count
            case "tear_write":
                faults.torn_writes.extend([fault.takes] * fault.count)
            case "silent":
                faults.silent = True
            case "loss":
                faults.lose(fault.share)
            case "delay":
                faults.late_answers, faults.late_s = faults.late_answers + fault.count, fault.delay_s
            case _:
                raise SimulationError(
                    f"“{self.name}” is a UHF pad, which cannot fail by “{fault.kind}”. See Fault in commands.py."
                )

    def clear(self) -> None:
        """See `SimulatedDevice`."""
        self._firmware.faults.clear()

    async def plug(self) -> None:
        """See `SimulatedDevice`."""
        self._cable.plug()

    async def unplug(self) -> None:
        """See `SimulatedDevice`."""
        self._cable.unplug()


def _firmware(config: UhfPadConfig, field: UhfField) -> A0Firmware | ChafonFirmware:
    if config.speaks == "a0":
        return A0Firmware(field, pace=config.pace)
    return ChafonFirmware(field, Layout(config.speaks), pace=config.pace)
