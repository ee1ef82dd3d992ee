from __future__ import annotations

import pytest

from drivers.catalogue.input_devices import HID_SCANNER, KEYPAD, TOUCH_PANEL
from drivers.catalogue.model import Model
from drivers.errors import ConfigFault
from drivers.hid_scanner import HidScanner
from drivers.keypad import Keypad
from drivers.ports import Device
from drivers.touch_panel import TouchPanel
from firmware_msgs.config import AfiPair, DeviceConfig

Option = str | int | float | bool


def make(model: Model, **options: Option) -> Device:
    config = DeviceConfig(name="desk", model=model.name, port="/dev/input/by-id/x", options=options)
    return model.make(config, AfiPair(), lambda _: None)


@pytest.mark.parametrize(
    ("model", "driver", "options"),
    [
        (HID_SCANNER, HidScanner, {}),
        (HID_SCANNER, HidScanner, {"layout": "de", "ending": "gap", "ansi_page": "gbk", "prefix": "~"}),
        (TOUCH_PANEL, TouchPanel, {}),
        (TOUCH_PANEL, TouchPanel, {"rotation": 90, "width_mm": 344, "height_mm": 194, "calibration": "1 0 0 0 1 0"}),
        (KEYPAD, Keypad, {}),
        (KEYPAD, Keypad, {"keys": "183=help", "hold_s": 1.5}),
    ],
)
def test_each_model_makes_its_driver(model: Model, driver: type, options: dict[str, Option]) -> None:
    device = make(model, **options)
    assert isinstance(device, driver)
    assert device.name == "desk"


@pytest.mark.parametrize(
    ("model", "options", "key", "words"),
    [
        (HID_SCANNER, {"layout": "dvorak"}, "layout", "Invalid enum value"),
        (HID_SCANNER, {"ansi_page": "cp9999"}, "ansi_page", "no code page"),
        (HID_SCANNER, {"baudrate": 9600}, "baudrate", "Known settings: layout"),
        (TOUCH_PANEL, {"rotation": 45}, "rotation", "Invalid enum value"),
        (TOUCH_PANEL, {"width_mm": 300}, "width_mm", "Give both or neither"),
        (TOUCH_PANEL, {"calibration": "1 2 3"}, "calibration", "3 numbers instead of 6"),
        (KEYPAD, {"keys": "help=183"}, "keys", "no pair of a key code"),
    ],
)
def test_a_wrong_option_is_named(model: Model, options: dict[str, Option], key: str, words: str) -> None:
    with pytest.raises(ConfigFault, match=words) as caught:
        make(model, **options)
    assert caught.value.key == f"options.{key}"


@pytest.mark.parametrize(
    ("options", "on_screen"),
    [
        ({}, (0.1, 0.2)),
        ({"swap_axes": True}, (0.2, 0.1)),
        ({"swap_axes": True, "invert_x": True}, (0.8, 0.1)),
        ({"invert_y": True}, (0.1, 0.8)),
        ({"rotation": 90}, (0.2, 0.9)),
        ({"rotation": 180, "calibration": "0.5 0 0.25 0 1 0"}, (0.7, 0.8)),
    ],
)
def test_where_a_panels_point_lies_on_the_screen(options: dict[str, Option], on_screen: tuple[float, float]) -> None:
    panel = make(TOUCH_PANEL, **options)
    assert isinstance(panel, TouchPanel)
    assert panel._setup.mapping.at(0.1, 0.2) == pytest.approx(on_screen)  # noqa: SLF001 - what the options came to
