from __future__ import annotations

import pytest

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags.uhf.gen2 import MemoryBank
from firmware_msgs.uhf_a0.answer_codec import decode_answer, encode_answer
from firmware_msgs.uhf_a0.answers import (
    AccessMatch,
    Answer,
    BufferCount,
    BufferedInventoryDone,
    BufferedTag,
    Done,
    FastSwitchDone,
    FirmwareVersion,
    GpioLevels,
    Identifier,
    InventoryDone,
    OutputPower,
    Refused,
    Region,
    TagChanged,
    TagRead,
    TagSeen,
    Temperature,
    Value,
    crc_holds,
)
from firmware_msgs.uhf_a0.frames import Frame, FrameDecoder, decode_frame, encode_frame
from firmware_msgs.uhf_a0.request_codec import decode_request, encode_request
from firmware_msgs.uhf_a0.requests import (
    FASTEST,
    Command,
    FastSwitchInventory,
    LockAction,
    LockArea,
    LockTags,
    Plain,
    ReadTags,
    Request,
    SessionInventory,
    SetAccessMatch,
    SetOutputPower,
    Setting,
    WriteGpio,
    WriteTags,
)
from firmware_msgs.uhf_a0.status import Status, status_words
from tests.golden.vectors import Vector, load

VECTORS = load("uhf_a0_r2000")
GOOD = [vector for vector in VECTORS if not vector.negative]
EPC = bytes.fromhex("e200301666130121155074ef")

REQUESTS: dict[str, Request] = {
    "a004017400e7": Setting(Command.SET_WORK_ANTENNA, 0),
    "a0030172ea": Plain(Command.GET_FIRMWARE_VERSION),
    "a0110185000c11223344556677889900aabb5b": SetAccessMatch(bytes.fromhex("11223344556677889900aabb")),
    "a0040189ffd3": Setting(Command.REAL_TIME_INVENTORY, FASTEST),
    "a006018102000cca": ReadTags(MemoryBank.TID, 0, 12, None),
    "a0030190cc": Plain(Command.GET_BUFFER),
}
ANSWERS: dict[str, Answer] = {
    "a004017410d7": Done(),
    "a0130189043000e200301666130121155074ef45bf": TagSeen(0x04, b"\x30\0", EPC, 0x45),
    "a0130189743000e2004074850a0103163070e13629": TagSeen(
        0x74, b"\x30\0", bytes.fromhex("e2004074850a0103163070e1"), 0x36
    ),
    "a013018b1030003009663781db02974876fc6a672b": TagSeen(
        0x10, b"\x30\0", bytes.fromhex("3009663781db02974876fc6a"), 0x67
    ),
    "a00a018900001100000005b6": InventoryDone(0, 17, 5),
    "a00a018b00001900000001b0": InventoryDone(0, 25, 1),
    "a004018510c6": Done(),
}


@pytest.mark.parametrize("vector", GOOD, ids=str)
def test_published_frames_decode_and_encode_to_themselves(vector: Vector) -> None:
    assert encode_frame(decode_frame(vector.data)) == vector.data
    assert FrameDecoder().feed(vector.data) == [decode_frame(vector.data)]


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector.negative], ids=str)
def test_a_published_bad_frame_is_refused(vector: Vector) -> None:
    decoder = FrameDecoder()
    assert decoder.feed(vector.data) == []
    assert decoder.feed(GOOD[0].data) == [decode_frame(GOOD[0].data)]
    with pytest.raises(DecodeError) as caught:
        decode_frame(vector.data)
    assert caught.value.kind == "checksum"


@pytest.mark.parametrize(("wire", "request_"), REQUESTS.items(), ids=list(REQUESTS))
def test_published_requests(wire: str, request_: Request) -> None:
    assert decode_request(decode_frame(bytes.fromhex(wire))) == request_
    assert encode_frame(encode_request(request_, address=1)).hex() == wire


@pytest.mark.parametrize(("wire", "answer"), ANSWERS.items(), ids=list(ANSWERS))
def test_published_answers(wire: str, answer: Answer) -> None:
    frame = decode_frame(bytes.fromhex(wire))
    assert decode_answer(frame) == answer
    assert encode_frame(encode_answer(Command(frame.command), answer)).hex() == wire


def test_every_published_frame_is_compared() -> None:
    assert {vector.data.hex() for vector in GOOD} == REQUESTS.keys() | ANSWERS.keys()


def test_how_strongly_a_tag_answered() -> None:
    """As public programs compute it: 129 less; the top bit belongs to the antenna."""
    assert TagSeen(0, b"", b"", 0x62).rssi_dbm == -31
    assert TagSeen(0, b"", b"", 0xE2).rssi_dbm == -31


@pytest.mark.parametrize(
    ("request_", "data"),
    [
        (SetOutputPower((20,)), "14"),
        (SetOutputPower((20, 21, 22, 23)), "14151617"),
        (WriteGpio(3, high=True), "0301"),
        (SessionInventory(1, 0, 2), "010002"),
        (FastSwitchInventory(((0, 1), (1, 2)), 5, 1), "000101020501"),
        (ReadTags(MemoryBank.EPC, 1, 7), "01010700000000"),
        (WriteTags(MemoryBank.EPC, 1, b"\x34\0"), "000000000101013400"),
        (LockTags(LockArea.EPC, LockAction.LOCK, b"abcd"), "616263640301"),
        (SetAccessMatch(None), "01"),
    ],
)
def test_other_requests(request_: Request, data: str) -> None:
    frame = encode_request(request_)
    assert frame.data.hex() == data
    assert decode_request(frame) == request_


