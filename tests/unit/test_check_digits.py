from __future__ import annotations

import pytest

from firmware_msgs.check_digits import (
    Checked,
    check_codabar,
    check_code39,
    check_isbn,
    codabar_check_digit,
    code39_check_character,
    isbn10_check_character,
    isbn13_check_digit,
    isbn13_of,
)
from firmware_msgs.errors import DecodeError, EncodeError


def test_published_examples() -> None:
    assert check_isbn("0-306-40615-2") == Checked("030640615", "2", "2")
    assert isbn13_of(check_isbn("0-306-40615-2")) == "9780306406157"
    assert check_isbn("978-7-02-000220-7").valid
    assert check_isbn("0-8044-2957-x").valid
    assert check_code39("12345ABCDE/T").valid
    assert check_codabar("29999012345672").expected == codabar_check_digit("2999901234567")


@pytest.mark.parametrize(
    "text", ["", "123", "1234567890123", "978030640615", "97803064061571", "03064０6152", "X306406152"]
)
def test_what_is_no_isbn_is_refused(text: str) -> None:
    with pytest.raises(DecodeError):
        check_isbn(text)


@pytest.mark.parametrize("text", ["", "2999901234567", "2999901234567X", "A29999012345672", "٢٩٩٩٩٠١٢٣٤٥٦٧٢"])
def test_what_is_no_library_label_is_refused(text: str) -> None:
    with pytest.raises(DecodeError):
        check_codabar(text)


@pytest.mark.parametrize("text", ["", "A", "abc", "A\x1bB"])
def test_what_code39_cannot_carry_is_refused(text: str) -> None:
    with pytest.raises(DecodeError):
        check_code39(text)


def test_no_check_digit_for_what_has_none() -> None:
    for compute in (codabar_check_digit, code39_check_character, isbn10_check_character, isbn13_check_digit):
        with pytest.raises(EncodeError):
            compute("")
    with pytest.raises(EncodeError):
        isbn13_of(check_isbn("0306406153"))
