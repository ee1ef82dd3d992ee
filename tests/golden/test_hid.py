"""What panels were seen to send, by the kernel's own document and by logs that people published."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from firmware_msgs.hid.device_state import Axis, DeviceState
from firmware_msgs.hid.input_events import Report, ReportDecoder
from firmware_msgs.hid.touch import FingerDown, FingerUp, PanelSetup, touch_reader

LOGS = json.loads(Path(__file__).with_name("hid_events.json").read_text(encoding="utf-8"))
CLASSES = {each.__name__: each for each in (FingerDown, FingerUp)}


@pytest.mark.parametrize("log", LOGS, ids=[log["what"] for log in LOGS])
def test_a_published_sequence(log: dict[str, Any]) -> None:
    state = DeviceState(
        keys=frozenset({0x14A}),
        axes={int(code, 16): Axis(*values) for code, values in log["axes"].items()},
        slots={int(code, 16): tuple(values) for code, values in log.get("slots", {}).items()},
    )
    reader = touch_reader(PanelSetup(), state)
    assert reader is not None
    data = b"".join(
        struct.pack("@llHHi", *divmod(round(time_s * 1e6), 1_000_000), kind, int(code, 16), value)
        for time_s, kind, code, value in log["events"]
    )
    reports = [report for report in ReportDecoder().feed(data) if isinstance(report, Report)]
    told = [tapped for report in reports for tapped in reader.feed(report)]
    width, height = (log["axes"][code][2] for code in ("0x35", "0x36"))
    assert told == [CLASSES[name](x / width, y / height) for name, x, y in log["told"]]


def test_an_event_of_this_machines_kernel() -> None:
    """The layout that linux/input.h gives on x86-64: evtest's "time 1.000002, type 1, code 30 (KEY_A), value 1"."""
    if struct.calcsize("l") != 8:
        pytest.skip("another word length has another layout")
    data = bytes.fromhex("0100000000000000020000000000000001001e0001000000")
    data += bytes.fromhex("010000000000000002000000000000000000000000000000")
    (report,) = ReportDecoder().feed(data)
    assert isinstance(report, Report)
    assert report.time_s == 1.000002
    assert [(event.type, event.code, event.value) for event in report.events] == [(1, 30, 1)]
