"""Power supplies."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from drivers.catalogue.model import Capability, Evidence, Interface, Model
from drivers.catalogue.settings import settings_of
from drivers.errors import ConfigFault
from drivers.ports import Device, Report
from drivers.ups import LOW_CHARGE_PERCENT, LOW_RUNTIME_S, Limits, NutUps, ups_address
from firmware_msgs.config import AfiPair, DeviceConfig


class NutUpsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """On battery and down to one of these, it is time to shut down, whether or not the supply says so itself."""

    low_charge_percent: Annotated[float, msgspec.Meta(ge=0, le=100)] = LOW_CHARGE_PERCENT
    low_runtime_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = LOW_RUNTIME_S


def _make_nut_ups(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, NutUpsSettings)
    try:
        address = ups_address(config.port)
    except ValueError as error:
        raise ConfigFault(config.name, "port", str(error)) from error
    limits = Limits(settings.low_charge_percent, settings.low_runtime_s)
    return NutUps(config.name, address, report, limits=limits)


NUT_UPS: Final = Model(
    name="nut-ups",
    title="Any power supply that Network UPS Tools knows, on this machine or the network",
    interface=Interface.UPS,
    capabilities=frozenset({Capability.POWER}),
    make=_make_nut_ups,
    settings=NutUpsSettings,
    evidence=frozenset({Evidence.REAL_SOFTWARE}),
    unverified="The NUT server was real, the supply was its dummy driver: no real battery was ever emptied.",
)
