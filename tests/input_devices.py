"""Input devices that tests plug in, and what people do on them."""

from __future__ import annotations

import time
from collections.abc import Iterable

from firmware_msgs.hid import codes
from firmware_msgs.hid.codes import (
    ABS_MT_POSITION_X,
    ABS_MT_POSITION_Y,
    ABS_MT_SLOT,
    ABS_MT_TRACKING_ID,
    ABS_X,
    ABS_Y,
    BTN_TOUCH,
    EV_ABS,
    EV_KEY,
    EV_SYN,
    SYN_MT_REPORT,
)
from firmware_msgs.hid.device_state import Axis, DeviceState
from firmware_msgs.hid.input_events import InputEvent, Report
from firmware_msgs.hid.layouts import US

KEYBOARD = DeviceState(keys=frozenset(US.keys) | {codes.KEY_ENTER, codes.KEY_LEFTSHIFT})

UNITS_PER_MM = 10
WIDTH_MM, HEIGHT_MM = 400, 200

_X = Axis(0, 0, WIDTH_MM * UNITS_PER_MM, UNITS_PER_MM)
_Y = Axis(0, 0, HEIGHT_MM * UNITS_PER_MM, UNITS_PER_MM)
SLOTS = 10

SLOT_PANEL = DeviceState(
    keys=frozenset({BTN_TOUCH}),
    axes={
        ABS_X: _X,
        ABS_Y: _Y,
        ABS_MT_SLOT: Axis(0, 0, SLOTS - 1),
        codes.ABS_MT_TOUCH_MAJOR: Axis(0, 0, 2000, UNITS_PER_MM),
        ABS_MT_POSITION_X: _X,
        ABS_MT_POSITION_Y: _Y,
        codes.ABS_MT_TOOL_TYPE: Axis(0, 0, 2),
        ABS_MT_TRACKING_ID: Axis(0, 0, 65535),
    },
    slots={
        ABS_MT_TRACKING_ID: (-1,) * SLOTS,
        ABS_MT_POSITION_X: (0,) * SLOTS,
        ABS_MT_POSITION_Y: (0,) * SLOTS,
    },
)
PACKET_PANEL = DeviceState(axes={ABS_MT_POSITION_X: _X, ABS_MT_POSITION_Y: _Y})
SINGLE_PANEL = DeviceState(keys=frozenset({BTN_TOUCH}), axes={ABS_X: _X, ABS_Y: _Y})

MT_REPORT = InputEvent(EV_SYN, SYN_MT_REPORT, 0)


def axis(code: int, value: int) -> InputEvent:
    return InputEvent(EV_ABS, code, value)


def key(code: int, value: int) -> InputEvent:
    return InputEvent(EV_KEY, code, value)


def at(time_s: float, *events: InputEvent) -> Report:
    return Report(time_s, events)


def down(slot: int, tracking_id: int, x_mm: float, y_mm: float) -> tuple[InputEvent, ...]:
    """A finger in a slot, at this place from the panel's upper left corner."""
    return axis(ABS_MT_SLOT, slot), axis(ABS_MT_TRACKING_ID, tracking_id), *place(x_mm, y_mm)


def place(x_mm: float, y_mm: float) -> tuple[InputEvent, ...]:
    return (
        axis(ABS_MT_POSITION_X, round(x_mm * UNITS_PER_MM)),
        axis(ABS_MT_POSITION_Y, round(y_mm * UNITS_PER_MM)),
    )


def up(slot: int) -> tuple[InputEvent, ...]:
    return axis(ABS_MT_SLOT, slot), axis(ABS_MT_TRACKING_ID, -1)


def now(reports: Iterable[Report]) -> list[Report]:
    """The same as of this moment, by the event loop's clock."""
    kept = list(reports)
    shift_s = time.monotonic() - kept[0].time_s
    return [Report(report.time_s + shift_s, report.events) for report in kept]
