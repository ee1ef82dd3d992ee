from __future__ import annotations

import pytest

from drivers.catalogue.model import Capability
from drivers.catalogue.table import MODELS, make_device
from drivers.door.driver import RelayDoor
from drivers.errors import ConfigFault, ReaderMissing
from drivers.events import DeviceEvent
from drivers.feig.reader import FeigReader
from drivers.pcsc.card_reader import CardReader
from drivers.pcsc.reader_names import choose_reader
from drivers.ports import Device, Door, Printer, SecurityWriter
from drivers.printer.driver import ReceiptPrinter
from drivers.scanners.serial_scanner import SerialScanner
from drivers.ups import NutUps
from firmware_msgs.config import AfiPair, DeviceConfig

READERS = ("ACS ACR122U PICC Interface 01 00", "ACS ACR122U PICC Interface 00 00", "Virtual PCD 00 00")
PORTS = {"nut-ups": "desk@localhost", "sdt-usb": "0400:c35a"}


def ignore(_: DeviceEvent) -> None:
    pass


def make(model: str, port: str | None = None, **options: str | float | bool) -> Device:
    port = PORTS.get(model, "/dev/reader") if port is None else port
    return make_device(DeviceConfig(name="desk", model=model, port=port, options=options), AfiPair(), ignore)


@pytest.mark.parametrize(
    ("model", "driver", "options"),
    [
        ("feig-iscan", FeigReader, {}),
        ("feig-iscan", FeigReader, {"framing": "standard"}),
        ("pcsc", CardReader, {}),
        ("serial-scanner", SerialScanner, {}),
        ("serial-scanner", SerialScanner, {"baudrate": 115200, "parity": "E", "stopbits": 2, "quiet_gap_s": 1}),
        ("receipt-printer", ReceiptPrinter, {"columns": 32, "text": "image", "answers": False}),
        ("lcus-relay", RelayDoor, {"relay": 8, "answers": True, "fail_safe": True}),
        ("modbus-relay", RelayDoor, {"unit": 2, "relay": 3, "timer": "coil", "fail_safe": True}),
        ("nut-ups", NutUps, {"low_charge_percent": 30, "low_runtime_s": 0}),
    ],
)
def test_each_model_makes_its_driver(model: str, driver: type, options: dict[str, str]) -> None:
    device = make(model, **options)
    assert isinstance(device, driver)
    assert device.name == "desk"


def test_a_model_that_says_it_writes_security_does() -> None:
    for model in MODELS.values():
        assert isinstance(make(model.name), SecurityWriter) == (Capability.SECURITY in model.capabilities)


@pytest.mark.parametrize(
    ("model", "options", "key", "words"),
    [
        ("feig", {}, "model", ["“feig”", "feig-iscan", "serial-scanner"]),
        ("3m-810", {"baudrate": 9600}, "options.baudrate", ["has no settings"]),
        ("serial-scanner", {"baud": 9600}, "options.baud", ["not known", "baudrate, parity"]),
        ("serial-scanner", {"baudrate": "fast"}, "options.baudrate", ["Expected `int`"]),
        ("serial-scanner", {"parity": "X"}, "options.parity", ["Invalid enum value"]),
        ("serial-scanner", {"quiet_gap_s": 0}, "options.quiet_gap_s", ["> 0"]),
        ("feig-iscan", {"framing": "old"}, "options.framing", ["Invalid enum value"]),
    ],
)
def test_a_wrong_setting_is_named(model: str, options: dict[str, str], key: str, words: list[str]) -> None:
    with pytest.raises(ConfigFault) as caught:
        make(model, **options)
    assert (caught.value.device, caught.value.key) == ("desk", key)
    assert "“desk”" in str(caught.value)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("model", "port", "words"),
    [
        ("nut-ups", "/dev/ttyUSB0", "name@host"),
        ("receipt-printer", "usb://printer", "lsusb"),
        ("receipt-printer", "tcp://printer", "tcp://192"),
        ("modbus-relay", "tcp://192.0.2.7:0", "tcp://192"),
    ],
)
def test_a_port_of_another_form_is_named(model: str, port: str, words: str) -> None:
    with pytest.raises(ConfigFault, match=words) as caught:
        make(model, port)
    assert caught.value.key == "port"


@pytest.mark.parametrize("port", ["usb://04b8:0202", "tcp://192.0.2.7:9100", "file:/dev/usb/lp0", "/dev/ttyUSB0"])
def test_a_printer_hangs_on_any_of_its_ports(port: str) -> None:
    assert isinstance(make("receipt-printer", port), Printer)


def test_a_model_that_says_it_opens_doors_does() -> None:
    for model in MODELS.values():
        assert isinstance(make(model.name), Door) == (Capability.DOOR in model.capabilities)


def test_an_empty_port_is_named() -> None:
    with pytest.raises(ConfigFault, match="port"):
        make("pcsc", port="")


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("Virtual PCD 00 00", "Virtual PCD 00 00"),
        ("Virtual", "Virtual PCD 00 00"),
        ("ACS ACR122U", "ACS ACR122U PICC Interface 00 00"),
        ("ACS ACR122U#2", "ACS ACR122U PICC Interface 01 00"),
    ],
)
def test_a_card_reader_is_chosen_by_name_or_beginning(wanted: str, chosen: str) -> None:
    assert choose_reader(wanted, READERS) == chosen


@pytest.mark.parametrize("wanted", ["OMNIKEY", "ACS ACR122U#3", "ACS ACR122U#0"])
def test_a_reader_that_is_not_there_is_told_with_those_that_are(wanted: str) -> None:
    with pytest.raises(ReaderMissing, match=r"“Virtual PCD 00 00”"):
        choose_reader(wanted, READERS)
