from __future__ import annotations

import pytest

from drivers.simulators.feig.air import TAGS_PER_ANSWER
from drivers.simulators.feig.firmware import FeigFirmware
from drivers.simulators.timing import air_s, exchange_s, inventory_s, serial_s
from drivers.simulators.virtual_tag import Field, VirtualTag
from firmware_msgs.feig.answers import Answer, Done, Refused, decode_answer
from firmware_msgs.feig.decoder import FrameDecoder
from firmware_msgs.feig.frames import Frame, Framing, encode_frame
from firmware_msgs.feig.reader_requests import ResetRf
from firmware_msgs.feig.requests import Request, encode_request
from firmware_msgs.feig.status import Status
from firmware_msgs.feig.tag_answers import Blocks, Inventory, SystemInformation
from firmware_msgs.feig.tag_requests import GetSystemInformation, ReadBlocks, TakeInventory, WriteAfi, WriteBlocks

UID = "E004010000000001"


def firmware(*tags: VirtualTag) -> FeigFirmware:
    field = Field()
    for tag in tags:
        field.place(tag)
    return FeigFirmware(field)


def ask(reader: FeigFirmware, request: Request, framing: Framing = Framing.ADVANCED) -> Answer:
    (reply,) = reader.feed(encode_frame(encode_request(request, framing)))
    (frame,) = FrameDecoder((framing,)).feed(reply.data)
    return decode_answer(request, frame)


def wire(request: Request) -> bytes:
    return encode_frame(encode_request(request))


@pytest.mark.parametrize("framing", Framing)
def test_what_is_written_stays_in_the_tag_wherever_it_lies(framing: Framing) -> None:
    tag = VirtualTag(UID, b"abcdefgh")
    first, second = firmware(tag), firmware()
    assert ask(first, WriteBlocks(UID, 1, (b"1234", b"5678")), framing) == Done()
    assert ask(first, WriteAfi(UID, 0xC2), framing) == Done()
    moved = first.field.remove(UID)
    assert moved is tag
    second.field.place(moved)
    answer = ask(second, ReadBlocks(UID, 0, 3), framing)
    assert isinstance(answer, Blocks)
    assert answer.data == b"abcd12345678"
    assert ask(second, GetSystemInformation(UID), framing) == SystemInformation(UID, 0, 0xC2, 4, 28, 1)
    assert ask(first, GetSystemInformation(UID), framing) == Refused(Status.NO_TAG)


def test_a_full_field_is_told_in_several_answers() -> None:
    tags = [VirtualTag(f"E00401{number:010X}") for number in range(2 * TAGS_PER_ANSWER + 1)]
    reader = firmware(*tags)
    answers = [ask(reader, TakeInventory(more)) for more in (False, True, True)]
    told = [tag.uid for answer in answers if isinstance(answer, Inventory) for tag in answer.tags]
    assert told == [tag.uid for tag in tags]
    assert [isinstance(answer, Inventory) and answer.more for answer in answers] == [True, True, False]


def test_an_empty_field_answers_no_tag() -> None:
    assert ask(firmware(), TakeInventory()) == Refused(Status.NO_TAG)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (ReadBlocks(UID, 27, 2), Status.TAG_ERROR),
        (ReadBlocks(UID, 0, 33), Status.PARAMETER_RANGE),
        (WriteBlocks(UID, 28, (b"1234",)), Status.TAG_ERROR),
        (WriteBlocks(UID, 0, (b"12345678",)), Status.PARAMETER_RANGE),
    ],
)
def test_impossible_requests_are_refused(request_: Request, status: Status) -> None:
    answer = ask(firmware(VirtualTag(UID)), request_)
    assert isinstance(answer, Refused)
    assert answer.status == status


