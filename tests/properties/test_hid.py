from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from firmware_msgs.barcodes import ScannedCode
from firmware_msgs.hid import codes
from firmware_msgs.hid.device_state import DeviceState
from firmware_msgs.hid.input_events import (
    EVENT_BYTES,
    MAX_REPORT_BYTES,
    InputEvent,
    Lost,
    Report,
    ReportDecoder,
    Said,
    encode_report,
)
from firmware_msgs.hid.keypad import HOLD_S, USUAL_KEYS, KeypadReader
from firmware_msgs.hid.keys import Ending, KeyReader, Typing
from firmware_msgs.hid.layouts import LAYOUTS, US
from firmware_msgs.hid.touch import FingerDown, PanelSetup, touch_reader
from firmware_msgs.hid.typist import Typist, taps
from tests.input_devices import PACKET_PANEL, SINGLE_PANEL, SLOT_PANEL

ASCII = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=40)
SHIFTS = st.sampled_from([codes.KEY_LEFTSHIFT, codes.KEY_RIGHTSHIFT])

times = st.integers(0, 10**12).map(lambda microseconds: microseconds / 1e6)
plain_events = st.builds(
    InputEvent, st.sampled_from([1, 3, 4]), st.integers(0, 0x2FF), st.integers(-(2**31), 2**31 - 1)
)
reports: st.SearchStrategy[Said] = st.one_of(
    st.builds(Report, times, st.lists(plain_events, max_size=8).map(tuple)), st.builds(Lost, times)
)


@given(text=ASCII, shift=SHIFTS, caps=st.booleans(), name=st.sampled_from(sorted(LAYOUTS)))
def test_any_printable_text_is_read_as_it_was_typed(text: str, shift: int, *, caps: bool, name: str) -> None:
    layout = LAYOUTS[name]
    reader = KeyReader(Typing(layout=layout), DeviceState(caps_lock=caps))
    typed = [each for report in Typist(layout, shift, caps).text(text) for each in reader.feed(report)]
    assert typed == [ScannedCode(text)]


@given(pieces=st.lists(st.tuples(ASCII, SHIFTS, st.booleans()), min_size=1, max_size=5))
def test_caps_lock_may_change_within_a_code(pieces: list[tuple[str, int, bool]]) -> None:
    reader, caps = KeyReader(Typing(quiet_gap_s=60), DeviceState()), False
    for text, shift, wanted in pieces:
        toggled = taps(codes.KEY_CAPSLOCK) if wanted != caps else []
        caps = wanted
        for report in toggled + Typist(US, shift, caps).text(text, None):
            assert reader.feed(report) == []
    (typed,) = [each for report in taps(codes.KEY_ENTER) for each in reader.feed(report)]
    assert typed == ScannedCode("".join(text for text, _, _ in pieces))


@given(said=st.lists(reports, max_size=6), cuts=st.lists(st.integers(0, 2000), max_size=6))
def test_reports_survive_every_split(said: list[Said], cuts: list[int]) -> None:
    data = b"".join(map(encode_report, said))
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    decoder = ReportDecoder()
    decoded = [each for start, end in pairwise(places) for each in decoder.feed(data[start:end])]
    assert [type(each) for each in decoded] == [type(each) for each in said]
    for got, sent in zip(decoded, said, strict=True):
        assert abs(got.time_s - sent.time_s) < 1e-3
        assert not isinstance(got, Report) or (isinstance(sent, Report) and got.events == sent.events)


@given(noise=st.binary(max_size=EVENT_BYTES * 40))
def test_noise_harms_no_reader(noise: bytes) -> None:
    said = ReportDecoder().feed(noise + bytes(-len(noise) % EVENT_BYTES) + encode_report(Report(0, ())))
    for state in (SLOT_PANEL, PACKET_PANEL, SINGLE_PANEL):
        panel = touch_reader(PanelSetup(), state)
        assert panel is not None
        for report in said:
            if isinstance(report, Report):
                panel.feed(report)
    for layout in LAYOUTS.values():
        keyboard = KeyReader(Typing(layout=layout), DeviceState())
        for report in said:
            if isinstance(report, Report):
                keyboard.feed(report)
    keypad = KeypadReader(USUAL_KEYS, HOLD_S, DeviceState())
    for report in said:
        if isinstance(report, Report):
            keypad.feed(report)


def test_a_report_without_an_end_is_kept_within_bounds_and_told_as_lost() -> None:
    decoder = ReportDecoder()
    endless = encode_report(Report(0, (InputEvent(3, 0, 1),)))[:EVENT_BYTES]
    for _ in range(100 * 1024 // EVENT_BYTES):
        assert decoder.feed(endless) == []
        assert decoder.buffered < MAX_REPORT_BYTES
    assert decoder.feed(encode_report(Report(1, ()))) == [Lost(1)]
    assert decoder.feed(encode_report(Report(2, ()))) == [Report(2, ())]


fingers = st.lists(
    st.tuples(st.integers(0, 9), st.integers(-1, 3), st.integers(0, 4000), st.integers(0, 2000)), max_size=30
)


@given(moves=fingers)
def test_every_finger_that_is_told_down_is_told_once_as_up_or_lost(moves: list[tuple[int, int, int, int]]) -> None:
    reader = touch_reader(PanelSetup(), SLOT_PANEL)
    assert reader is not None
    told = []
    for at, (slot, tracking_id, x, y) in enumerate(moves):
        values = zip((0x2F, 0x39, 0x35, 0x36), (slot, tracking_id, x, y), strict=True)
        told += reader.feed(Report(at / 10, tuple(InputEvent(3, code, value) for code, value in values)))
    told += reader.end()
    is_down = [isinstance(tapped, FingerDown) for tapped in told]
    assert is_down == [True, False] * (len(told) // 2)


@given(
    name=st.sampled_from(sorted(LAYOUTS)),
    changes=st.lists(st.tuples(st.integers(0, 130), st.integers(0, 2)), max_size=60),
)
def test_any_keys_are_read_in_any_order(name: str, changes: list[tuple[int, int]]) -> None:
    reader = KeyReader(Typing(layout=LAYOUTS[name]), DeviceState())
    for at, (code, value) in enumerate(changes):
        for typed in reader.feed(Report(at / 100, (InputEvent(codes.EV_KEY, code, value),))):
            assert not isinstance(typed, ScannedCode) or typed.text.isprintable()
    reader.end()
    assert reader.deadline_s is None


@given(text=ASCII)
def test_a_gap_ends_what_enter_would_end(text: str) -> None:
    reader = KeyReader(Typing(ending=Ending.GAP), DeviceState())
    typed = [each for report in Typist().text(text, None) for each in reader.feed(report)]
    assert typed + reader.expire(1e9) == [ScannedCode(text)]
