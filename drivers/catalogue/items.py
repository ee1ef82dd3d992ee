"""Readers under a pad."""

from __future__ import annotations

from typing import Final

import msgspec

from drivers.catalogue.model import Capability, Evidence, Interface, Model
from drivers.catalogue.settings import settings_of
from drivers.feig.dialect import Setup
from drivers.feig.reader import FeigReader
from drivers.ports import Device, Report
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.feig.frames import Framing


class FeigSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of a FEIG reader; a serial line is always 38,400 8E1. Old firmware knows only standard frames."""

    framing: Framing = Framing.ADVANCED


def _make_feig(config: DeviceConfig, afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, FeigSettings)
    return FeigReader(config.name, config.port, afi, report, setup=Setup(settings.framing))


ROWS: Final = (
    Model(
        name="feig-iscan",
        title="FEIG OBID i-scan HF readers (ISO 15693), mid and long range",
        interface=Interface.SERIAL_OR_TCP,
        capabilities=frozenset({Capability.ITEMS, Capability.SECURITY}),
        make=_make_feig,
        settings=FeigSettings,
        evidence=frozenset({Evidence.GOLDEN_FRAMES, Evidence.SIMULATOR}),
        unverified="Never run against a real reader: radio, antenna tuning and firmware versions are untried.",
    ),
)