def test_some_hosts_tell_the_length_of_no_epc() -> None:
    assert decode_request(Frame(Command.SET_ACCESS_MATCH, b"\1\0")) == SetAccessMatch(None)


@pytest.mark.parametrize(
    ("command", "answer", "data"),
    [
        (Command.GET_FIRMWARE_VERSION, FirmwareVersion(3, 7), "0307"),
        (Command.GET_TEMPERATURE, Temperature(31), "011f"),
        (Command.GET_TEMPERATURE, Temperature(-5), "0005"),
        (Command.GET_OUTPUT_POWER, OutputPower((17,)), "11"),
        (Command.GET_OUTPUT_POWER, OutputPower((30, 30, 20, 20)), "1e1e1414"),
        (Command.GET_WORK_ANTENNA, Value(3), "03"),
        (Command.GET_LINK_PROFILE, Value(0xD1), "d1"),
        (Command.GET_REGION, Region(b"\1\x07\x3b"), "01073b"),
        (Command.GET_IDENTIFIER, Identifier(b"0123456789AB"), "303132333435363738394142"),
        (Command.READ_GPIO, GpioLevels(gpio1=True, gpio2=False), "0100"),
        (Command.GET_ACCESS_MATCH, AccessMatch(None), "01"),
        (Command.GET_ACCESS_MATCH, AccessMatch(b"\xab\xcd"), "0002abcd"),
        (Command.BUFFERED_INVENTORY, BufferedInventoryDone(1, 2, 300, 70000), "010002012c00011170"),
        (Command.COUNT_BUFFER, BufferCount(258), "0102"),
        (Command.FAST_SWITCH_INVENTORY, FastSwitchDone(5, 1000), "000005000003e8"),
        (Command.FAST_SWITCH_INVENTORY, Refused(Status.ANTENNA_MISSING, antenna=2), "0222"),
        (Command.READ, Refused(Status.NO_TAG), "36"),
        (Command.READ, TagRead(1, b"\x08\0", b"\xab\xcd", b"\1\2", b"data", 4, 1), "00010a0800abcd010264617461040401"),
        (Command.WRITE, TagChanged(1, b"\x08\0", b"\xab\xcd", b"\1\2", 0x10, 4, 1), "0001060800abcd0102100401"),
        (Command.GET_BUFFER, BufferedTag(1, b"\x08\0", b"\xab\xcd", b"\1\2", 0x45, 4, 9), "0001060800abcd0102450409"),
    ],
)
def test_other_answers(command: Command, answer: Answer, data: str) -> None:
    frame = encode_answer(command, answer)
    assert frame.data.hex() == data
    assert decode_answer(frame) == answer


def test_a_tags_own_checksum_is_looked_at() -> None:
    tag = TagRead(1, bytes.fromhex("1800"), bytes.fromhex("111122223333"), bytes.fromhex("78f6"), b"")
    assert crc_holds(tag)
    assert not crc_holds(TagRead(1, tag.pc, tag.epc, b"\0\0", b""))


@pytest.mark.parametrize(
    ("command", "data", "kind"),
    [
        (0x99, "", "command"),
        (Command.READ, "0001", "truncated"),
        (Command.READ, "00010a0800abcd0102646174610f0401", "length"),
        (Command.WRITE, "00010308000110040100", "length"),
        (Command.GET_TEMPERATURE, "01", None),
        (Command.GET_TEMPERATURE, "011f00", "length"),
        (Command.REAL_TIME_INVENTORY, "043000", "truncated"),
        (Command.SET_BEEPER, "1000", "length"),
        (Command.GET_ACCESS_MATCH, "0200", "value"),
    ],
)
def test_answers_that_are_none(command: int, data: str, kind: str | None) -> None:
    frame = Frame(command, bytes.fromhex(data))
    if kind is None:
        assert isinstance(decode_answer(frame), Refused)
        return
    with pytest.raises(DecodeError) as caught:
        decode_answer(frame)
    assert caught.value.kind == kind


@pytest.mark.parametrize(("data", "kind"), [("a003", "truncated"), ("a1030172e9", "value"), ("a0030172ea00", "length")])
def test_frames_that_are_none(data: str, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_frame(bytes.fromhex(data))
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    "request_",
    [
        Setting(Command.SET_WORK_ANTENNA, 8),
        Setting(Command.SET_BEEPER, 3),
        WriteTags(MemoryBank.EPC, 1, b"\x34"),
        ReadTags(MemoryBank.EPC, 1, 256),
        SetOutputPower(()),
        WriteGpio(1, high=True),
    ],
)
def test_what_no_reader_takes_is_the_callers_fault(request_: Request) -> None:
    with pytest.raises(EncodeError):
        encode_request(request_)


def test_every_status_has_words() -> None:
    assert len({status_words(status) for status in Status}) == len(Status)
    assert str(Refused(0x99)) == "the reader gave the unknown code 99"
