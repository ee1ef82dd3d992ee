"""Receipt printers."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final, Literal

import msgspec

from drivers.catalogue.model import Capability, Evidence, Interface, Model
from drivers.catalogue.settings import Baudrate, settings_of
from drivers.errors import ConfigFault
from drivers.links import tcp_address
from drivers.ports import Device, Report
from drivers.printer.driver import Attachment, ReceiptPrinter
from drivers.printer.ways import BOLD_FONT, FONT, Paper, TextAs, UsbPort, file_path, usb_port
from drivers.serial_port import SerialLine
from firmware_msgs.config import AfiPair, DeviceConfig, Text

Endpoint = Annotated[int, msgspec.Meta(ge=1, le=0x8F)]


class ReceiptPrinterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`columns` as printed by the self-test: 32 on narrow paper, 42 or 48 on wide. `text`: `gbk` for printers with
    Chinese characters of their own, `image` for all others. `answers`: it tells its status when asked. The line is for
    serial ones, the endpoints for USB.
    """

    columns: Literal[32, 42, 48] = 48
    text: TextAs = TextAs.GBK
    font: Text = FONT
    bold_font: Text = BOLD_FONT
    answers: bool = True
    baudrate: Baudrate = 19200
    parity: Literal["N", "E", "O"] = "N"
    usb_in: Endpoint = 0x82
    usb_out: Endpoint = 0x01


def _make_receipt_printer(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, ReceiptPrinterSettings)
    attachment = Attachment(
        _port(config, settings),
        SerialLine(settings.baudrate, settings.parity),
        Paper(settings.columns, settings.text, settings.font, settings.bold_font),
        answers=settings.answers and file_path(config.port) is None,
    )
    return ReceiptPrinter(config.name, attachment, report)


def _port(config: DeviceConfig, settings: ReceiptPrinterSettings) -> str | UsbPort:
    try:
        tcp_address(config.port)
        usb = usb_port(config.port)
    except ValueError as error:
        raise ConfigFault(config.name, "port", str(error)) from error
    return config.port if usb is None else replace(usb, in_ep=settings.usb_in, out_ep=settings.usb_out)


RECEIPT_PRINTER: Final = Model(
    name="receipt-printer",
    title="Receipt printers that speak ESC/POS, with Chinese characters of their own or by images",
    interface=Interface.PRINTER,
    capabilities=frozenset({Capability.PRINTING}),
    make=_make_receipt_printer,
    settings=ReceiptPrinterSettings,
    evidence=frozenset({Evidence.SIMULATOR}),
    unverified="Never run with a real printer: code page, cutter, sensors and USB endpoints differ from make to make.",
)
