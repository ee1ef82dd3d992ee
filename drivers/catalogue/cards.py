"""Readers of patrons' cards."""

from __future__ import annotations

from typing import Final

from drivers.catalogue.model import Capability, Evidence, Interface, Model, NoSettings
from drivers.catalogue.settings import settings_of
from drivers.pcsc import CardReader
from drivers.ports import Device, Report
from firmware_msgs.config import AfiPair, DeviceConfig


def _make_card_reader(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings_of(config, NoSettings)
    return CardReader(config.name, config.port, report)


ROWS: Final = (
    Model(
        name="pcsc",
        title="Any contactless card reader with a PC/SC driver",
        interface=Interface.PCSC,
        capabilities=frozenset({Capability.CARDS}),
        make=_make_card_reader,
        evidence=frozenset({Evidence.GOLDEN_FRAMES, Evidence.SIMULATOR, Evidence.REAL_SOFTWARE}),
        unverified="Never run with a real reader; pcscd was real, its reader and cards were virtual.",
    ),
)
