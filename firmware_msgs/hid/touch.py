"""A touch panel: reports to taps on the screen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

from firmware_msgs.hid import codes
from firmware_msgs.hid.calibration import AS_IT_IS, Mapping
from firmware_msgs.hid.contacts import ContactTracker, tracker_for
from firmware_msgs.hid.device_state import Axis, DeviceState
from firmware_msgs.hid.input_events import Report
from firmware_msgs.hid.taps import PALM_MM, Began, Ended, Scale, Strayed, TapJudge, Touch

USUAL_SIZE_MM: Final = (344.0, 194.0)
"""15.6 inches, the smallest landscape screen this is laid out for: on a larger one a tap may stray farther."""


@dataclass(frozen=True, slots=True)
class PanelSetup:
    """`mapping` leads from the panel to the screen. `size_mm`, width and height of what the panel's axes span, is
    needed where the panel does not tell its resolution.
    """

    mapping: Mapping = AS_IT_IS
    size_mm: tuple[float, float] | None = None
    palm_mm: float = PALM_MM


@dataclass(frozen=True, slots=True)
class FingerDown:
    """Here, as fractions of the screen from its upper left corner."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class FingerUp:
    """It is lifted: what lies here, where it came down, is meant."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class FingerLost:
    """It meant nothing."""


Tapped: TypeAlias = FingerDown | FingerUp | FingerLost


class TouchReader:
    """Reads a panel from its state at opening. Time is the reports' own."""

    def __init__(self, setup: PanelSetup, state: DeviceState, tracker: ContactTracker) -> None:
        self._mapping = setup.mapping
        self._x, self._y = _axes(state)
        self._tracker = tracker
        self._judge = TapJudge(_scale(self._x, self._y, state, setup), tracker.contacts, setup.palm_mm)

    @property
    def deadline_s(self) -> float | None:
        """When `expire` is due; None while nothing is pressed."""
        return self._judge.deadline_s

    def feed(self, report: Report) -> list[Tapped]:
        """What this report means."""
        self._tracker.feed(report)
        return self._on_screen(self._judge.feed(self._tracker.contacts, report.time_s))

    def expire(self, now_s: float) -> list[Tapped]:
        """What time alone means."""
        return self._on_screen(self._judge.expire(now_s))

    def end(self) -> list[Tapped]:
        """The panel is gone, or contacts were lost."""
        return self._on_screen(self._judge.end())

    def _on_screen(self, touches: list[Touch]) -> list[Tapped]:
        return [self._one_on_screen(touch) for touch in touches]

    def _one_on_screen(self, touch: Touch) -> Tapped:
        match touch:
            case Began(x, y):
                return FingerDown(*self._place(x, y))
            case Ended(x, y):
                return FingerUp(*self._place(x, y))
            case Strayed():
                return FingerLost()

    def _place(self, x: int, y: int) -> tuple[float, float]:
        return self._mapping.at((x - self._x.minimum) / self._x.extent, (y - self._y.minimum) / self._y.extent)


def touch_reader(setup: PanelSetup, state: DeviceState) -> TouchReader | None:
    """None: what is in this state is no touch panel."""
    tracker = tracker_for(state)
    return None if tracker is None else TouchReader(setup, state, tracker)


def _axes(state: DeviceState) -> tuple[Axis, Axis]:
    if codes.ABS_MT_POSITION_X in state.axes and codes.ABS_MT_POSITION_Y in state.axes:
        return state.axes[codes.ABS_MT_POSITION_X], state.axes[codes.ABS_MT_POSITION_Y]
    return state.axes[codes.ABS_X], state.axes[codes.ABS_Y]


def _scale(x: Axis, y: Axis, state: DeviceState, setup: PanelSetup) -> Scale:
    """A configured size counts more than what the panel says of itself. Without either, lengths of contacts are in
    units of nobody knows what, and are not judged by.
    """
    told = x.resolution > 0 and y.resolution > 0 and not setup.size_mm
    width_mm, height_mm = setup.size_mm or USUAL_SIZE_MM
    per_x, per_y = (x.resolution, y.resolution) if told else (x.extent / width_mm, y.extent / height_mm)
    major = state.axes.get(codes.ABS_MT_TOUCH_MAJOR)
    if major is not None and major.resolution > 0:
        return Scale(per_x, per_y, major.resolution)
    return Scale(per_x, per_y, max(per_x, per_y) if told or setup.size_mm else math.inf)
