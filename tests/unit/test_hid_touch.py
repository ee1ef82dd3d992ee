from __future__ import annotations

from dataclasses import replace

import pytest

from firmware_msgs.hid import codes
from firmware_msgs.hid.calibration import MIRRORED_X, MIRRORED_Y, SWAPPED, TURNED, Mapping, parse_mapping
from firmware_msgs.hid.device_state import Axis, DeviceState
from firmware_msgs.hid.input_events import InputEvent, Report
from firmware_msgs.hid.taps import REST_S
from firmware_msgs.hid.touch import FingerDown, FingerLost, FingerUp, PanelSetup, Tapped, touch_reader
from tests.input_devices import (
    HEIGHT_MM,
    KEYBOARD,
    MT_REPORT,
    PACKET_PANEL,
    SINGLE_PANEL,
    SLOT_PANEL,
    UNITS_PER_MM,
    WIDTH_MM,
    at,
    axis,
    down,
    key,
    place,
    up,
)

LOST = FingerLost()


def read(*reports: Report, state: DeviceState = SLOT_PANEL, setup: PanelSetup | None = None) -> list[Tapped]:
    reader = touch_reader(setup or PanelSetup(), state)
    assert reader is not None
    return [tapped for report in reports for tapped in reader.feed(report)]


def finger_down(x_mm: float, y_mm: float) -> FingerDown:
    return FingerDown(x_mm / WIDTH_MM, y_mm / HEIGHT_MM)


def finger_up(x_mm: float, y_mm: float) -> FingerUp:
    return FingerUp(x_mm / WIDTH_MM, y_mm / HEIGHT_MM)


TAP = [finger_down(100, 50), finger_up(100, 50)]


def test_a_tap() -> None:
    assert read(at(0, *down(0, 45, 100, 50)), at(0.1, *up(0))) == TAP


def test_a_tap_that_trembles_means_where_it_began() -> None:
    wandering = [at(0.1 * n, *place(100 + dx, 50 + dy)) for n, (dx, dy) in enumerate([(5, 0), (-4, 4), (0, -7.9)], 1)]
    assert read(at(0, *down(0, 45, 100, 50)), *wandering, at(0.5, *up(0))) == TAP


@pytest.mark.parametrize(("dx", "dy"), [(8.2, 0), (0, -8.2), (6, 6)])
def test_beyond_8_mm_it_means_nothing(dx: float, dy: float) -> None:
    strayed = read(at(0, *down(0, 45, 100, 50)), at(0.1, *place(100 + dx, 50 + dy)), at(0.2, *place(100, 50)))
    assert strayed == [TAP[0], LOST]


def test_after_straying_only_a_new_contact_counts() -> None:
    reports = (at(0, *down(0, 45, 200, 50)), at(0.1, *place(220, 50)), at(0.2, *up(0)))
    assert read(*reports, at(0.3, *down(0, 46, 100, 50)), at(0.4, *up(0)))[2:] == TAP


def test_further_contacts_are_ignored() -> None:
    reports = (
        at(0, *down(0, 45, 100, 50)),
        at(0.1, *down(1, 46, 300, 150)),
        at(0.2, *up(1)),
        at(0.3, *down(1, 47, 10, 10)),
        at(0.4, *up(0)),
        at(0.5, *place(10, 20)),
        at(0.6, *up(1)),
    )
    assert read(*reports) == TAP


def test_of_two_at_once_the_first_slot_counts() -> None:
    assert read(at(0, *down(0, 45, 100, 50), *down(1, 46, 300, 150)), at(0.1, *up(1), *up(0))) == TAP


def test_one_lifted_and_another_put_down_at_once_are_two_taps() -> None:
    reports = (at(0, *down(0, 45, 100, 50)), at(0.1, *up(0), *down(1, 46, 200, 100)), at(0.2, *up(1)))
    assert read(*reports) == [*TAP, finger_down(200, 100), finger_up(200, 100)]


def test_a_slot_that_changes_its_contact_is_two_taps() -> None:
    reports = (at(0, *down(0, 45, 100, 50)), at(0.1, *down(0, 46, 200, 100)), at(0.2, *up(0)))
    assert read(*reports) == [*TAP, finger_down(200, 100), finger_up(200, 100)]


@pytest.mark.parametrize(
    "palm", [axis(codes.ABS_MT_TOUCH_MAJOR, 31 * UNITS_PER_MM), axis(codes.ABS_MT_TOOL_TYPE, codes.MT_TOOL_PALM)]
)
def test_a_palm_is_ignored_and_a_finger_beside_it_counts(palm: InputEvent) -> None:
    reports = (at(0, *down(0, 44, 300, 150), palm), at(0.1, *down(1, 45, 100, 50)), at(0.2, *up(1)), at(0.3, *up(0)))
    assert read(*reports) == TAP


