from __future__ import annotations

import pytest

from drivers.simulators.virtual_tag import Field, library_tag
from firmware_msgs.config import AfiPair
from firmware_msgs.feig.frames import encode_frame
from firmware_msgs.feig.requests import Request, encode_request
from firmware_msgs.feig.tag_requests import ReadBlocks, TakeInventory, WriteAfi
from scripts.benchmarks import traffic
from scripts.benchmarks.reader_process import ReaderPace, TimedFirmware

UID = traffic.uid(7)


def delay_s(firmware: TimedFirmware, request: Request) -> float:
    (reply,) = firmware.feed(encode_frame(encode_request(request)))
    return reply.delay_s


@pytest.fixture
def field() -> Field:
    field = Field()
    field.place(library_tag(UID, traffic.content(7), AfiPair().secured))
    return field


def test_a_prompt_reader_takes_time_for_releases_only(field: Field) -> None:
    firmware = TimedFirmware(field, ReaderPace.PROMPT)
    assert delay_s(firmware, TakeInventory()) == 0
    assert delay_s(firmware, ReadBlocks(UID, 0, 8)) == 0
    assert delay_s(firmware, WriteAfi(UID, 0xC2)) > 0.01


def test_a_real_one_for_everything(field: Field) -> None:
    firmware = TimedFirmware(field, ReaderPace.REAL)
    assert delay_s(firmware, ReadBlocks(UID, 0, 8)) > 0.01


def test_it_notes_whose_memory_was_read(field: Field) -> None:
    firmware = TimedFirmware(field, ReaderPace.PROMPT)
    delay_s(firmware, TakeInventory())
    assert firmware.written_ns == {}
    delay_s(firmware, ReadBlocks(UID, 0, 8))
    assert list(firmware.written_ns) == [UID]
