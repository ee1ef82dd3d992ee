"""What the kernel knows of an input device when it is asked: at opening, and after reports were lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Axis:
    """An absolute axis: its last value, its range, and units per millimetre (0: the device does not say)."""

    value: int
    minimum: int
    maximum: int
    resolution: int = 0

    @property
    def extent(self) -> int:
        """Units from edge to edge; at least 1."""
        return max(self.maximum - self.minimum, 1)


@dataclass(frozen=True, slots=True)
class DeviceState:
    """`keys` it has and `held` down now; `axes` by code; `slots`: for each ABS_MT code the value in every slot."""

    keys: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()
    caps_lock: bool = False
    axes: Mapping[int, Axis] = field(default_factory=dict)
    slots: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