def test_a_finger_that_grows_into_a_palm_means_nothing() -> None:
    grown = at(0.1, axis(codes.ABS_MT_TOUCH_MAJOR, 40 * UNITS_PER_MM))
    assert read(at(0, *down(0, 45, 100, 50)), grown, at(0.2, *up(0))) == [TAP[0], LOST]


def test_sizes_in_unknown_units_make_no_palm() -> None:
    bare = {code: replace(known, resolution=0) for code, known in SLOT_PANEL.axes.items()}
    large = axis(codes.ABS_MT_TOUCH_MAJOR, 2000)
    reports = (at(0, *down(0, 45, 100, 50), large), at(0.1, *up(0)))
    assert read(*reports, state=replace(SLOT_PANEL, axes=bare)) == TAP
    assert read(*reports, state=replace(SLOT_PANEL, axes=bare), setup=PanelSetup(size_mm=(400, 200))) == []
    setup = PanelSetup(size_mm=(400, 200), palm_mm=250)
    assert read(*reports, state=replace(SLOT_PANEL, axes=bare), setup=setup) == TAP


def test_what_rests_is_ignored_and_a_finger_beside_it_counts() -> None:
    reader = touch_reader(PanelSetup(), SLOT_PANEL)
    assert reader is not None
    reader.feed(at(1, *down(0, 44, 300, 150)))
    assert (reader.deadline_s, reader.expire(1 + REST_S)) == (1 + REST_S, [LOST])
    assert (reader.deadline_s, reader.expire(99)) == (None, [])
    reports = (at(9, *down(1, 45, 100, 50)), at(9.1, *up(1)), at(9.2, *up(0)))
    assert [tapped for report in reports for tapped in reader.feed(report)] == TAP


def test_a_hovering_finger_is_none() -> None:
    hovering = at(0, *down(0, 45, 100, 50), axis(codes.ABS_MT_DISTANCE, 3))
    assert read(hovering, at(0.1, axis(codes.ABS_MT_DISTANCE, 0)), at(0.2, *up(0))) == TAP


def test_what_lay_there_at_opening_is_ignored_until_it_is_lifted() -> None:
    slots = {**SLOT_PANEL.slots, codes.ABS_MT_TRACKING_ID: (44,) + (-1,) * 9}
    reports = (at(0, *place(10, 10)), at(0.1, *up(0)), at(0.2, *down(0, 45, 100, 50)), at(0.3, *up(0)))
    assert read(*reports, state=replace(SLOT_PANEL, slots=slots)) == TAP


def test_a_finger_where_the_last_one_was_is_told_without_its_place() -> None:
    slots = dict(SLOT_PANEL.slots)
    slots[codes.ABS_MT_POSITION_X] = (0, 100 * UNITS_PER_MM) + (0,) * 8
    slots[codes.ABS_MT_POSITION_Y] = (0, 50 * UNITS_PER_MM) + (0,) * 8
    axes = {**SLOT_PANEL.axes, codes.ABS_MT_SLOT: Axis(1, 0, 9)}
    begun, ended = at(0, axis(codes.ABS_MT_TRACKING_ID, 45)), at(0.1, axis(codes.ABS_MT_TRACKING_ID, -1))
    assert read(begun, ended, state=replace(SLOT_PANEL, slots=slots, axes=axes)) == TAP


def test_slots_beyond_those_that_the_panel_has_are_ignored() -> None:
    assert read(at(0, *down(10, 45, 100, 50)), at(0.1, *down(-1, 46, 100, 50)), at(0.2, *up(10))) == []


def test_at_the_end_a_finger_that_is_down_means_nothing() -> None:
    reader = touch_reader(PanelSetup(), SLOT_PANEL)
    assert reader is not None
    reader.feed(at(0, *down(0, 45, 100, 50)))
    assert reader.end() == [LOST]
    assert reader.end() == []


def test_unnumbered_contacts() -> None:
    reports = (
        at(0, *place(100, 50), MT_REPORT),
        at(0.1, *place(102, 51), MT_REPORT, *place(300, 150), MT_REPORT),
        at(0.2, *place(300, 151), MT_REPORT),
        at(0.3, MT_REPORT),
        at(0.4, *place(100, 50), MT_REPORT),
        at(0.5, key(codes.BTN_TOUCH, 0)),
    )
    assert read(*reports, state=PACKET_PANEL) == TAP * 2


def test_unnumbered_contacts_in_any_order() -> None:
    reports = (
        at(0, *place(100, 50), MT_REPORT),
        at(0.1, *place(300, 150), MT_REPORT, *place(100, 50), MT_REPORT),
        at(0.2, *place(101, 50), MT_REPORT, *place(299, 150), MT_REPORT),
        at(0.3, *place(300, 150), MT_REPORT),
    )
    assert read(*reports, state=PACKET_PANEL) == TAP


