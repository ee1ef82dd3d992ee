"""What stays as it is, and what a stand-in keeps."""

from __future__ import annotations

import pytest

from drivers.capture import Happening, Left, Opened, Received, Sent
from drivers.catalogue.table import MODELS
from drivers.redaction.codes import CodeOptions, Codes
from drivers.redaction.traffic import Driven, LinkOpened, Piece
from firmware_msgs.aim import Symbology
from firmware_msgs.check_digits import check_codabar, check_code39, check_isbn, codabar_check_digit
from firmware_msgs.code_rules import Check
from firmware_msgs.config import AfiPair
from firmware_msgs.feig.frames import encode_frame
from firmware_msgs.feig.peripherals import GetPeople
from firmware_msgs.feig.requests import encode_request
from firmware_msgs.pseudonyms import Pseudonyms

PSEUDONYMS = Pseudonyms(bytes(32))


def told(model: str, *pieces: Piece) -> list[Happening]:
    redaction = MODELS[model].redact
    assert redaction is not None
    return list(redaction.traffic((LinkOpened(0), *pieces), Driven({}, AfiPair()), PSEUDONYMS))


def asked(at_s: float, data: str) -> Piece:
    return Piece(at_s, to_device=True, data=bytes.fromhex(data))


def answered(at_s: float, data: str) -> Piece:
    return Piece(at_s, to_device=False, data=bytes.fromhex(data))


@pytest.mark.parametrize(
    ("model", "question", "answer"),
    [
        ("lcus-relay", "a00103a4", "a00101a2"),
        ("modbus-relay", "010100000001fdca", "010101019048"),
        ("feig-people-counter", encode_frame(encode_request(GetPeople())).hex(), ""),
    ],
)
def test_what_names_nobody_stays_as_it_is(model: str, question: str, answer: str) -> None:
    pieces = [asked(1, question), *([answered(1.1, answer)] if answer else [])]
    kept = [each for each in told(model, *pieces) if not isinstance(each, Opened)]
    assert kept == [Sent(at_s=1, hex=question), *([Received(at_s=1.1, hex=answer)] if answer else [])]


def test_half_an_answer_is_left_out_when_the_next_question_goes_out() -> None:
    happenings = told("lcus-relay", asked(1, "a00103a4"), answered(1.1, "a001"), asked(2, "a00102a3"))
    assert happenings[2:] == [Left(at_s=2, count=2), Sent(at_s=2, hex="a00102a3")]


def test_an_answer_without_a_question_is_left_out() -> None:
    assert told("lcus-relay", answered(1, "a00101a2"))[1:] == [Left(at_s=1, count=4)]


LABEL = "2305310420003"
LABEL += codabar_check_digit(LABEL)


@pytest.mark.parametrize(
    ("check", "text", "reads"),
    [
        (Check.CODABAR, LABEL, check_codabar),
        (Check.CODABAR, f"A{LABEL}B", check_codabar),
        (Check.CODE_39, "YX20310042" + "S", check_code39),
        (Check.ISBN, "9787544270878", check_isbn),
        (Check.ISBN, "978-7-5442-7087-8", check_isbn),
        (Check.ISBN, "7-5442-7087-X", check_isbn),
    ],
)
def test_a_check_character_is_right_exactly_where_it_was(check: Check, text: str, reads: object) -> None:
    assert callable(reads)
    codes = Codes(CodeOptions(check=check), PSEUDONYMS)
    for given in (text, text[:-4] + ("4" if text[-4] != "4" else "5") + text[-3:]):
        stand_in = codes.line(given.encode()).decode()
        assert len(stand_in) == len(given)
        assert stand_in != given
        assert reads(stand_in).valid == reads(given).valid


def test_what_a_scanner_puts_around_a_code_stays() -> None:
    codes = Codes(CodeOptions(prefix="<<", suffix=">", aim=True), PSEUDONYMS)
    line = codes.line(b"<<]C0AB12>").decode()
    assert line.startswith("<<]C0")
    assert line.endswith(">")
    assert line[5:9] != "AB12"
    assert codes.line(b"<AB12").decode()[1:] != "AB12"


def test_a_check_is_made_for_its_symbology_alone() -> None:
    codes = Codes(CodeOptions(check=Check.CODABAR), PSEUDONYMS)
    assert check_codabar(codes.code(LABEL.encode(), Symbology.CODABAR).decode()).valid
    plain = Codes(CodeOptions(), PSEUDONYMS)
    assert codes.code(LABEL.encode(), Symbology.QR) == plain.code(LABEL.encode(), Symbology.QR)


def test_what_is_no_utf_8_stays_none() -> None:
    line = Codes(CodeOptions(), PSEUDONYMS).line("王小明12".encode("gbk"))
    assert line[:6] == b"\xff" * 6
    assert line[6:].isdigit()
    assert line[6:] != b"12"
