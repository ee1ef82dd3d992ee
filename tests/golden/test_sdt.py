from __future__ import annotations

from datetime import date

import pytest

from firmware_msgs.errors import DecodeError
from firmware_msgs.identity_card import IdentityCard, Sex
from firmware_msgs.sdt.answers import Done, Read, Refused, Unusable, decode_answer, encode_done, encode_memory
from firmware_msgs.sdt.frames import body_decoder, decode_frame, encode_frame
from firmware_msgs.sdt.questions import Command, Question, decode_question, encode_question
from firmware_msgs.sdt.status import Status
from firmware_msgs.sdt.text import WITHOUT_END, decode_card, encode_text
from provisioning.decoding.sdt import READINGS
from tests.golden.vectors import Vector, load

QUESTIONS = {
    "reset SAM 10 FF": Question(Command.RESET),
    "SAM status 11 FF": Question(Command.STATUS),
    "find card 20 01": Question(Command.FIND),
    "select card 20 02": Question(Command.SELECT),
    "read base + fingerprint 30 10": Question(Command.READ_WITH_FINGERPRINT),
    "read new address 30 03": Question(Command.READ_NEW_ADDRESS),
    "set max RF bytes 61 FF 50": Question(Command.SET_RADIO_SIZE, b"\x50"),
}
ANSWERS = {
    "find ok (9F)": (Command.FIND, Done()),
    "select ok (90)": (Command.SELECT, Done()),
    "find failed (80)": (Command.FIND, Refused(Status.NOT_FOUND)),
    "select failed (81)": (Command.SELECT, Refused(Status.NOT_SELECTED)),
    "read failed (41)": (Command.READ, Refused(Status.READ_FAILED)),
}
VECTORS = load("sdt_id_card")
TEXTS = [vector for vector in VECTORS if isinstance(vector.decoded, str)]
(CARD,) = (vector for vector in VECTORS if isinstance(vector.decoded, dict))
INVENTED = IdentityCard("张三", Sex.FEMALE, date(1949, 12, 31), "11010519491231002X", None)
FIELDS = {
    "name": "张三",
    "sex": "2",
    "nation": "01",
    "birth": "19491231",
    "id_no": "11010519491231002X",
    "issuer": "北京市公安局朝阳分局",
    "valid_from": "20200101",
    "valid_to": WITHOUT_END,
}
READ = Question(Command.READ)


@pytest.mark.parametrize("vector", [vector for vector in TEXTS if vector.decoded in QUESTIONS], ids=str)
def test_published_questions(vector: Vector) -> None:
    question = QUESTIONS[vector.decoded]
    assert decode_question(decode_frame(vector.data)) == question
    assert encode_frame(encode_question(question)) == vector.data
    assert body_decoder().feed(vector.data) == [encode_question(question)]


@pytest.mark.parametrize("vector", [vector for vector in TEXTS if vector.decoded in ANSWERS], ids=str)
def test_published_answers(vector: Vector) -> None:
    command, answer = ANSWERS[vector.decoded]
    assert decode_answer(Question(command), decode_frame(vector.data)) == answer
    if answer == Done():
        assert encode_frame(encode_done(Question(command))) == vector.data


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector.negative], ids=str)
def test_a_wrong_checksum_is_refused(vector: Vector) -> None:
    with pytest.raises(DecodeError) as caught:
        READINGS[vector.protocol](vector.data)
    assert caught.value.kind == "checksum"
    assert body_decoder().feed(vector.data) == []


def test_an_invented_card() -> None:
    assert decode_answer(READ, decode_frame(CARD.data)) == Read(INVENTED)
    text = encode_text(FIELDS, CARD.decoded["address"])
    photo = CARD.data[-1025:-1]
    assert encode_frame(encode_memory(text, photo)) == CARD.data


def test_nothing_of_a_card_shows_in_a_log() -> None:
    shown = repr(decode_answer(READ, decode_frame(CARD.data)))
    for value in CARD.decoded.values():
        assert str(value) not in shown


def test_a_technician_sees_all_but_address_and_photo() -> None:
    reading = READINGS["sdt"](CARD.data)
    wanted = {key: value for key, value in CARD.decoded.items() if key not in {"address", "id_no"}}
    assert {key: reading[key] for key in wanted} == wanted
    assert CARD.decoded["id_no"].startswith(str(reading["id_no"]))
    assert CARD.decoded["address"] not in str(reading)
    assert "address" not in reading


@pytest.mark.parametrize(
    ("changed", "kind", "fault"),
    [
        ({"id_no": "110105194912310021"}, "", "check_digit"),
        ({"id_no": "11010519491231002"}, "", "length"),
        ({"birth": "19490231"}, "", "value"),
        ({"birth": "2020W011"}, "", "value"),
        ({"valid_to": ""}, "", "value"),
        ({"sex": "7"}, "", "value"),
        ({"name": "a\nb"}, "", "text"),
        ({}, "I", "card_kind"),
    ],
)
def test_a_card_that_says_no_good_is_told_as_such(changed: dict[str, str], kind: str, fault: str) -> None:
    text = encode_text({**FIELDS, **changed}, kind=kind)
    with pytest.raises(DecodeError) as caught:
        decode_card(text)
    assert caught.value.kind == fault
    assert decode_answer(READ, encode_memory(text, b"")) == Unusable(fault)


def test_a_permit_of_hong_kong_macao_and_taiwan_residents_is_read_alike() -> None:
    fields = {**FIELDS, "nation": "", "valid_to": "20301231"}
    card = decode_card(encode_text(fields, kind="J"))
    assert (card.name, card.valid_until) == ("张三", date(2030, 12, 31))


def test_a_reading_with_fingerprint() -> None:
    text = encode_text(FIELDS)
    lengths = b"".join(size.to_bytes(2, "big") for size in (256, 1024, 512))
    body = bytes((0, 0, Status.DONE)) + lengths + text + bytes(1024 + 512)
    assert decode_answer(Question(Command.READ_WITH_FINGERPRINT), body) == Read(INVENTED)
    assert READINGS["sdt"](encode_frame(body))["fingerprint_len"] == 512


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (Command.FIND, encode_done(Question(Command.SELECT))),
        (Command.SELECT, encode_done(Question(Command.FIND))),
        (Command.SELECT, encode_done(Question(Command.STATUS))),
        (Command.STATUS, encode_done(Question(Command.MODULE_ID))),
        (Command.FIND, bytes((0, 0, Status.NOT_SELECTED))),
        (Command.READ, bytes((0, 0, Status.NOT_FOUND))),
        (Command.READ, encode_done(Question(Command.SELECT))),
    ],
)
def test_an_answer_to_another_question_is_none(question: Command, answer: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_answer(Question(question), answer)


@pytest.mark.parametrize(
    ("body", "kind"),
    [("12ff", "module_id"), ("0102", "other"), ("61ff90", "question_or_answer"), ("000066", "refused")],
)
def test_the_technicians_reading_of_other_frames(body: str, kind: str) -> None:
    assert READINGS["sdt"](encode_frame(bytes.fromhex(body)))["kind"] == kind


def test_a_new_address_is_not_shown() -> None:
    address = "某某市某某区新路2号".encode("utf-16-le").ljust(70, b" ")
    reading = READINGS["sdt"](encode_frame(bytes((0, 0, Status.DONE)) + address))
    assert reading == {"kind": "new_address", "sw": "0000", "status": "90", "words": "done", "data_len": 70}
