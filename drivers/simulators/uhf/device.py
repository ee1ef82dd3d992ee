"""A simulated UHF pad."""

from __future__ import annotations

from pathlib import Path

from drivers.simulators.pad import Pad
from drivers.simulators.uhf.a0 import A0Firmware
from drivers.simulators.uhf.chafon import ChafonFirmware
from drivers.simulators.uhf.config import UhfPadConfig
from drivers.simulators.uhf.virtual_tag import UhfField, UhfTag
from firmware_msgs.chafon.answers import Layout


class UhfPad(Pad[UhfTag]):
    """See `Pad`."""

    def __init__(self, config: UhfPadConfig, folder: Path) -> None:
        field = UhfField()
        super().__init__(config, folder, "uhf", field, _firmware(config, field))


def _firmware(config: UhfPadConfig, field: UhfField) -> A0Firmware | ChafonFirmware:
    if config.speaks == "a0":
        return A0Firmware(field, pace=config.pace)
    return ChafonFirmware(field, Layout(config.speaks), pace=config.pace)
