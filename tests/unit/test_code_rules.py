from __future__ import annotations

import pytest

from firmware_msgs.aim import AimId, Symbology, split_aim
from firmware_msgs.barcodes import CodeSplitter, Damage, DamagedCode, ScannedCode
from firmware_msgs.check_digits import (
    check_citizen_number,
    codabar_check_digit,
    code39_check_character,
    isbn13_check_digit,
)
from firmware_msgs.code_rules import PLAIN, Check, CodeRules
from firmware_msgs.errors import DecodeError

LABEL = "2123401234567" + codabar_check_digit("2123401234567")
WRONG = LABEL[:-1] + str((int(LABEL[-1]) + 1) % 10)
SHELF = "TSG-00123" + code39_check_character("TSG-00123")
ISBN = "978702000220" + isbn13_check_digit("978702000220")


@pytest.mark.parametrize(
    ("rules", "line", "text"),
    [
        (PLAIN, "TSG1", "TSG1"),
        (CodeRules(prefix="~"), "~TSG1", "TSG1"),
        (CodeRules(prefix="\x02", suffix="\x03"), "\x02TSG1\x03", "TSG1"),
        (CodeRules(suffix="#"), "TSG1#", "TSG1"),
        (CodeRules(aim=True), "]C0TSG1", "TSG1"),
        (CodeRules("~", "#", aim=True), "~]Q1借书证#", "借书证"),
        (CodeRules(check=Check.CODABAR), LABEL, LABEL),
        (CodeRules(check=Check.CODABAR), f"A{LABEL}D", LABEL),
        (CodeRules(check=Check.CODABAR), "TSG00123456789", "TSG00123456789"),
        (CodeRules(aim=True, check=Check.CODABAR), f"]F0a{LABEL}b", LABEL),
        (CodeRules(aim=True, check=Check.CODABAR), f"]Q0{WRONG}", WRONG),
        (CodeRules(aim=True, check=Check.CODABAR), f"]F4{LABEL}", LABEL),
        (CodeRules(check=Check.CODE_39), SHELF, SHELF[:-1]),
        (CodeRules(aim=True, check=Check.CODE_39), f"]A1{SHELF}", SHELF[:-1]),
        (CodeRules(aim=True, check=Check.CODE_39), f"]A3{SHELF[:-1]}", SHELF[:-1]),
        (CodeRules(check=Check.CODE_39), "SFQ1:ABC", "SFQ1:ABC"),
        (CodeRules(check=Check.ISBN), ISBN, ISBN),
        (CodeRules(check=Check.ISBN), "7-02-000220-X", "9787020002207"),
        (CodeRules(aim=True, check=Check.ISBN), "]E06901234567892", "6901234567892"),
    ],
)
def test_what_a_line_says(rules: CodeRules, line: str, text: str) -> None:
    assert rules.read_line(line.encode()) == ScannedCode(text)


@pytest.mark.parametrize(
    ("rules", "line", "damage"),
    [
        (CodeRules(prefix="~"), "TSG1", Damage.INCOMPLETE),
        (CodeRules(suffix="#"), "TSG1", Damage.INCOMPLETE),
        (CodeRules(prefix="~", suffix="~"), "~", Damage.INCOMPLETE),
        (CodeRules(prefix="~"), "~", Damage.INCOMPLETE),
        (CodeRules(aim=True), "TSG1", Damage.INCOMPLETE),
        (CodeRules(aim=True), "]C", Damage.INCOMPLETE),
        (CodeRules(aim=True), "]C0", Damage.INCOMPLETE),
        (CodeRules(check=Check.CODABAR), WRONG, Damage.WRONG_CHECK),
        (CodeRules(aim=True, check=Check.CODABAR), f"]F0{LABEL[:-1]}", Damage.WRONG_CHECK),
        (CodeRules(aim=True, check=Check.CODE_39), "]A0x", Damage.WRONG_CHECK),
        (CodeRules(check=Check.CODE_39), "TSG-001230", Damage.WRONG_CHECK),
        (CodeRules(check=Check.ISBN), "9787020002206", Damage.WRONG_CHECK),
        (PLAIN, "TSG\x1b1", Damage.UNPRINTABLE),
        (CodeRules(prefix="~"), "~TSG\x001", Damage.UNPRINTABLE),
    ],
)
def test_what_is_no_code_of_this_site(rules: CodeRules, line: str, damage: Damage) -> None:
    assert rules.read_line(line.encode()) == DamagedCode(damage)


def test_what_is_no_text_is_damaged_whatever_the_rules() -> None:
    assert CodeRules(prefix="~").read_line(b"~\xff") == DamagedCode(Damage.NOT_TEXT)
    assert PLAIN.read_code(b"\xff", Symbology.QR) == DamagedCode(Damage.NOT_TEXT)


def test_a_code_with_its_symbology_needs_no_form() -> None:
    rules = CodeRules(check=Check.CODABAR)
    assert rules.read_code(WRONG.encode(), Symbology.CODE_128) == ScannedCode(WRONG)
    assert rules.read_code(WRONG.encode(), Symbology.CODABAR) == DamagedCode(Damage.WRONG_CHECK)


def test_a_gap_can_end_a_code() -> None:
    splitter = CodeSplitter(read=CodeRules(prefix="~").read_line)
    assert splitter.feed(b"~TSG1\r~TSG2") == [ScannedCode("TSG1")]
    assert splitter.finish() == [ScannedCode("TSG2")]
    assert splitter.finish() == []


@pytest.mark.parametrize(
    ("text", "symbology", "is_stripped"),
    [
        ("]A0", Symbology.CODE_39, False),
        ("]A2", Symbology.CODE_39, True),
        ("]A7", Symbology.CODE_39, True),
        ("]C1", Symbology.CODE_128, False),
        ("]E4", Symbology.EAN, False),
        ("]F1", Symbology.CODABAR, False),
        ("]F4", Symbology.CODABAR, False),
        ("]I3", Symbology.INTERLEAVED_2_OF_5, False),
        ("]Q1", Symbology.QR, False),
        ("]d2", Symbology.DATA_MATRIX, False),
        ("]L0", Symbology.PDF417, False),
        ("]X0", Symbology.OTHER, False),
    ],
)
def test_aim_identifiers(text: str, symbology: Symbology, *, is_stripped: bool) -> None:
    aim, rest = split_aim(f"{text}123")
    assert (aim, rest) == (AimId(text[1], text[2]), "123")
    assert (aim.symbology, aim.is_check_stripped) == (symbology, is_stripped)


@pytest.mark.parametrize("text", ["", "]", "]A", "]00", "]A ", "A0]", "]借0"])
def test_what_is_no_aim_identifier(text: str) -> None:
    with pytest.raises(DecodeError):
        split_aim(text)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_citizen_numbers_of_the_standard(number: str) -> None:
    assert check_citizen_number(number).valid
    assert not check_citizen_number(f"2{number[1:]}").valid


@pytest.mark.parametrize("number", ["", "11010519491231002x", "1101051949123100２X", "110105491231002"])
def test_what_is_no_citizen_number(number: str) -> None:
    with pytest.raises(DecodeError):
        check_citizen_number(number)
