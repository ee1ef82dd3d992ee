"""What a row of the catalogue says of a model of device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import msgspec

from drivers.ports import Device, Report
from drivers.redaction.traffic import Redaction
from firmware_msgs.config import AfiPair, DeviceConfig

Make: TypeAlias = Callable[[DeviceConfig, AfiPair, Report], Device]


class Interface(Enum):
    """What a model hangs on, and so what `port` means. Its value is the word for it in messages."""

    SERIAL = "serial"  # a stable path, best under /dev/serial/by-id
    SERIAL_OR_TCP = "serial or network"  # that, or tcp://host:port
    PCSC = "card reader"  # a PC/SC reader's name, or the beginning of it with #n
    INPUT = "input device"  # a stable path under /dev/input/by-id or by-path
    USB = "USB"  # vendor:product in hex, with @serial-number where two are alike
    PRINTER = "printer"  # usb://vendor:product, tcp://host:port, file:path, or a serial path
    UPS = "UPS"  # name@host:port of a NUT server


class Capability(Enum):
    """What a model can do for a terminal."""

    ITEMS = "items"
    SECURITY = "security"
    CARDS = "cards"
    IDENTITY_CARDS = "identity cards"
    CODES = "codes"
    TRIGGER = "trigger"
    SIGNALS = "signals"
    TOUCH = "touch"
    KEYS = "keys"
    PRINTING = "printing"
    DOOR = "door"
    PEOPLE = "people counting"
    POWER = "power"


class Evidence(Enum):
    """How it was verified that a model works; only what was really done."""

    GOLDEN_FRAMES = "golden frames"  # frames from documents, captures and programs of others
    SIMULATOR = "simulator"  # our driver against our simulation of the firmware, on a hostile link too
    REAL_SOFTWARE = "real software"  # the real program on the other side: pcscd, a NUT server
    VIRTUAL_MACHINE = "virtual machine"  # a real kernel with emulated USB or uinput
    RECORDING = "recording"  # a capture of a live device, replayed
    HARDWARE = "hardware"  # a real device of this model


class NoSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A row of the table. `make` raises `ConfigFault` when the device's options are not `settings`."""

    name: str
    title: str
    """Makes and models that speak so, for people."""
    interface: Interface
    capabilities: frozenset[Capability]
    make: Make
    evidence: frozenset[Evidence]
    unverified: str
    """One sentence: what nobody has tried."""
    settings: type[msgspec.Struct] = NoSettings
    redact: Redaction | None = None
    """What frees its traffic of patron data; None: no traffic of it is ever kept."""
