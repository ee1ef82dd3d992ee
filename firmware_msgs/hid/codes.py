"""Numbers of linux/input-event-codes.h that devices on a bench send."""

from __future__ import annotations

from typing import Final

EV_SYN: Final = 0x00
EV_KEY: Final = 0x01
EV_ABS: Final = 0x03

SYN_REPORT: Final = 0
SYN_MT_REPORT: Final = 2
SYN_DROPPED: Final = 3

KEY_UP: Final = 0
KEY_DOWN: Final = 1
KEY_REPEATED: Final = 2
"""Values of an EV_KEY event."""

KEY_ESC: Final = 1
KEY_BACKSPACE: Final = 14
KEY_TAB: Final = 15
KEY_ENTER: Final = 28
KEY_LEFTCTRL: Final = 29
KEY_LEFTSHIFT: Final = 42
KEY_RIGHTSHIFT: Final = 54
KEY_LEFTALT: Final = 56
KEY_SPACE: Final = 57
KEY_CAPSLOCK: Final = 58
KEY_KPENTER: Final = 96
KEY_RIGHTCTRL: Final = 97
KEY_RIGHTALT: Final = 100
KEY_LEFTMETA: Final = 125
KEY_RIGHTMETA: Final = 126

BTN_LEFT: Final = 0x110
BTN_TOUCH: Final = 0x14A

LED_CAPSL: Final = 1

ABS_X: Final = 0x00
ABS_Y: Final = 0x01
ABS_MT_SLOT: Final = 0x2F
ABS_MT_TOUCH_MAJOR: Final = 0x30
ABS_MT_POSITION_X: Final = 0x35
ABS_MT_POSITION_Y: Final = 0x36
ABS_MT_TOOL_TYPE: Final = 0x37
ABS_MT_TRACKING_ID: Final = 0x39
ABS_MT_DISTANCE: Final = 0x3B

MT_TOOL_FINGER: Final = 0
MT_TOOL_PALM: Final = 2
