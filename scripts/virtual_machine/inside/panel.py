"""A touch panel that the kernel has from us, by uinput."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from evdev import AbsInfo, UInput, ecodes

from scripts.virtual_machine.inside.orders import PANEL_UNITS_PER_MM, PANEL_X_MAX, PANEL_Y_MAX, Axis

FINGERS: Final = 10
TRACKS: Final = 65_536

_CODES: Final[dict[Axis, int]] = {
    "slot": ecodes.ABS_MT_SLOT,
    "id": ecodes.ABS_MT_TRACKING_ID,
    "x": ecodes.ABS_MT_POSITION_X,
    "y": ecodes.ABS_MT_POSITION_Y,
    "major": ecodes.ABS_MT_TOUCH_MAJOR,
}


class Panel:
    """Exists until closed."""

    def __init__(self) -> None:
        self._uinput = UInput(_abilities(), name="panel", input_props=[ecodes.INPUT_PROP_DIRECT])

    @property
    def path(self) -> str:
        """Its node below /dev/input."""
        return str(self._uinput.device.path)

    def report(self, axes: Iterable[tuple[Axis, int]]) -> None:
        """Tell the kernel of one moment."""
        for axis, value in axes:
            self._uinput.write(ecodes.EV_ABS, _CODES[axis], value)
        self._uinput.syn()

    def close(self) -> None:
        """Unplug it."""
        self._uinput.close()


def _abilities() -> dict[int, Any]:
    """Multi-touch protocol B (the kernel's Documentation/input/multi-touch-protocol.rst), with contact sizes."""
    axes = [
        (_CODES["slot"], _axis(FINGERS - 1)),
        (_CODES["id"], _axis(TRACKS - 1)),
        (_CODES["x"], _axis(PANEL_X_MAX, PANEL_UNITS_PER_MM)),
        (_CODES["y"], _axis(PANEL_Y_MAX, PANEL_UNITS_PER_MM)),
        (_CODES["major"], _axis(PANEL_X_MAX, PANEL_UNITS_PER_MM)),
    ]
    return {ecodes.EV_KEY: [ecodes.BTN_TOUCH], ecodes.EV_ABS: axes}


def _axis(maximum: int, resolution: int = 0) -> AbsInfo:
    return AbsInfo(value=0, min=0, max=maximum, fuzz=0, flat=0, resolution=resolution)
