from __future__ import annotations

import pytest

from firmware_msgs.chafon.answers import (
    Answer,
    Done,
    Inventory,
    Layout,
    Memory,
    ReaderInformation,
    Refused,
    Statistics,
    TagSeen,
    decode_answer,
    encode_answer,
)
from firmware_msgs.chafon.frames import Frame, FrameDecoder, decode_frame, encode_frame
from firmware_msgs.chafon.request_codec import decode_request, encode_request
from firmware_msgs.chafon.requests import (
    Command,
    LockAction,
    LockArea,
    LockTag,
    Mask,
    Plain,
    ReadTag,
    Request,
    Scan,
    SetRegion,
    Setting,
    Signal,
    TakeInventory,
    TakeInventory288,
    Words,
    WriteEpc,
    WriteTag,
)
from firmware_msgs.chafon.status import Status, status_words
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags.uhf.gen2 import MemoryBank
from tests.golden.vectors import Vector, load

VECTORS = load("uhf_chafon18")
GOOD = [vector for vector in VECTORS if not vector.negative]
FIRST, SECOND = bytes.fromhex("000000000000000000000313"), bytes.fromhex("000000000000000000000314")
OTHER = bytes.fromhex("49440000000000000a000334")
EPC = b"\xab\xcd"

REQUESTS: dict[str, tuple[Request, int]] = {
    "04ff011bb4": (TakeInventory(), 0xFF),
    "090001010000800a76fc": (TakeInventory288(q=1, scan=Scan(scan_time=10)), 0x00),
}
ANSWERS: dict[str, tuple[Layout, Answer]] = {
    "13000103010c0000000000000000000003133f39": (
        Layout.READER_18,
        Inventory(Status.INVENTORY_MORE, (TagSeen(FIRST),)),
    ),
    "13000103010c49440000000000000a000334a5fb": (
        Layout.READER_18,
        Inventory(Status.INVENTORY_MORE, (TagSeen(OTHER),)),
    ),
    "20000103020c0000000000000000000003130c0000000000000000000003149ac9": (
        Layout.READER_18,
        Inventory(Status.INVENTORY_MORE, (TagSeen(FIRST), TagSeen(SECOND))),
    ),
    "1500010301010c3039606303c74380001a055940f93e": (
        Layout.READER_288,
        Inventory(Status.INVENTORY_MORE, (TagSeen(bytes.fromhex("3039606303c74380001a0559"), 0x40),), 1),
    ),
    "0700010101001e4b": (Layout.READER_288, Inventory(Status.INVENTORY_DONE, (), 1)),
    # the same tests have these two, which are not among the worked examples
    "1500010304010c49440000000000000a0003346425c0": (
        Layout.READER_288,
        Inventory(Status.INVENTORY_MORE, (TagSeen(OTHER, 0x64),), 4),
    ),
    "0d000103010104003230386da3d2": (
        Layout.READER_288,
        Inventory(Status.INVENTORY_MORE, (TagSeen(bytes.fromhex("00323038"), 0x6D),), 1),
    ),
}


@pytest.mark.parametrize("vector", GOOD, ids=str)
def test_published_frames_decode_and_encode_to_themselves(vector: Vector) -> None:
    assert encode_frame(decode_frame(vector.data)) == vector.data
    assert FrameDecoder().feed(vector.data) == [decode_frame(vector.data)]


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector.negative], ids=str)
def test_a_published_bad_frame_is_refused(vector: Vector) -> None:
    assert FrameDecoder().feed(vector.data) == []
    with pytest.raises(DecodeError) as caught:
        decode_frame(vector.data)
    assert caught.value.kind == "checksum"


@pytest.mark.parametrize("wire", REQUESTS)
def test_published_requests(wire: str) -> None:
    request, address = REQUESTS[wire]
    assert decode_request(decode_frame(bytes.fromhex(wire))) == request
    assert encode_frame(encode_request(request, address)).hex() == wire


@pytest.mark.parametrize("wire", ANSWERS)
def test_published_answers(wire: str) -> None:
    layout, answer = ANSWERS[wire]
    frame = decode_frame(bytes.fromhex(wire))
    assert decode_answer(frame, layout) == answer
    assert encode_frame(encode_answer(Command.INVENTORY, answer)).hex() == wire


def test_every_published_frame_is_compared() -> None:
    assert {vector.data.hex() for vector in GOOD} <= REQUESTS.keys() | ANSWERS.keys()


