from __future__ import annotations

import pytest

from firmware_msgs.errors import DecodeError
from firmware_msgs.m3_810.answer_frames import decode_answer, encode_answer
from firmware_msgs.m3_810.answers import (
    NO_TAG,
    Afi,
    AfiWritten,
    Answer,
    Block,
    Blocks,
    BlocksWritten,
    Inventory,
    Parameters,
    Probed,
    Refused,
    SeenTag,
    TagCount,
    Version,
)
from firmware_msgs.m3_810.decoder import frame_decoder
from firmware_msgs.m3_810.frames import Frame, Start, decode_frame, encode_frame
from firmware_msgs.m3_810.questions import (
    PLAIN,
    WITH_DSFID,
    Command,
    GetAfi,
    GetVersion,
    NameParameters,
    ProbeReader,
    Question,
    ReadBlocks,
    TakeInventory,
    WriteAfi,
    WriteBlocks,
    decode_question,
    encode_question,
)
from tests.golden.vectors import Vector, load

UID = "E004010080A1B2C3"
RECORDED = "E00401003123AA26"  # the tag of the traffic that dpavlin/Biblio-RFID recorded
CARD = "E0040100017C0C38"


@pytest.mark.parametrize("vector", load("m3_810"), ids=str)
def test_every_published_frame_is_read_and_written_back_as_it_was(vector: Vector) -> None:
    assert encode_frame(decode_frame(vector.data)) == vector.data
    assert frame_decoder().feed(vector.data) == [decode_frame(vector.data)]


@pytest.mark.parametrize(
    ("frame", "question"),
    [
        ("d500050400118c66", ProbeReader()),
        ("d6000c13040100020003000400aaf2", NameParameters()),
        ("d60010130601000200030004000b000a00fdbf", NameParameters((1, 2, 3, 4, 11, 10))),
        ("d60005fe0005fa40", TakeInventory(PLAIN)),
        ("d60003116420", GetVersion()),
        ("d6000b0ae004010080a1b2c30d67", GetAfi(UID)),
        ("d6000c09e004010080a1b2c3da5ae7", WriteAfi(UID, 0xDA)),
        ("d6000c09e004010080a1b2c3d78b4a", WriteAfi(UID, 0xD7)),
        ("d6000c09e00401003123aa26d73af0", WriteAfi(RECORDED, 0xD7)),
        ("d6000d02e004010080a1b2c30008a055", ReadBlocks(UID, 0, 8)),
        ("d6002604e00401003123aa26000600" + "55" * 24 + "a98b", WriteBlocks(RECORDED, 0, (b"\x55" * 4,) * 6)),
    ],
)
def test_questions(frame: str, question: Question) -> None:
    assert decode_question(decode_frame(bytes.fromhex(frame))) == question
    assert encode_frame(encode_question(question)).hex() == frame


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        ("d500090400110a0500027250", Probed(Version(0x0A, 5, 0, 2))),
        ("d500090400110a05021b972a", Probed(Version(0x0A, 5, 2, 27))),
        ("d6000c13000201010302020300e778", Parameters(bytes.fromhex("0201010302020300"))),
        ("d60007fe00000500c97b", Inventory((), PLAIN)),
        ("d60007fe0000000126af", TagCount(1)),
        ("d6000ffe00000501e00401003123aa26941a", Inventory((SeenTag(RECORDED),), PLAIN)),
        (
            "d60017fe00000502e00401003123aa26e0040100017c0c38cadb",
            Inventory((SeenTag(RECORDED), SeenTag(CARD)), PLAIN),
        ),
        ("d6000d0400e00401003123aa2607cff1", BlocksWritten(RECORDED, 7)),
        ("d6000c0900e00401003123aa266a44", AfiWritten(RECORDED)),
    ],
)
def test_recorded_answers(frame: str, answer: Answer) -> None:
    assert decode_answer(decode_frame(bytes.fromhex(frame))) == answer
    assert encode_frame(encode_answer(answer)).hex() == frame


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ("fe00000701 3ee00401003123aa26", Inventory((SeenTag(RECORDED, 0x3E),), WITH_DSFID)),
        (
            "0200e00401003123aa2602 0000 04110001 0100 31323334",
            Blocks(RECORDED, (Block(0, b"\x04\x11\x00\x01"), Block(1, b"1234"))),
        ),
        ("0a00e00401003123aa26da", Afi(RECORDED, 0xDA)),
        ("0a06e00401003123aa26", Refused(Command.GET_AFI, NO_TAG, RECORDED)),
        ("0906e00401003123aa26", Refused(Command.WRITE_AFI, NO_TAG, RECORDED)),
        ("0206e00401003123aa2600", Refused(Command.READ_BLOCKS, NO_TAG, RECORDED)),
    ],
)
def test_answers_described_without_a_checksum(data: str, answer: Answer) -> None:
    command, *rest = bytes.fromhex(data)
    frame = Frame(command, bytes(rest))
    assert decode_answer(frame) == answer
    assert encode_answer(answer) == frame


def test_the_specifications_example_is_a_frame_of_an_unknown_message() -> None:
    frame = decode_frame(bytes.fromhex("d600090300020000000312e6"))
    assert frame == Frame(0x03, bytes.fromhex("000200000003"))
    for decode in (decode_question, decode_answer):
        with pytest.raises(DecodeError):
            decode(frame)


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        ("", "truncated"),
        ("d6", "truncated"),
        ("d60003", "truncated"),
        ("d600031164", "truncated"),
        ("d70003116420", "value"),
        ("d60002116420", "length"),
        ("d6000311642000", "length"),
        ("d60003116421", "checksum"),
    ],
)
def test_what_is_no_frame_is_refused_with_its_reason(frame: str, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_frame(bytes.fromhex(frame))
    assert caught.value.kind == kind


def test_question_and_answer_are_never_taken_for_each_other() -> None:
    """An AFI write and its answer have one length; a UID begins with E0 and an error byte does not."""
    question, answer = encode_question(WriteAfi(UID, 0x07)), encode_answer(AfiWritten(UID))
    with pytest.raises(DecodeError):
        decode_answer(question)
    with pytest.raises(DecodeError):
        decode_question(answer)
    assert question.start is Start.RADIO
