"""What a captured input device said, to be said again by a `VirtualInput`. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from drivers.capture import Capture, Received
from firmware_msgs.hid.input_events import ReportDecoder, Said


def reports_of(capture: Capture, begin_s: float) -> Iterator[Said]:
    """In order, as if the first came at `begin_s` by the device's clock, which is the driver's too."""
    decoder = ReportDecoder()
    data = (bytes.fromhex(each.hex) for each in capture.happenings if isinstance(each, Received))
    said = [report for piece in data for report in decoder.feed(piece)]
    for report in said:
        yield replace(report, time_s=begin_s + report.time_s - said[0].time_s)
