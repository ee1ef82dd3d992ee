"""Staff readers of 3M (now Bibliotheca)."""

from __future__ import annotations

from typing import Final

from drivers.catalogue.model import Capability, Evidence, Interface, Model, NoSettings
from drivers.catalogue.settings import settings_of
from drivers.m3.reader import M3Reader
from drivers.ports import Device, Report
from drivers.redaction.m3 import M3
from firmware_msgs.config import AfiPair, DeviceConfig


def _make(config: DeviceConfig, afi: AfiPair, report: Report) -> Device:
    settings_of(config, NoSettings)
    return M3Reader(config.name, config.port, afi, report)


M3_READER: Final = Model(
    name="3m-810",
    title="3M (Bibliotheca) 210 and 810 staff readers (HF, ISO 15693)",
    interface=Interface.SERIAL_OR_TCP,
    capabilities=frozenset({Capability.ITEMS, Capability.SECURITY}),
    make=_make,
    redact=M3,
    evidence=frozenset({Evidence.GOLDEN_FRAMES, Evidence.SIMULATOR}),
    unverified=(
        "Never run against a real reader; public programs disagree which of the AFIs D7 and DA means secured, so look "
        "at the site's gates before setting its pair."
    ),
)