def test_a_report_of_other_things_lifts_no_unnumbered_contact() -> None:
    reports = (at(0, *place(100, 50), MT_REPORT), at(0.1, axis(codes.ABS_X, 7)), at(0.2, MT_REPORT))
    assert read(*reports, state=PACKET_PANEL) == TAP


def test_numbered_contacts_in_packets() -> None:
    first, second = axis(codes.ABS_MT_TRACKING_ID, 3), axis(codes.ABS_MT_TRACKING_ID, 4)
    reports = (
        at(0, first, *place(100, 50), MT_REPORT),
        at(0.1, second, *place(100, 50), MT_REPORT),
        at(0.2, MT_REPORT),
    )
    assert read(*reports, state=PACKET_PANEL) == TAP * 2


def test_a_single_touch_panel() -> None:
    x, y = axis(codes.ABS_X, 100 * UNITS_PER_MM), axis(codes.ABS_Y, 50 * UNITS_PER_MM)
    reports = (
        at(0, key(codes.BTN_TOUCH, 1), x, y),
        at(0.1, key(codes.BTN_TOUCH, 0)),
        at(0.2, key(codes.BTN_TOUCH, 1)),
        at(0.3, key(codes.BTN_TOUCH, 0), key(codes.BTN_TOUCH, 1)),
        at(0.4, key(codes.BTN_TOUCH, 0)),
    )
    assert read(*reports, state=SINGLE_PANEL) == TAP * 3


def test_a_panel_that_passes_for_a_mouse() -> None:
    mouse = replace(SINGLE_PANEL, keys=frozenset({codes.BTN_LEFT}))
    x, y = axis(codes.ABS_X, 100 * UNITS_PER_MM), axis(codes.ABS_Y, 50 * UNITS_PER_MM)
    reports = (at(0, x, y), at(0.1, key(codes.BTN_LEFT, 1)), at(0.2, key(codes.BTN_LEFT, 0)))
    assert read(*reports, state=mouse) == TAP


def test_what_is_no_panel() -> None:
    assert touch_reader(PanelSetup(), KEYBOARD) is None
    assert touch_reader(PanelSetup(), replace(SINGLE_PANEL, keys=frozenset())) is None


def test_without_a_resolution_the_configured_size_counts() -> None:
    bare = {code: replace(known, resolution=0) for code, known in SLOT_PANEL.axes.items()}
    strayed = (at(0, *down(0, 45, 100, 50)), at(0.1, *place(109, 50)), at(0.2, *up(0)))
    half = PanelSetup(size_mm=(WIDTH_MM / 2, HEIGHT_MM / 2))
    assert read(*strayed, state=replace(SLOT_PANEL, axes=bare), setup=half) == TAP
    assert read(*strayed, setup=half) == TAP
    assert read(*strayed) == [TAP[0], LOST]


@pytest.mark.parametrize(
    ("degrees", "on_panel", "on_screen"),
    [
        (0, (0.1, 0.2), (0.1, 0.2)),
        (90, (1.0, 0.0), (0.0, 0.0)),  # turned clockwise, the picture's upper left is the panel's upper right
        (90, (0.9, 0.2), (0.2, 0.1)),
        (180, (0.1, 0.2), (0.9, 0.8)),
        (270, (0.0, 1.0), (0.0, 0.0)),
        (270, (0.1, 0.2), (0.8, 0.1)),
    ],
)
def test_a_turned_picture(degrees: int, on_panel: tuple[float, float], on_screen: tuple[float, float]) -> None:
    assert TURNED[degrees].at(*on_panel) == pytest.approx(on_screen)


def test_mappings_follow_each_other() -> None:
    shifted = Mapping(a=0.5, c=0.25)
    for first in (SWAPPED, MIRRORED_X, MIRRORED_Y, *TURNED.values(), shifted):
        for second in (SWAPPED, MIRRORED_X, MIRRORED_Y, *TURNED.values(), shifted):
            assert first.then(second).at(0.3, 0.6) == pytest.approx(second.at(*first.at(0.3, 0.6)))


def test_beside_the_screen_is_its_edge() -> None:
    x, y = Mapping(a=2, e=2, f=-1).at(0.9, 0.1)
    assert 0.999 < x < 1
    assert y == 0


def test_the_mapping_reaches_the_contacts() -> None:
    tapped = read(at(0, *down(0, 45, 100, 50)), setup=PanelSetup(MIRRORED_X))
    assert tapped == [finger_down(300, 50)]


def test_a_calibration_as_text() -> None:
    assert parse_mapping("1.1 0 -0.05  0 0.9 0.02") == Mapping(1.1, 0, -0.05, 0, 0.9, 0.02)


@pytest.mark.parametrize("text", ["", "1 0 0 0 1", "1 0 0 0 1 0 0", "1 0 0 0 x 0", "nan 0 0 0 1 0", "1 1 0 1 1 0"])
def test_a_calibration_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"number|could not convert"):
        parse_mapping(text)
