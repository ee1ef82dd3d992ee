from __future__ import annotations

import pytest

from drivers.catalogue.model import Capability
from drivers.catalogue.table import MODELS, make_device
from drivers.errors import ConfigFault
from drivers.events import DeviceEvent
from drivers.ports import Device, Trigger
from drivers.scanners.commanded import CommandedScanner
from drivers.sdt.reader import POLL_S, IdCardReader
from firmware_msgs.config import AfiPair, DeviceConfig


def ignore(_: DeviceEvent) -> None:
    pass


def make(model: str, port: str = "/dev/scanner", **options: str | float | bool) -> Device:
    return make_device(DeviceConfig(name="desk", model=model, port=port, options=options), AfiPair(), ignore)


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("serial-scanner", {"prefix": "~", "suffix": "#", "aim": True, "check": "codabar", "end": "gap"}),
        ("zebra-ssi", {"baudrate": 115200, "check": "isbn", "trigger": "session"}),
        ("honeywell-serial", {"setup": "TRGMOD0;SUFBK2990D", "aim": True}),
        ("newland-serial", {"setup": "SCNMOD0", "check": "code39"}),
        ("gm65", {"setup": "0060=01;000a=30", "mode": "sensing"}),
    ],
)
def test_each_model_takes_its_settings(model: str, options: dict[str, str]) -> None:
    for port in ("/dev/scanner", "tcp://192.0.2.7:4001"):
        assert make(model, port, **options).name == "desk"


def test_a_scanner_that_says_it_can_be_triggered_can() -> None:
    for model in MODELS.values():
        if Capability.CODES in model.capabilities:
            assert isinstance(make(model.name), Trigger) == (Capability.TRIGGER in model.capabilities)


@pytest.mark.parametrize(
    ("model", "options", "key", "words"),
    [
        ("serial-scanner", {"check": "luhn"}, "options.check", "Invalid enum value"),
        ("serial-scanner", {"end": "etx"}, "options.end", "Invalid enum value"),
        ("serial-scanner", {"setup": "TRGMOD0"}, "options.setup", "not known"),
        ("honeywell-serial", {"setup": "TRGMOD0;" + "X" * 300}, "options.setup", "1 to 256"),
        ("newland-serial", {"setup": "扫描"}, "options.setup", "matching regex"),
        ("gm65", {"setup": "60=1"}, "options.setup", "matching regex"),
        ("zebra-ssi", {"prefix": "~"}, "options.prefix", "not known"),
        ("sdt-usb", {"baudrate": 9600}, "options.baudrate", "has no settings"),
    ],
)
def test_a_wrong_setting_is_named(model: str, options: dict[str, str], key: str, words: str) -> None:
    with pytest.raises(ConfigFault) as caught:
        make(model, "0400:c35a" if model == "sdt-usb" else "/dev/scanner", **options)
    assert caught.value.key == key
    assert words in str(caught.value)


def test_identity_card_readers() -> None:
    assert isinstance(make("sdt-serial"), IdCardReader)
    assert isinstance(make("sdt-usb", "0400:c35a@A1"), IdCardReader)
    with pytest.raises(ConfigFault, match="lsusb"):
        make("sdt-usb", "/dev/ttyUSB0")
    assert POLL_S >= 0.3


async def test_a_wish_before_the_scanner_is_there_is_kept() -> None:
    scanner = make("gm65")
    assert isinstance(scanner, CommandedScanner)
    scanner.set_scanning(wanted=False)
    scanner.set_scanning(wanted=True)
