"""Readers of resident identity cards."""

from __future__ import annotations

from functools import partial
from typing import Final

import msgspec

from drivers.catalogue.model import Capability, Evidence, Interface, Model, NoSettings
from drivers.catalogue.settings import Baudrate, settings_of
from drivers.errors import ConfigFault
from drivers.links import open_link
from drivers.ports import Device, Report
from drivers.redaction.sdt import SDT
from drivers.sdt.reader import IdCardReader
from drivers.sdt.usb_bulk import UsbBulkDevice, usb_address
from drivers.sdt.usb_link import open_usb_link
from drivers.serial_port import SerialLine
from firmware_msgs.config import AfiPair, DeviceConfig


class SerialSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of a reader on a serial line."""

    baudrate: Baudrate = 115_200


def _make_serial(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    line = SerialLine(settings_of(config, SerialSettings).baudrate)
    return IdCardReader(config.name, partial(open_link, config.port, line), report)


def _make_usb(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings_of(config, NoSettings)
    try:
        usb_address(config.port)
    except ValueError as error:
        raise ConfigFault(config.name, "port", str(error)) from error
    return IdCardReader(config.name, partial(open_usb_link, config.port, UsbBulkDevice), report)


ID_CARD_READERS: Final = (
    Model(
        name="sdt-serial",
        title="Resident identity card readers (居民身份证阅读机具) with a SAM module on a serial line",
        interface=Interface.SERIAL_OR_TCP,
        capabilities=frozenset({Capability.IDENTITY_CARDS}),
        make=_make_serial,
        redact=SDT,
        settings=SerialSettings,
        evidence=frozenset({Evidence.GOLDEN_FRAMES, Evidence.SIMULATOR}),
        unverified="Never run with a real reader or card; foreigners' permits are recognised and not read.",
    ),
    Model(
        name="sdt-usb",
        title="Resident identity card readers on USB bulk pipes (0400:c35a and kin), by libusb",
        interface=Interface.USB,
        capabilities=frozenset({Capability.IDENTITY_CARDS}),
        make=_make_usb,
        redact=SDT,
        evidence=frozenset({Evidence.GOLDEN_FRAMES, Evidence.SIMULATOR}),
        unverified="Neither a real reader nor any USB: the pipes are as one document has them, simulated below pyusb.",
    ),
)
