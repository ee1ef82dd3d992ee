"""A simulated reader under a pad, of whatever family, as an order on the command socket sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Generic, Protocol, TypeAlias

import msgspec

from drivers.simulators.commands import Fault
from drivers.simulators.errors import SimulationError
from drivers.simulators.faults import LineFaults
from drivers.simulators.firmware import Firmware
from drivers.simulators.line import Line
from drivers.simulators.lying import Lying, Tag

Hex: TypeAlias = Annotated[str, msgspec.Meta(pattern="^([0-9A-Fa-f]{2})+$")]


class PadTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """A reader on a pty at `link`, or on the network (`tcp`; its port is told when it is ready). `pace` scales its real
    times; 0 answers at once. `tags` lie there from the start.
    """

    name: str
    link: str = ""
    tcp: bool = False
    pace: Annotated[float, msgspec.Meta(ge=0, le=100)] = 1.0
    tags: tuple[Hex, ...] = ()


class FaultyFirmware(Firmware, Protocol):
    """A reader whose line can fail."""

    faults: LineFaults


class Pad(Generic[Tag]):
    """See `SimulatedDevice`."""

    def __init__(self, config: PadTable, folder: Path, kind: str, field: Lying[Tag], firmware: FaultyFirmware) -> None:
        self.name = config.name
        self.field = field
        self._kind = kind
        self._faults = firmware.faults
        self._line = Line(config, folder, firmware)

    def facts(self) -> dict[str, Any]:
        """See `SimulatedDevice`."""
        return {
            "name": self.name,
            "kind": self._kind,
            "port": self._line.port,
            "plugged": self._line.is_plugged,
            "tags": [tag.uid for tag in self.field],
        }

    def fail(self, fault: Fault) -> None:
        """See `SimulatedDevice`."""
        if not self._faults.begin(fault):
            raise SimulationError(
                f"“{self.name}” is a pad, which cannot fail by “{fault.kind}”. See Fault in commands.py."
            )

    def clear(self) -> None:
        """See `SimulatedDevice`."""
        self._faults.clear()

    async def plug(self) -> None:
        """See `SimulatedDevice`."""
        await self._line.plug()

    async def unplug(self) -> None:
        """See `SimulatedDevice`."""
        await self._line.unplug()
