from __future__ import annotations

import pytest

from firmware_msgs.hid import codes
from firmware_msgs.hid.device_state import DeviceState
from firmware_msgs.hid.input_events import Report
from firmware_msgs.hid.keypad import HOLD_S, USUAL_KEYS, Held, Key, Keyed, KeypadReader, Pressed, parse_keys
from firmware_msgs.hid.typist import taps
from tests.input_devices import at, key

UP_ARROW, ESC, KP5, TOP_3, TOP_8 = 103, 1, 76, 4, 9


def reader() -> KeypadReader:
    return KeypadReader(USUAL_KEYS, HOLD_S, DeviceState())


def read(*reports: Report) -> list[Keyed]:
    keypad = reader()
    return [keyed for report in reports for keyed in keypad.feed(report)]


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (103, Key.UP),
        (108, Key.DOWN),
        (105, Key.LEFT),
        (106, Key.RIGHT),
        (codes.KEY_ENTER, Key.ENTER),
        (codes.KEY_KPENTER, Key.ENTER),
        (codes.KEY_ESC, Key.CANCEL),
        (codes.KEY_BACKSPACE, Key.CLEAR),
        (82, Key.DIGIT_0),
        (79, Key.DIGIT_1),
        (73, Key.DIGIT_9),
        (2, Key.DIGIT_1),
        (11, Key.DIGIT_0),
        (0x200, Key.DIGIT_0),
        (0x209, Key.DIGIT_9),
        (55, Key.STAR),
        (0x20A, Key.STAR),
        (0x20B, Key.HASH),
        (59, Key.HELP),
    ],
)
def test_what_keys_mean(code: int, meaning: Key) -> None:
    assert read(*taps(code)) == [Pressed(meaning)]


def test_a_telephone_pad_that_passes_for_a_keyboard() -> None:
    shift_down, shift_up = at(0, key(codes.KEY_LEFTSHIFT, 1)), at(0, key(codes.KEY_LEFTSHIFT, 0))
    shifted = read(shift_down, *taps(TOP_3, TOP_8), shift_up, *taps(TOP_3))
    assert shifted == [Pressed(Key.HASH), Pressed(Key.STAR), Pressed(Key.DIGIT_3)]


def test_other_keys_mean_nothing() -> None:
    assert read(*taps(30, 183, 83)) == []


def test_a_key_that_stays_down_is_held_once() -> None:
    keypad = reader()
    assert keypad.feed(at(1, key(KP5, 1))) == [Pressed(Key.DIGIT_5)]
    assert (keypad.deadline_s, keypad.feed(at(1.3, key(KP5, 2)))) == (1 + HOLD_S, [])
    assert keypad.expire(1 + HOLD_S) == [Held(Key.DIGIT_5)]
    assert keypad.feed(at(3, key(KP5, 2))) == []
    assert (keypad.deadline_s, keypad.feed(at(4, key(KP5, 0)))) == (None, [])


def test_a_hold_is_told_by_the_reports_own_time() -> None:
    assert read(at(1, key(KP5, 1)), at(2, key(KP5, 0))) == [Pressed(Key.DIGIT_5), Held(Key.DIGIT_5)]


def test_another_key_ends_the_holding() -> None:
    keyed = read(at(1, key(KP5, 1)), at(1.2, key(ESC, 1)), at(3, key(KP5, 0)), at(3, key(ESC, 0)))
    assert keyed == [Pressed(Key.DIGIT_5), Pressed(Key.CANCEL), Held(Key.CANCEL)]


def test_arrows_go_on_and_are_never_held() -> None:
    reports = (at(0, key(UP_ARROW, 1)), at(0.3, key(UP_ARROW, 2)), at(0.4, key(UP_ARROW, 2)), at(5, key(UP_ARROW, 0)))
    assert read(*reports) == [Pressed(Key.UP)] * 3


def test_at_the_end_nothing_is_held() -> None:
    keypad = reader()
    keypad.feed(at(1, key(KP5, 1)))
    assert (keypad.end(), keypad.expire(99)) == ([], [])


def test_own_keys_before_the_usual_ones() -> None:
    keys = parse_keys("183=help  1=clear")
    assert (keys[183], keys[1], keys[103]) == (Key.HELP, Key.CLEAR, Key.UP)


@pytest.mark.parametrize("text", ["183", "183=", "x=help", "183=Help", "-1=help", "183=help,184=up"])
def test_keys_that_cannot_be_read_are_named(text: str) -> None:
    with pytest.raises(ValueError, match="no pair of a key code and one of up, down"):
        parse_keys(text)
