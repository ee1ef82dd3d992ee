"""What the bench inside the machine is told to do: one JSON object a line, told apart by `order`.

Each names a `device` (or whatever else reports something), under which the bench reports what comes of it.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from firmware_msgs.config import DeviceConfig

PORT: Final = "shufang.bench"
"""The virtio-serial port that orders and reports take."""

PANEL_X_MAX: Final = 4000
PANEL_Y_MAX: Final = 2000
PANEL_UNITS_PER_MM: Final = 10
"""A panel of 400 by 200 mm."""

Axis: TypeAlias = Literal["slot", "id", "x", "y", "major"]
"""What a multi-touch panel tells of its contacts; `id` is -1 for one that is lifted."""


class _Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="order", tag=str.lower):
    device: str


class Serve(_Order, frozen=True):
    """Serve a device by its driver, as the kiosk does. Reports are the driver's events."""

    config: DeviceConfig


class Dismiss(_Order, frozen=True):
    """End whatever goes by this name: serving, listening, a panel. The report: `Dismissed`."""


class Secure(_Order, frozen=True):
    """Have an item reader set a tag's security."""

    uid: str
    secured: bool


class Listen(_Order, frozen=True):
    """Open a terminal and report what is typed there: `Listening`, then `Typed` with `text` for each line."""

    path: str


class Run(_Order, frozen=True):
    """Run a program to its end. The report: `Ran` with `code` and `output`."""

    command: tuple[str, ...]


class MakePanel(_Order, frozen=True):
    """Make a touch panel by uinput. The report: `Made` with its `path`."""


class Touch(_Order, frozen=True):
    """Have a panel report one moment: these axes, in this order."""

    axes: tuple[tuple[Axis, int], ...]


Order: TypeAlias = Serve | Dismiss | Secure | Listen | Run | MakePanel | Touch
