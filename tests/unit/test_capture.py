"""Captures as files, and as a firmware that says the same again."""

from __future__ import annotations

import pytest

from drivers.capture import (
    Capture,
    CaptureError,
    Happening,
    Head,
    Left,
    Opened,
    Received,
    Sent,
    decode_capture,
    encode_capture,
)
from drivers.simulators.firmware import Reply
from drivers.simulators.replay import ReplayFirmware

HEAD = Head(version=1, model="feig-iscan", program="0.1.0", options={"framing": "standard"})
HAPPENINGS: tuple[Happening, ...] = (
    Opened(at_s=0.0),
    Sent(at_s=0.5, hex="aa01"),
    Received(at_s=0.75, hex="bb"),
    Received(at_s=1.0, hex="01"),
    Left(at_s=1.1, count=3),
    Sent(at_s=1.5, hex="aa01"),
    Received(at_s=1.75, hex="bb02"),
    Sent(at_s=2.0, hex="aa0203"),
    Received(at_s=6.0, hex="cc"),
    Received(at_s=6.5, hex="dd"),
)


def test_a_file_tells_what_was_captured() -> None:
    assert decode_capture(encode_capture(HEAD, HAPPENINGS)) == Capture(HEAD, HAPPENINGS)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "does not begin"),
        (b'{"is":"opened","at_s":0}\n', "does not begin"),
        (encode_capture(HEAD, ()) * 2, "line 2 begins another"),
        (encode_capture(HEAD, ()) + b'{"is":"sent","at_s":1,"hex":"zz"}', "line 2"),
        (encode_capture(HEAD, ()) + b"\n\xff", "line 2"),
        (b'{"is":"capture","version":2,"model":"x","program":"y"}', "line 1"),
    ],
)
def test_what_is_no_capture_is_refused_with_its_line(data: bytes, said: str) -> None:
    with pytest.raises(CaptureError, match=said):
        decode_capture(data)


def replay() -> ReplayFirmware:
    return ReplayFirmware(Capture(HEAD, HAPPENINGS))


def test_a_question_gets_its_answers_in_turn_and_the_last_ones_for_ever() -> None:
    firmware = replay()
    assert firmware.feed(b"\xaa\x01") == [Reply(b"\xbb", 0.25), Reply(b"\x01", 0.25)]
    assert firmware.feed(b"\xaa\x01") == [Reply(b"\xbb\x02", 0.25)]
    assert firmware.feed(b"\xaa\x01") == [Reply(b"\xbb\x02", 0.25)]


def test_a_question_is_known_however_it_is_split_and_after_noise() -> None:
    firmware = replay()
    assert firmware.feed(b"\x55\xaa") == []
    assert firmware.feed(b"\x01\xaa\x02") == [Reply(b"\xbb", 0.25), Reply(b"\x01", 0.25)]
    assert firmware.feed(b"\x03") == []


def test_what_came_too_late_to_be_an_answer_comes_by_itself_once() -> None:
    assert replay().unasked == [Reply(b"\xcc", 6.0), Reply(b"\xdd", 0.5)]


def test_a_device_that_was_never_asked_says_all_by_itself() -> None:
    firmware = ReplayFirmware(Capture(HEAD, (Opened(at_s=1.0), Received(at_s=2.5, hex="31320d"))))
    assert firmware.unasked == [Reply(b"12\r", 1.5)]
    assert firmware.feed(b"x" * 1000) == []
