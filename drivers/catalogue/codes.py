"""Barcode and QR scanners."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from drivers.catalogue.model import Capability, Evidence, Interface, Model
from drivers.catalogue.settings import Baudrate, Seconds, settings_of
from drivers.ports import Device, Report
from drivers.scanner import QUIET_GAP_S, SerialScanner
from drivers.serial_port import SerialLine
from firmware_msgs.barcodes import LENGTH_MAX
from firmware_msgs.config import AfiPair, DeviceConfig


class ScannerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of a serial scanner; the line is as its manual's factory setting."""

    baudrate: Baudrate = 9600
    parity: Literal["N", "E", "O"] = "N"
    stopbits: Literal[1, 2] = 1
    quiet_gap_s: Seconds = QUIET_GAP_S
    length_max: Annotated[int, msgspec.Meta(ge=8, le=4096)] = LENGTH_MAX


def _make_scanner(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, ScannerSettings)
    return SerialScanner(
        config.name,
        config.port,
        SerialLine(settings.baudrate, settings.parity, settings.stopbits),
        report,
        quiet_gap_s=settings.quiet_gap_s,
        length_max=settings.length_max,
    )


ROWS: Final = (
    Model(
        name="serial-scanner",
        title="Any scanner on a serial line or as USB CDC that ends each code with CR, LF or Tab",
        interface=Interface.SERIAL,
        capabilities=frozenset({Capability.CODES}),
        make=_make_scanner,
        settings=ScannerSettings,
        evidence=frozenset({Evidence.SIMULATOR}),
        unverified="Never run with a real scanner.",
    ),
)
