from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_msgs.checksums import crc16_modbus
from firmware_msgs.errors import DecodeError
from firmware_msgs.frame_search import LengthOf
from firmware_msgs.relay import lcus, modbus_frames
from firmware_msgs.relay.lcus import Operation, Order, State
from firmware_msgs.relay.modbus_frames import (
    MAX_FRAME_BYTES,
    Frame,
    FrameDecoder,
    Function,
    answer_length,
    encode_frame,
    question_length,
)
from firmware_msgs.relay.modbus_rtu import (
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
    decode_answer,
    decode_question,
    encode_answer,
    encode_question,
)
from provisioning.decoding.relay import READINGS

REPEATABLE = settings(derandomize=True)  # noise passes a 16-bit CRC once in 65,536 tries, which would be no failure

BYTE = st.integers(0, 0xFF)
WORD = st.integers(0, 0xFFFF)
BIT_READS = st.sampled_from([Function.READ_COILS, Function.READ_INPUTS])
WORD_READS = st.sampled_from([Function.READ_HOLDING_REGISTERS, Function.READ_INPUT_REGISTERS])
COUNT = st.integers(1, 123)  # what every function takes at once
WORDS = st.lists(WORD, min_size=1, max_size=20).map(tuple)
QUESTIONS: st.SearchStrategy[Question] = st.one_of(
    st.builds(Read, BYTE, st.one_of(BIT_READS, WORD_READS), WORD, COUNT),
    st.builds(WriteCoil, BYTE, WORD, WORD),
    st.builds(WriteRegister, BYTE, WORD, WORD),
    st.builds(WriteCoils, BYTE, WORD, st.lists(st.booleans(), min_size=1, max_size=40).map(tuple)),
    st.builds(WriteRegisters, BYTE, WORD, WORDS),
)
ANSWERS: st.SearchStrategy[Answer] = st.one_of(
    st.builds(Bits, BYTE, BIT_READS, st.lists(st.booleans(), max_size=5).map(lambda states: tuple(states) * 8)),
    st.builds(Registers, BYTE, WORD_READS, WORDS),
    st.builds(WriteCoil, BYTE, WORD, WORD),
    st.builds(WriteRegister, BYTE, WORD, WORD),
    st.builds(Written, BYTE, st.sampled_from([Function.WRITE_COILS, Function.WRITE_REGISTERS]), WORD, COUNT),
    st.builds(Refused, BYTE, st.integers(0, 0x7F), BYTE),
)
LCUS = st.one_of(st.builds(Order, BYTE, st.sampled_from(Operation)), st.builds(State, BYTE, st.booleans()))
BOTH_SIDES = pytest.mark.parametrize("length_of", [question_length, answer_length])


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def decode(pieces: list[bytes], length_of: LengthOf) -> list[Frame]:
    decoder = FrameDecoder(length_of)
    return [frame for piece in pieces for frame in decoder.feed(piece)]


@REPEATABLE
@given(QUESTIONS)
def test_questions_survive_the_wire(question: Question) -> None:
    (frame,) = decode([encode_frame(encode_question(question))], question_length)
    assert decode_question(frame) == question


@REPEATABLE
@given(ANSWERS)
def test_answers_survive_the_wire(answer: Answer) -> None:
    (frame,) = decode([encode_frame(encode_answer(answer))], answer_length)
    assert decode_answer(frame) == answer


@given(LCUS)
def test_lcus_frames_survive_the_wire(message: Order | State) -> None:
    (frame,) = lcus.FrameDecoder().feed(lcus.encode(message))
    assert (lcus.decode_order if isinstance(message, Order) else lcus.decode_state)(frame) == message


PARTS = st.one_of(
    QUESTIONS.map(lambda question: encode_frame(encode_question(question))),
    ANSWERS.map(lambda answer: encode_frame(encode_answer(answer))),
    LCUS.map(lcus.encode),
    st.binary(max_size=40),
)


@BOTH_SIDES
@given(parts=st.lists(PARTS, max_size=6), cuts=st.lists(st.integers(0)))
def test_frames_do_not_depend_on_how_the_bytes_were_split(
    length_of: LengthOf, parts: list[bytes], cuts: list[int]
) -> None:
    stream = b"".join(parts)
    whole = decode([stream], length_of)
    assert decode(split(stream, cuts), length_of) == whole
    assert decode([bytes((byte,)) for byte in stream], length_of) == whole


@given(st.lists(PARTS, max_size=6), st.lists(st.integers(0)))
def test_lcus_frames_do_not_depend_on_how_the_bytes_were_split(parts: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(parts)
    decoder = lcus.FrameDecoder()
    whole = lcus.FrameDecoder().feed(stream)
    assert [frame for piece in split(stream, cuts) for frame in decoder.feed(piece)] == whole


@REPEATABLE
@given(st.binary(max_size=30), ANSWERS)
def test_an_answer_is_found_behind_noise_of_other_units(noise: bytes, answer: Answer) -> None:
    frame = encode_answer(answer)
    decoder = FrameDecoder(answer_length, frame.unit)
    assert decoder.feed(noise.replace(bytes((frame.unit,)), b"")) == []
    assert decoder.feed(encode_frame(frame)) == [frame]


@given(st.binary(max_size=30).map(lambda noise: noise.replace(b"\xa0", b"")), LCUS)
def test_an_lcus_frame_is_found_behind_noise(noise: bytes, message: Order | State) -> None:
    assert lcus.FrameDecoder().feed(noise + lcus.encode(message)) == [lcus.decode_frame(lcus.encode(message))]


@BOTH_SIDES
def test_100_kb_of_noise_leave_at_most_one_frame_buffered(length_of: LengthOf) -> None:
    noise = Random(42).randbytes(100_000)  # noqa: S311 - repeatable, nothing secret
    decoder, other = FrameDecoder(length_of), lcus.FrameDecoder()
    for start in range(0, len(noise), 997):
        decoder.feed(noise[start : start + 997])
        other.feed(noise[start : start + 997])
        assert decoder.buffered <= MAX_FRAME_BYTES
        assert other.buffered <= lcus.FRAME_BYTES
    decoder.reset()
    other.reset()
    assert (decoder.buffered, other.buffered) == (0, 0)


@given(st.builds(Frame, BYTE, st.one_of(BYTE, st.sampled_from(Function)), st.binary(max_size=60)))
def test_only_decode_errors_escape_the_decoders(frame: Frame) -> None:
    for decode_ in (decode_question, decode_answer):
        with suppress(DecodeError):
            decode_(frame)
    with suppress(DecodeError):
        READINGS["modbus-rtu"](encode_frame(frame))


@given(st.binary(max_size=10))
def test_only_decode_errors_escape_for_any_bytes(data: bytes) -> None:
    for read in READINGS.values():
        with suppress(DecodeError):
            read(data)


def test_the_crc_of_the_catalogues_of_crcs() -> None:
    assert crc16_modbus(b"123456789") == 0x4B37
    assert crc16_modbus(encode_frame(Frame(1, 5, b"\0\0\xff\0"))) == 0
    assert modbus_frames.SHORTEST_FRAME_BYTES == 4
