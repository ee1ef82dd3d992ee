from __future__ import annotations

import pytest

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.relay import lcus
from firmware_msgs.relay.lcus import Operation, Order, State
from firmware_msgs.relay.modbus_frames import (
    Frame,
    FrameDecoder,
    Function,
    answer_length,
    decode_frame,
    encode_frame,
    question_length,
)
from firmware_msgs.relay.modbus_rtu import (
    OFF,
    ON,
    Answer,
    Bits,
    Question,
    Read,
    Refused,
    Registers,
    WriteCoil,
    WriteCoils,
    WriteRegister,
    WriteRegisters,
    Written,
    as_timed,
    decode_answer,
    decode_question,
    encode_answer,
    encode_question,
    timed_coil,
    timed_registers,
)
from provisioning.decoding.relay import READINGS
from tests.golden.vectors import Vector, load

VECTORS = load("relay")

LCUS: dict[str, tuple[Order, State | None]] = {
    "a00101a2": (Order(1, Operation.ON), State(1, energised=True)),
    "a00100a1": (Order(1, Operation.OFF), State(1, energised=False)),
    "a00201a3": (Order(2, Operation.ON), State(2, energised=True)),
    "a00400a4": (Order(4, Operation.OFF), State(4, energised=False)),
    "a00103a4": (Order(1, Operation.ON_ANSWERED), None),
    "a00102a3": (Order(1, Operation.OFF_ANSWERED), None),
    "a00104a5": (Order(1, Operation.TOGGLE_ANSWERED), None),
    "a00105a6": (Order(1, Operation.QUERY), None),
}
"""From the makers' own examples, as several public drivers repeat them."""

QUESTIONS: dict[str, Question] = {
    "01050001ff00ddfa": WriteCoil(1, 1, ON),
    "01050000ff008c3a": WriteCoil(1, 0, ON),
    "010500000000cdca": WriteCoil(1, 0, OFF),
    "0105020000078db0": timed_coil(1, 0, 7),
    "0101000000083dcc": Read(1, Function.READ_COILS, 0, 8),
    "010f0000000801ffbed5": WriteCoils(1, 0, (True,) * 8),
    "010600030001b80a": WriteRegister(1, 3, 1),
    "0110000300020400040014f274": timed_registers(1, 0, 20),
    "01031000000840cc": Read(1, Function.READ_HOLDING_REGISTERS, 0x1000, 8),
}
"""From Waveshare's wiki and the sources of public drivers; the CRCs are theirs."""

ANSWERS: dict[str, Answer] = {
    "0101014191b8": Bits(1, Function.READ_COILS, (True, *[False] * 5, True, False)),
    "01050000ff008c3a": WriteCoil(1, 0, ON),
}


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_published_frames_say_what_their_source_says(vector: Vector) -> None:
    said = READINGS[vector.protocol](vector.data)
    assert said["text"] == vector.decoded
    assert said["kind"] == "question_or_answer"


@pytest.mark.parametrize(("wire", "meanings"), LCUS.items(), ids=list(LCUS))
def test_lcus_frames(wire: str, meanings: tuple[Order, State | None]) -> None:
    order, state = meanings
    (frame,) = lcus.FrameDecoder().feed(bytes.fromhex(wire))
    assert lcus.decode_order(frame) == order
    assert lcus.encode(order).hex() == wire
    if state is None:
        with pytest.raises(DecodeError):
            lcus.decode_state(frame)
    else:
        assert lcus.decode_state(frame) == state
        assert lcus.encode(state).hex() == wire


@pytest.mark.parametrize(("wire", "question"), QUESTIONS.items(), ids=list(QUESTIONS))
def test_modbus_questions(wire: str, question: Question) -> None:
    (frame,) = FrameDecoder(question_length).feed(bytes.fromhex(wire))
    assert decode_question(frame) == question
    assert encode_frame(encode_question(question)).hex() == wire


@pytest.mark.parametrize(("wire", "answer"), ANSWERS.items(), ids=list(ANSWERS))
def test_modbus_answers(wire: str, answer: Answer) -> None:
    (frame,) = FrameDecoder(answer_length).feed(bytes.fromhex(wire))
    assert decode_answer(frame) == answer
    assert encode_frame(encode_answer(answer)).hex() == wire