@pytest.mark.parametrize(
    ("request_", "data"),
    [
        (TakeInventory(Words(0, 6)), "0006"),
        (TakeInventory288(q=2, session=1, scan=Scan(target=1)), "0201018003"),
        (TakeInventory288(q=15, mask=Mask(MemoryBank.EPC, 0, 0, b""), scan=Scan(scan_time=20)), "0f0001000000008014"),
        (TakeInventory288(tid=Words(0, 6)), "04000006008003"),
        (TakeInventory288(q=2, scan=None), "0200"),
        (TakeInventory288(q=2, session=1, tid=Words(0, 6), scan=None), "02010006"),
        (TakeInventory288(mask=Mask(MemoryBank.TID, 32, 12, b"\xab\xc0")), "04000200200cabc0008003"),
        (ReadTag(EPC, MemoryBank.TID, Words(0, 6)), "01abcd02000600000000"),
        (ReadTag(b"", MemoryBank.USER, Words(0, 1)), "0003000100000000"),
        (
            ReadTag(Mask(MemoryBank.TID, 0, 16, EPC), MemoryBank.EPC, Words(1, 7)),
            "ff01010700000000" + "02000010abcd",
        ),
        (WriteTag(EPC, MemoryBank.EPC, 1, b"\x34\0"), "0101abcd0101340000000000"),
        (WriteEpc(EPC, b"pass"), "0170617373abcd"),
        (LockTag(EPC, LockArea.EPC, LockAction.WITH_PASSWORD, b"pass"), "01abcd020270617373"),
        (Plain(Command.READER_INFORMATION), ""),
        (Setting(Command.SET_POWER, 20), "14"),
        (SetRegion(0x4E, 0x00), "4e00"),
        (Signal(2, 2, 3), "020203"),
    ],
)
def test_other_requests(request_: Request, data: str) -> None:
    frame = encode_request(request_)
    assert frame.data.hex() == data
    assert decode_request(frame) == request_


@pytest.mark.parametrize(
    ("command", "answer", "data"),
    [
        (Command.READ, Memory(b"\x12\x34"), "001234"),
        (Command.INVENTORY, Statistics(4, 300, 70_000), "2604012c00011170"),
        (Command.READ, Refused(Status.TAG_ERROR, 0x03), "fc03"),
        (Command.READ, Refused(Status.NO_TAG), "fb"),
        (Command.INVENTORY, Refused(Status.NO_TAG), "fb"),
        (Command.WRITE, Done(), "00"),
        (
            Command.READER_INFORMATION,
            ReaderInformation((2, 36), 9, 3, 0x4E, 0, 30, 10),
            "0002240903" + "4e001e0a",
        ),
        (
            Command.READER_INFORMATION,
            ReaderInformation((1, 20), 0x0C, 3, 0x4E, 0, 30, 10, b"\1\0"),
            "0001140c03" + "4e001e0a0100",
        ),
    ],
)
def test_other_answers(command: Command, answer: Answer, data: str) -> None:
    frame = encode_answer(command, answer)
    assert frame.data.hex() == data
    assert decode_answer(frame, Layout.READER_18) == answer


def test_a_reader_of_the_newer_kind_may_tell_tid_and_epc_together() -> None:
    """UHFReader288 manual: the top bit of the length tells so."""
    tag = TagSeen(EPC, 0x50, bytes(range(12)))
    frame = encode_answer(Command.INVENTORY, Inventory(Status.INVENTORY_DONE, (tag,), 1))
    assert frame.data.hex() == "0101018e" + "abcd" + bytes(range(12)).hex() + "50"
    assert decode_answer(frame, Layout.READER_288) == Inventory(Status.INVENTORY_DONE, (tag,), 1)


@pytest.mark.parametrize(
    ("command", "data", "kind"),
    [
        (Command.INVENTORY, "", "truncated"),
        (Command.INVENTORY, "0101", "truncated"),
        (Command.INVENTORY, "010100", "value"),
        (Command.INVENTORY, "0100ff", "length"),
        (Command.READ, "fc", "truncated"),
        (Command.READER_INFORMATION, "000224", "truncated"),
        (Command.WRITE, "0000", "length"),
    ],
)
def test_answers_that_are_none(command: Command, data: str, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_answer(Frame(command, bytes.fromhex(data)), Layout.READER_18)
    assert caught.value.kind == kind


@pytest.mark.parametrize(("data", "kind"), [("04ff", "truncated"), ("04ff011bb400", "length")])
def test_frames_that_are_none(data: str, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_frame(bytes.fromhex(data))
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    "request_",
    [
        ReadTag(EPC, MemoryBank.TID, Words(0, 121)),
        ReadTag(b"\xab", MemoryBank.TID, Words(0, 6)),
        ReadTag(bytes(32), MemoryBank.TID, Words(0, 6)),
        WriteTag(EPC, MemoryBank.EPC, 1, b"\x34"),
        TakeInventory288(scan=Scan(target=2)),
        TakeInventory288(session=1, scan=None),  # looks like words of a TID
        Setting(Command.SET_POWER, 256),
    ],
)
def test_what_no_reader_takes_is_the_callers_fault(request_: Request) -> None:
    with pytest.raises(EncodeError):
        encode_request(request_)


def test_every_status_has_words() -> None:
    assert len({status_words(status) for status in Status}) == len(Status)
    assert str(Refused(Status.TAG_ERROR, 0x04)) == "the tag refused because this memory is locked"
    assert str(Refused(Status.TAG_ERROR, 0x77)) == "the tag refused with the unknown error 77"
    assert str(Refused(0x77)) == "the reader gave the unknown status 77"