@pytest.mark.parametrize(
    ("frame", "status"),
    [
        (Frame(0x18), Status.UNKNOWN_COMMAND),
        (Frame(0xB0, b"\x99\x01" + bytes(8)), Status.UNKNOWN_COMMAND),
        (Frame(0xB0, b"\x2b\x10" + bytes(8)), Status.PARAMETER_RANGE),
        (Frame(0xB0, b"\x2b\x01\xe0"), Status.LENGTH_ERROR),
        (Frame(0x65, b"\x00"), Status.LENGTH_ERROR),
    ],
)
def test_frames_it_does_not_understand_get_a_status(frame: Frame, status: Status) -> None:
    (reply,) = firmware().feed(encode_frame(frame))
    (answer,) = FrameDecoder().feed(reply.data)
    assert (answer.command, answer.data) == (frame.command, bytes((status,)))


def test_frames_for_another_reader_or_with_a_wrong_crc_get_no_answer() -> None:
    reader = firmware()
    assert reader.feed(encode_frame(Frame(0x65, address=5))) == []
    assert reader.feed(wire(ResetRf())[:-1] + b"\0") == []
    assert len(reader.feed(wire(ResetRf()))) == 1


@pytest.mark.parametrize("was_applied", [True, False])
def test_a_torn_write_says_nothing(*, was_applied: bool) -> None:
    tag = VirtualTag(UID, afi=0x07)
    reader = firmware(tag)
    reader.faults.torn_writes.append(was_applied)
    assert reader.feed(wire(WriteAfi(UID, 0xC2))) == []
    assert tag.afi == (0xC2 if was_applied else 0x07)
    assert ask(reader, WriteAfi(UID, 0xC2)) == Done()


def test_faults_are_used_up_one_answer_at_a_time() -> None:
    reader = firmware()
    whole = reader.feed(wire(ResetRf()))[0].data
    reader.faults.dropped_bytes = reader.faults.corrupted_checksums = reader.faults.late_answers = 1
    (short,), (corrupt,), (good,) = (reader.feed(wire(ResetRf())) for _ in range(3))
    assert len(short.data) == len(whole) - 1
    assert corrupt.data[:-1] == whole[:-1] != corrupt.data
    assert corrupt.data != whole
    assert good.data == whole
    assert short.delay_s == good.delay_s + reader.faults.late_s


def test_loss_and_silence() -> None:
    reader = firmware()
    reader.faults.loss = 0.2
    answered = sum(len(reader.feed(wire(ResetRf()))) for _ in range(2000))
    assert 0.6 < answered / 2000 < 0.68  # 0.8 x 0.8
    reader.faults.silent = True
    assert reader.feed(wire(ResetRf())) == []
    reader.faults.clear()
    assert len(reader.feed(wire(ResetRf()))) == 1


def test_times_are_those_of_air_and_line() -> None:
    """By hand: 12 and 17 bytes at 302.06 us, start and end marks, t1, t2; 17 and 21 bytes of 11 bits at 38,400 baud."""
    request, answer = GetSystemInformation(UID), SystemInformation(UID, 0x3E, 7, 4, 28, 1)
    assert air_s(request, answer) == pytest.approx(29 * 302.06e-6 + 113.3e-6 + 302.1e-6 + 320.9e-6 + 309.1e-6, rel=1e-3)
    assert exchange_s(request, answer) == pytest.approx(air_s(request, answer) + 38 * 11 / 38400)
    (reply,) = firmware(VirtualTag(UID)).feed(wire(request))
    assert reply.delay_s == pytest.approx(exchange_s(request, answer))


def test_an_inventory_takes_longer_with_more_tags_and_most_when_they_collide() -> None:
    spread = [f"E00401000000000{digit:X}" for digit in range(4)]
    colliding = [f"E0040100000000{digit:X}0" for digit in range(4)]
    assert inventory_s([]) < inventory_s(spread[:1]) < inventory_s(spread) < inventory_s(colliding)


def test_serial_time_counts_start_parity_and_stop_bits() -> None:
    assert serial_s(38400) == 11.0