def test_what_a_board_cannot_do_it_refuses_in_words() -> None:
    frame = decode_frame(bytes.fromhex("018302c0f1"))
    refusal = decode_answer(frame)
    assert refusal == Refused(1, Function.READ_HOLDING_REGISTERS, 2)
    assert str(refusal) == "the board has no such address"
    assert str(Refused(1, 5, 0x77)) == "the board gave the unknown reason 77"


def test_registers_and_counts_are_answered() -> None:
    for answer in (Registers(1, Function.READ_HOLDING_REGISTERS, (1, 0xFFFF)), Written(1, Function.WRITE_COILS, 0, 8)):
        assert decode_answer(encode_answer(answer)) == answer


def test_a_timed_order_is_known_as_one() -> None:
    assert as_timed(timed_coil(1, 3, 7)) == (3, 7)
    assert as_timed(timed_registers(1, 3, 20)) == (3, 20)
    assert as_timed(WriteCoil(1, 3, ON)) is None
    assert as_timed(WriteRegisters(1, 4, (4, 20))) is None
    assert as_timed(WriteRegisters(1, 3, (2, 20))) is None


@pytest.mark.parametrize(
    ("protocol", "wire", "kind", "position"),
    [
        ("lcus", "a00101a3", "checksum", 3),
        ("lcus", "a10101a3", "value", 0),
        ("lcus", "a00101", "truncated", 3),
        ("lcus", "a00101a200", "length", 4),
        ("modbus-rtu", "01050001ff00ddfb", "checksum", 6),
        ("modbus-rtu", "01050001ff00ddfa01", "checksum", 7),
        ("modbus-rtu", "01050001ff00ddfa00", "length", 6),  # a zero behind a right CRC leaves it right
        ("modbus-rtu", "01dd", "truncated", 2),
        ("modbus-rtu", "00" * 257, "length", 256),
    ],
)
def test_a_damaged_frame_is_told(protocol: str, wire: str, kind: str, position: int) -> None:
    with pytest.raises(DecodeError) as caught:
        READINGS[protocol](bytes.fromhex(wire))
    assert (caught.value.kind, caught.value.position) == (kind, position)


@pytest.mark.parametrize(
    ("protocol", "wire", "said"),
    [
        ("lcus", "a00106a7", {"kind": "other", "command": "06", "channel": 1}),
        ("lcus", "a00105a6", {"kind": "order", "operation": "query", "text": "LCUS ch1 query"}),
        ("modbus-rtu", "0101000000083dcc", {"kind": "read", "unit": 1, "function": "01", "first": 0, "count": 8}),
        ("modbus-rtu", "018302c0f1", {"kind": "refused", "code": 2}),
        ("modbus-rtu", encode_frame(Frame(1, 0x2B, b"\x0e")).hex(), {"kind": "other", "function": "2b", "data": "0e"}),
    ],
)
def test_other_frames_are_told_as_far_as_they_are_known(protocol: str, wire: str, said: dict[str, object]) -> None:
    assert said.items() <= READINGS[protocol](bytes.fromhex(wire)).items()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (bytes.fromhex("0f 0000 0009 01 ff"), "value"),
        (bytes.fromhex("10 0000 0001 03 000000"), "length"),
        (bytes.fromhex("10 0000 0002 02 0000"), "value"),
        (bytes.fromhex("01 0000 0000"), "value"),
        (bytes.fromhex("02 0000 07d1"), "value"),
        (bytes.fromhex("03 0000 007e"), "value"),
        (bytes.fromhex("05 0000"), "truncated"),
        (bytes.fromhex("05 0000 0000 00"), "length"),
        (bytes.fromhex("2b"), "command"),
    ],
)
def test_a_question_that_contradicts_itself_is_refused(data: bytes, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_question(Frame(1, data[0], data[1:]))
    assert caught.value.kind == kind


def test_what_does_not_fit_the_wire_is_our_own_fault() -> None:
    for question in (WriteCoil(1, 1 << 16, ON), WriteCoils(1, 0, (True,) * 3000), WriteRegisters(1, 0, (-1,))):
        with pytest.raises(EncodeError):
            encode_frame(encode_question(question))
    for answer in (Bits(1, Function.READ_COILS, (True,) * 2048), Refused(1, 5, 256)):
        with pytest.raises(EncodeError):
            encode_frame(encode_answer(answer))
    with pytest.raises(EncodeError):
        encode_frame(Frame(256, 5))
    with pytest.raises(EncodeError):
        lcus.encode(Order(256, Operation.ON))
