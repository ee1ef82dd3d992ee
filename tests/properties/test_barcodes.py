from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from firmware_msgs.barcodes import CodeSplitter, Damage, DamagedCode, ScannedCode, ScannerLine
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

CAP = 32
PRINTABLE = st.text(min_size=1, max_size=CAP // 4).filter(str.isprintable)
TERMINATOR = st.sampled_from([b"\r", b"\n", b"\r\n", b"\t"])
NOISE = st.binary(max_size=3 * CAP)
DIGITS = "0123456789"
CODE39 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=count, max_size=count)


@given(st.lists(st.tuples(PRINTABLE, TERMINATOR)), st.lists(st.integers(0, 500)))
def test_codes_come_out_whole_however_they_arrive(codes: list[tuple[str, bytes]], cuts: list[int]) -> None:
    stream = b"".join(text.encode() + end for text, end in codes)
    splitter = CodeSplitter(CAP)
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    lines = [line for at, to in pairwise(edges) for line in splitter.feed(stream[at:to])]
    assert lines == [ScannedCode(text) for text, _ in codes]
    assert not splitter.is_partial


@given(st.lists(NOISE))
def test_noise_never_grows_the_buffer_nor_gets_through_unprintable(pieces: list[bytes]) -> None:
    splitter = CodeSplitter(CAP)
    for piece in pieces:
        for line in splitter.feed(piece):
            assert isinstance(line, DamagedCode) or line.text.isprintable()
        assert len(splitter._partial) <= CAP  # noqa: SLF001 - the bound is the point


@given(st.lists(NOISE.filter(bool)), PRINTABLE)
def test_a_code_after_a_quiet_gap_is_whole(noise: list[bytes], text: str) -> None:
    splitter = CodeSplitter(CAP)
    for piece in noise:
        splitter.feed(piece)
    splitter.drop_partial()
    assert splitter.feed(text.encode() + b"\r") == [ScannedCode(text)]


@given(st.binary(min_size=CAP + 1, max_size=4 * CAP).filter(lambda data: not set(data) & set(b"\r\n\t")))
def test_a_line_that_is_too_long_is_told_once(data: bytes) -> None:
    splitter = CodeSplitter(CAP)
    expected: list[ScannerLine] = [DamagedCode(Damage.TOO_LONG), ScannedCode("next")]
    assert splitter.feed(data + b"\rnext\r") == expected


@given(digits(13), st.integers(0, 13), st.integers(1, 9))
def test_a_wrong_digit_on_a_codabar_label_is_seen(body: str, at: int, by: int) -> None:
    label = body + codabar_check_digit(body)
    assert check_codabar(label).valid
    assert check_codabar(f"A{label}B") == Checked(body, label[-1], label[-1])
    assert not check_codabar(changed(label, at, by)).valid


@given(digits(13))
def test_a_codabar_label_is_right_by_the_textbook(body: str) -> None:
    """Luhn as cards are checked: from the right, every second digit doubled."""
    label = body + codabar_check_digit(body)
    values = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(label))]
    assert sum(value - 9 if value > 9 else value for value in values) % 10 == 0


@given(st.text(CODE39, min_size=1, max_size=20))
def test_a_code39_label_with_its_character_is_valid(body: str) -> None:
    assert check_code39(body + code39_check_character(body)).valid


@given(digits(9), st.integers(0, 8), st.integers(1, 9))
def test_a_wrong_digit_in_an_isbn10_is_seen(body: str, at: int, by: int) -> None:
    isbn = body + isbn10_check_character(body)
    assert check_isbn(isbn).valid
    assert not check_isbn(changed(isbn, at, by)).valid
    assert check_isbn(isbn13_of(check_isbn(isbn))).valid


@given(st.sampled_from(["978", "979"]), digits(9), st.integers(3, 12), st.integers(1, 9))
def test_a_wrong_digit_in_an_isbn13_is_seen(prefix: str, rest: str, at: int, by: int) -> None:
    isbn = prefix + rest + isbn13_check_digit(prefix + rest)
    assert isbn13_of(check_isbn(isbn)) == isbn
    assert not check_isbn(changed(isbn, at, by)).valid


def changed(text: str, at: int, by: int) -> str:
    return text[:at] + str((int(text[at]) + by) % 10) + text[at + 1 :]
