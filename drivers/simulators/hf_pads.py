"""Simulated pads for ISO 15693 tags."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec

from drivers.simulators.feig.firmware import Build, FeigFirmware
from drivers.simulators.m3 import M3Firmware
from drivers.simulators.pad import Pad, PadTable
from drivers.simulators.timing import serial_s
from drivers.simulators.virtual_tag import Field, VirtualTag
from firmware_msgs.feig.blocks import BlockOrder
from firmware_msgs.feig.frames import READER_ADDRESS


class FeigPadConfig(PadTable, frozen=True, tag="feig"):
    """A FEIG reader. A gate's people counter hangs on it."""

    address: Annotated[int, msgspec.Meta(ge=0, le=0xFF)] = READER_ADDRESS
    block_order: BlockOrder = BlockOrder.MSB_FIRST


class M3PadConfig(PadTable, frozen=True, tag="3m"):
    """A 3M 210 or 810 staff reader; on the network through a serial server. `tells_dsfid` false: an older one."""

    tells_dsfid: bool = True


class HfPad(Pad[VirtualTag]):
    """See `Pad`."""


class FeigPad(HfPad):
    """With inputs, outputs and people who walk past."""

    def __init__(self, config: FeigPadConfig, folder: Path) -> None:
        build = Build(config.address, config.block_order, line_s=_no_time if config.tcp else serial_s)
        field = Field()
        self._firmware = FeigFirmware(field, pace=config.pace, build=build)
        super().__init__(config, folder, "feig", field, self._firmware)

    def facts(self) -> dict[str, Any]:
        """See `SimulatedDevice`."""
        return {
            **super().facts(),
            "outputs": self._firmware.outputs.facts(),
            "inputs": self._firmware.inputs,
            "people": list(self._firmware.build.people.counts),
        }

    def switch(self, number: int, *, on: bool) -> None:
        """Close or open the contact at input `number`, from 1."""
        bit = 1 << (number - 1)
        self._firmware.inputs = self._firmware.inputs | bit if on else self._firmware.inputs & ~bit

    def let_pass(self, counter: int, people: int) -> None:
        """Let so many walk past counter 1 to 4 of the gate."""
        self._firmware.build.people.let_pass(counter - 1, people)


def _no_time(_byte_count: int) -> float:
    """A network's share of an answer is too small to be felt."""
    return 0.0


class M3Pad(HfPad):
    """See `Pad`."""

    def __init__(self, config: M3PadConfig, folder: Path) -> None:
        field = Field()
        firmware = M3Firmware(field, tells_dsfid=config.tells_dsfid, pace=config.pace)
        super().__init__(config, folder, "3m", field, firmware)
