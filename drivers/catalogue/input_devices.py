"""What the kernel's input layer brings: scanners that type, touch panels, keypads."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from drivers.catalogue.model import Capability, Evidence, Interface, Model
from drivers.catalogue.settings import Seconds, settings_of
from drivers.errors import ConfigFault
from drivers.hid_scanner import HidScanner
from drivers.keypad import Keypad
from drivers.ports import Device, Report
from drivers.redaction.typed_keys import KEYPAD_KEYS, TOUCH, TYPING
from drivers.touch_panel import TouchPanel
from firmware_msgs.barcodes import LENGTH_MAX
from firmware_msgs.code_rules import Check, CodeRules
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.hid.alt_codes import WINDOWS_PAGES, CodePages, is_code_page
from firmware_msgs.hid.calibration import AS_IT_IS, MIRRORED_X, MIRRORED_Y, SWAPPED, TURNED, Mapping, parse_mapping
from firmware_msgs.hid.keypad import HOLD_S, parse_keys
from firmware_msgs.hid.keys import Ending, Typing
from firmware_msgs.hid.layouts import LAYOUTS
from firmware_msgs.hid.taps import PALM_MM
from firmware_msgs.hid.touch import PanelSetup

Millimetres = Annotated[float, msgspec.Meta(ge=20, le=5000)]


class HidScannerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`layout` is the keyboard the scanner is set to. With `ending` `key`, Enter or Tab ends a code and half a code is
    dropped after `quiet_gap_s`; with `gap`, that silence ends one, too. `ansi_page` and `oem_page` are for characters
    it types with Alt and a number, with and without a leading zero: a Python codec such as `gbk`, or `unicode`.
    `prefix`, `suffix`, `aim` and `check` are as for serial scanners.
    """

    layout: Literal["us", "de", "fr"] = "us"
    ending: Ending = Ending.KEY
    quiet_gap_s: Seconds = 0.5
    length_max: Annotated[int, msgspec.Meta(ge=8, le=4096)] = LENGTH_MAX
    ansi_page: str = WINDOWS_PAGES.ansi
    oem_page: str = WINDOWS_PAGES.oem
    prefix: str = ""
    suffix: str = ""
    aim: bool = False
    check: Check = Check.NONE


class TouchPanelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From the panel to the screen in this order: axes swapped, each inverted, the picture turned clockwise by
    `rotation`, then `calibration`: six numbers `a b c d e f` as in libinput's calibration matrix, x' = ax + by + c and
    y' = dx + ey + f in fractions of the screen. `width_mm` and `height_mm`, both or neither, are the size of what the
    panel covers, needed where the kernel tells no resolution and the screen has not about 15.6 inches. What touches
    along more than `palm_mm` is a palm.
    """

    rotation: Literal[0, 90, 180, 270] = 0
    swap_axes: bool = False
    invert_x: bool = False
    invert_y: bool = False
    calibration: str = ""
    width_mm: Millimetres | None = None
    height_mm: Millimetres | None = None
    palm_mm: Millimetres = PALM_MM


class KeypadSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`keys`: pairs such as `183=help 184=cancel` of a key code of the kernel and `up`, `down`, `left`, `right`,
    `enter`, `cancel`, `clear`, `help`, `*`, `#` or a digit, beside the usual ones. `hold_s`: after so long a key counts
    as held.
    """

    keys: str = ""
    hold_s: Seconds = HOLD_S


def _make_hid_scanner(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, HidScannerSettings)
    for key, page in (("ansi_page", settings.ansi_page), ("oem_page", settings.oem_page)):
        if not is_code_page(page):
            raise ConfigFault(config.name, f"options.{key}", f"“{page}” is no code page. Use cp1252, gbk or unicode.")
    typing = Typing(
        layout=LAYOUTS[settings.layout],
        ending=settings.ending,
        quiet_gap_s=settings.quiet_gap_s,
        length_max=settings.length_max,
        pages=CodePages(settings.ansi_page, settings.oem_page),
        read=CodeRules(settings.prefix, settings.suffix, settings.aim, settings.check).read_line,
    )
    return HidScanner(config.name, config.port, typing, report)


def _make_touch_panel(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, TouchPanelSettings)
    size_mm = None
    if settings.width_mm is not None and settings.height_mm is not None:
        size_mm = (settings.width_mm, settings.height_mm)
    elif settings.width_mm is not None or settings.height_mm is not None:
        raise ConfigFault(config.name, "options.width_mm", "goes with height_mm. Give both or neither.")
    setup = PanelSetup(_mapping(config, settings), size_mm, settings.palm_mm)
    return TouchPanel(config.name, config.port, setup, report)


def _mapping(config: DeviceConfig, settings: TouchPanelSettings) -> Mapping:
    mapping = SWAPPED if settings.swap_axes else AS_IT_IS
    mapping = mapping.then(MIRRORED_X) if settings.invert_x else mapping
    mapping = mapping.then(MIRRORED_Y) if settings.invert_y else mapping
    mapping = mapping.then(TURNED[settings.rotation])
    try:
        return mapping.then(parse_mapping(settings.calibration)) if settings.calibration else mapping
    except ValueError as error:
        raise ConfigFault(
            config.name, "options.calibration", f"is no six numbers: {error}. Write “1 0 0 0 1 0” for none."
        ) from error


def _make_keypad(config: DeviceConfig, _afi: AfiPair, report: Report) -> Device:
    settings = settings_of(config, KeypadSettings)
    try:
        keys = parse_keys(settings.keys)
    except ValueError as error:
        raise ConfigFault(config.name, "options.keys", f"{error}.") from error
    return Keypad(config.name, config.port, report, keys=keys, hold_s=settings.hold_s)


HID_SCANNER: Final = Model(
    name="hid-scanner",
    title="Any scanner that types as a USB keyboard",
    interface=Interface.INPUT,
    capabilities=frozenset({Capability.CODES}),
    make=_make_hid_scanner,
    redact=TYPING,
    settings=HidScannerSettings,
    evidence=frozenset({Evidence.SIMULATOR, Evidence.VIRTUAL_MACHINE}),
    unverified="Never run with a real scanner; the German and French layouts are from memory.",
)

TOUCH_PANEL: Final = Model(
    name="touch-panel",
    title="Any touch panel of the kernel's: multi-touch protocols A and B, or single touch",
    interface=Interface.INPUT,
    capabilities=frozenset({Capability.TOUCH}),
    make=_make_touch_panel,
    redact=TOUCH,
    settings=TouchPanelSettings,
    evidence=frozenset({Evidence.GOLDEN_FRAMES, Evidence.SIMULATOR, Evidence.VIRTUAL_MACHINE}),
    unverified="Never run with a real panel: how wide a palm tells itself and how far fingers tremble is untried.",
)

KEYPAD: Final = Model(
    name="keypad",
    title="Any keypad that types as a USB keyboard: four-way with Enter and Cancel, or numeric",
    interface=Interface.INPUT,
    capabilities=frozenset({Capability.KEYS}),
    make=_make_keypad,
    redact=KEYPAD_KEYS,
    settings=KeypadSettings,
    evidence=frozenset({Evidence.SIMULATOR, Evidence.VIRTUAL_MACHINE}),
    unverified="Never run with a real keypad; makes differ in their key codes, which can be configured.",
)
