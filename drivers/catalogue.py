"""The one table of device models: the only place that names concrete drivers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Annotated, Final, Literal, TypeAlias, TypeVar

import msgspec

from drivers.errors import ConfigFault
from drivers.feig.reader import FeigReader
from drivers.pcsc import CardReader
from drivers.ports import Device, Report
from drivers.scanner import QUIET_GAP_S, SerialScanner
from drivers.serial_port import SerialLine
from firmware_msgs.barcodes import LENGTH_MAX
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.feig.frames import Framing

Make: TypeAlias = Callable[[DeviceConfig, AfiPair, Report], Device]
Baudrate: TypeAlias = Annotated[int, msgspec.Meta(ge=300, le=921_600)]
Seconds: TypeAlias = Annotated[float, msgspec.Meta(gt=0, le=60)]


class Interface(Enum):
    """What a model hangs on, and so what `port` means."""

    SERIAL = "serial"  # a stable path, best under /dev/serial/by-id
    PCSC = "pcsc"  # a PC/SC reader's name, or the beginning of it with #n


class Capability(Enum):
    """What a model can do for a terminal."""

    ITEMS = "items"
    SECURITY = "security"
    CARDS = "cards"
    CODES = "codes"


@dataclass(frozen=True, slots=True)
class Model:
    """A row of the table. `make` raises `ConfigFault` when the device's options are not of this model."""

    name: str
    interface: Interface
    capabilities: frozenset[Capability]
    make: Make


class NoOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to set."""


class FeigOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of a FEIG reader; the line is always 38,400 8E1. Old firmware knows only standard frames."""

    framing: Framing = Framing.ADVANCED


class ScannerOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of a serial scanner; the line is as its manual's factory setting."""

    baudrate: Baudrate = 9600
    parity: Literal["N", "E", "O"] = "N"
    stopbits: Literal[1, 2] = 1
    quiet_gap_s: Seconds = QUIET_GAP_S
    length_max: Annotated[int, msgspec.Meta(ge=8, le=4096)] = LENGTH_MAX


def make_device(config: DeviceConfig, afi: AfiPair, report: Report) -> Device:
    """The device that `config` describes. Raises `ConfigFault`, which names the wrong setting and the right ones."""
    model = MODELS.get(config.model)
    if model is None:
        known = ", ".join(sorted(MODELS))
        raise ConfigFault(config.name, "model", f"“{config.model}” is not known. Known models: {known}.")
    if not config.port:
        raise ConfigFault(config.name, "port", f"is empty. Name the {model.interface.value} port of this device.")
    return model.make(config, afi, report)


def _make_feig(config: DeviceConfig, afi: AfiPair, report: Report) -> Device:
    options = _options(config, FeigOptions)
    return FeigReader(config.name, config.port, afi, report, framing=options.framing)


def _make_card_reader(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    _options(config, NoOptions)
    return CardReader(config.name, config.port, report)


def _make_scanner(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    options = _options(config, ScannerOptions)
    return SerialScanner(
        config.name,
        config.port,
        SerialLine(options.baudrate, options.parity, options.stopbits),
        report,
        quiet_gap_s=options.quiet_gap_s,
        length_max=options.length_max,
    )


_Options = TypeVar("_Options", bound=msgspec.Struct)


def _options(config: DeviceConfig, wanted: type[_Options]) -> _Options:
    known = wanted.__struct_fields__
    for key in config.options:
        if key not in known:
            choices = f"Known settings: {', '.join(known)}." if known else "This model has no settings."
            raise ConfigFault(config.name, f"options.{key}", f"is not known to “{config.model}”. {choices}")
    try:
        return msgspec.convert(config.options, wanted)
    except msgspec.ValidationError as error:
        detail, key = _split(str(error))
        raise ConfigFault(config.name, f"options.{key}", f"{detail}.") from error


def _split(text: str) -> tuple[str, str]:
    """A msgspec message (`Expected `int`, got `str` - at `$.key``) as what is wrong and where."""
    found = re.fullmatch(r"(.*) - at `\$\.(\w+)`", text)
    return (found[1], found[2]) if found else (text, "*")


_ALL: Final = (
    Model("feig-iscan", Interface.SERIAL, frozenset({Capability.ITEMS, Capability.SECURITY}), _make_feig),
    Model("pcsc", Interface.PCSC, frozenset({Capability.CARDS}), _make_card_reader),
    Model("serial-scanner", Interface.SERIAL, frozenset({Capability.CODES}), _make_scanner),
)

MODELS: Final[Mapping[str, Model]] = MappingProxyType({model.name: model for model in _ALL})
