"""The one table of device models: with the modules of its rows, the only place that names concrete drivers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import chain
from types import MappingProxyType
from typing import Final

from drivers.catalogue import cards, codes, items, others
from drivers.catalogue.model import Capability, Interface, Model
from drivers.catalogue.site import site_models
from drivers.errors import ConfigFault, ModelFault
from drivers.links import tcp_address
from drivers.ports import Device, Report
from firmware_msgs.config import AfiPair, DeviceConfig

MODELS: Final[Mapping[str, Model]] = MappingProxyType(
    {model.name: model for model in chain(items.ROWS, cards.ROWS, codes.ROWS, others.ROWS)}
)


@cache
def models() -> Mapping[str, Model]:
    """Those above and those of the site's own packages. Raises `ModelFault`."""
    added = {model.name: model for model in site_models()}
    for name in added.keys() & MODELS.keys():
        raise ModelFault(name, "a model of this name comes with the program; it needs another one")
    return MappingProxyType({**MODELS, **added})


def can(device: DeviceConfig, capability: Capability) -> bool:
    """Whether a device of this configuration has the capability; its model must be known."""
    return capability in models()[device.model].capabilities


def make_device(config: DeviceConfig, afi: AfiPair, report: Report) -> Device:
    """The device that `config` describes. Raises `ConfigFault`, which names the wrong setting and the right
    ones, or `ModelFault`.
    """
    model = models().get(config.model)
    if model is None:
        known = ", ".join(sorted(models()))
        raise ConfigFault(config.name, "model", f"“{config.model}” is not known. Known models: {known}.")
    if not config.port:
        raise ConfigFault(config.name, "port", f"is empty. Name the {model.interface.value} port of this device.")
    if model.interface is Interface.SERIAL_OR_TCP:
        _check_address(config)
    return model.make(config, afi, report)


def _check_address(config: DeviceConfig) -> None:
    try:
        tcp_address(config.port)
    except ValueError as error:
        raise ConfigFault(config.name, "port", str(error)) from error
