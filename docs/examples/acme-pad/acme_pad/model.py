"""The row by which the terminal knows the model."""

from __future__ import annotations

from typing import Final

import msgspec

from acme_pad.field import open_acme
from drivers.catalogue.model import Capability, Interface, Model
from drivers.catalogue.settings import settings_of
from drivers.pad.reader import PadReader
from drivers.ports import Device, Report
from firmware_msgs.config import AfiPair, DeviceConfig


class AcmeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`library` is where the vendor's library file was installed."""

    library: str = "/usr/lib/libacmehf.so"


def _make(config: DeviceConfig, afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, AcmeSettings)
    return PadReader(config.name, lambda: open_acme(config.name, config.port, settings.library, afi), report)


ACME_PAD: Final = Model(
    name="acme-pad",
    title="ACME HF pad, by the vendor's library",
    interface=Interface.SERIAL,
    capabilities=frozenset({Capability.ITEMS, Capability.SECURITY}),
    make=_make,
    settings=AcmeSettings,
    evidence=frozenset(),
    unverified="The vendor and its reader are invented; this is an example.",
)
