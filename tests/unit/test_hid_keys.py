from __future__ import annotations

import pytest

from firmware_msgs.barcodes import Damage, DamagedCode, ScannedCode
from firmware_msgs.code_rules import CodeRules
from firmware_msgs.hid import codes
from firmware_msgs.hid.alt_codes import CodePages, is_code_page
from firmware_msgs.hid.device_state import DeviceState
from firmware_msgs.hid.input_events import InputEvent, Report
from firmware_msgs.hid.keys import Ending, HalfCode, KeyReader, Typed, Typing
from firmware_msgs.hid.layouts import FRENCH, GERMAN, US
from firmware_msgs.hid.typist import Typist, alt_code, taps

ENTER, TAB, KPENTER = codes.KEY_ENTER, codes.KEY_TAB, codes.KEY_KPENTER
NOTHING_HELD = DeviceState()


def read(*parts: list[Report], typing: Typing | None = None, state: DeviceState = NOTHING_HELD) -> list[Typed]:
    reader = KeyReader(typing or Typing(), state)
    return [typed for part in parts for report in part for typed in reader.feed(report)]


def keys(*changes: tuple[int, int], at_s: float = 0.0) -> list[Report]:
    return [Report(at_s, (InputEvent(codes.EV_KEY, code, value),)) for code, value in changes]


def holding(key: int, *reports: list[Report]) -> list[Report]:
    return keys((key, 1)) + [report for part in reports for report in part] + keys((key, 0))


@pytest.mark.parametrize("end", [ENTER, TAB, KPENTER])
def test_each_terminator_ends_a_code(end: int) -> None:
    typed = read(Typist().text("TSG00123456789", end), Typist().text("9787020002207", end, start_s=1))
    assert typed == [ScannedCode("TSG00123456789"), ScannedCode("9787020002207")]


def test_terminators_alone_are_nothing() -> None:
    assert read(taps(ENTER, TAB, KPENTER, ENTER)) == []


@pytest.mark.parametrize("shift", [codes.KEY_LEFTSHIFT, codes.KEY_RIGHTSHIFT])
@pytest.mark.parametrize("caps", [False, True])
def test_either_shift_and_caps_lock(shift: int, *, caps: bool) -> None:
    typist = Typist(shift=shift, caps=caps)
    assert read(typist.text("aB-1!_Z"), state=DeviceState(caps_lock=caps)) == [ScannedCode("aB-1!_Z")]


def test_both_shifts_are_one_shift() -> None:
    both = holding(codes.KEY_LEFTSHIFT, keys((codes.KEY_RIGHTSHIFT, 1)), taps(30))
    assert read(both, taps(30), keys((codes.KEY_RIGHTSHIFT, 0)), taps(30, ENTER)) == [ScannedCode("AAa")]


def test_caps_lock_is_switched_by_its_key() -> None:
    assert read(taps(codes.KEY_CAPSLOCK, 30, 2, codes.KEY_CAPSLOCK, 30, 2, ENTER)) == [ScannedCode("A1a1")]


def test_a_shift_that_was_down_at_opening_counts_until_it_goes_up() -> None:
    state = DeviceState(held=frozenset({codes.KEY_LEFTSHIFT}))
    assert read(taps(30), keys((codes.KEY_LEFTSHIFT, 0)), taps(30, ENTER), state=state) == [ScannedCode("Aa")]


def test_the_keypad_types_digits() -> None:
    assert read(taps(82, 79, 80, 83, KPENTER)) == [ScannedCode("012.")]


def test_repeats_type_nothing() -> None:
    assert read(keys((30, 1), (30, 2), (30, 2), (30, 0)), taps(ENTER)) == [ScannedCode("a")]


def test_keys_without_text_are_nothing() -> None:
    f1, left, media = 59, 105, 164
    assert read(taps(f1, 30, left, media, 48, ENTER)) == [ScannedCode("ab")]


def test_half_a_code_is_dropped_after_a_quiet_gap() -> None:
    typed = read(Typist().text("TSG0012", None), Typist().text("TSG00999", start_s=5))
    assert typed == [HalfCode(), ScannedCode("TSG00999")]


def test_the_deadline_is_a_gap_after_the_last_key() -> None:
    reader = KeyReader(Typing(quiet_gap_s=0.5), NOTHING_HELD)
    assert (reader.deadline_s, reader.expire(99)) == (None, [])
    reader.feed(keys((30, 1), at_s=7.0)[0])
    assert (reader.deadline_s, reader.expire(7.4)) == (7.5, [])
    assert reader.expire(7.5) == [HalfCode()]
    assert (reader.deadline_s, reader.expire(99)) == (None, [])


def test_a_quiet_gap_ends_a_code_of_a_scanner_without_enter() -> None:
    typing = Typing(ending=Ending.GAP)
    assert read(Typist().text("A1", None), Typist().text("B2", None, start_s=5), typing=typing) == [ScannedCode("A1")]
    reader = KeyReader(typing, NOTHING_HELD)
    for report in Typist().text("A1", None):
        reader.feed(report)
    assert reader.expire(9) == [ScannedCode("A1")]


def test_what_was_under_way_at_the_end_is_half_a_code() -> None:
    reader = KeyReader(Typing(), NOTHING_HELD)
    reader.feed(taps(30)[0])
    assert reader.end() == [HalfCode()]
    assert reader.end() == []


def test_a_code_that_is_too_long_is_told_once_and_the_next_is_whole() -> None:
    typed = read(Typist().text("9" * 300), Typist().text("1", start_s=9), typing=Typing(length_max=64))
    assert typed == [DamagedCode(Damage.TOO_LONG), ScannedCode("1")]


def test_a_code_of_the_greatest_length_is_whole() -> None:
    assert read(Typist().text("9" * 64), typing=Typing(length_max=64)) == [ScannedCode("9" * 64)]


@pytest.mark.parametrize(
    ("digits", "character"),
    [("0228", "ä"), ("132", "ä"), ("0128", "€"), ("65", "A"), ("065", "A"), ("0246", "ö"), ("225", "ß")],
)
def test_alt_and_keypad_digits(digits: str, character: str) -> None:
    assert read(taps(30), alt_code(digits), taps(30, ENTER)) == [ScannedCode(f"a{character}a")]


@pytest.mark.parametrize(
    ("digits", "pages", "character"),
    [
        ("0228", CodePages(ansi="iso8859-1"), "ä"),
        ("213", CodePages(oem="cp850"), "ı"),
        ("054992", CodePages(ansi="gbk"), "中"),
        ("54992", CodePages(oem="gbk"), "中"),
        ("020013", CodePages(ansi="unicode"), "中"),
        ("20070", CodePages(oem="unicode"), "书"),
    ],
)
def test_alt_codes_of_other_code_pages(digits: str, pages: CodePages, character: str) -> None:
    assert read(alt_code(digits), taps(ENTER), typing=Typing(pages=pages)) == [ScannedCode(character)]


@pytest.mark.parametrize("digits", ["0129", "99999", "00000000000065", "0256"])
def test_an_alt_code_without_a_character_is_no_text(digits: str) -> None:
    assert read(taps(30), alt_code(digits), taps(ENTER)) == [DamagedCode(Damage.NOT_TEXT)]


def test_an_alt_code_may_end_a_code() -> None:
    assert read(taps(30), alt_code("013")) == [ScannedCode("a")]


def test_half_an_alt_code_is_forgotten() -> None:
    half = keys((codes.KEY_LEFTALT, 1), (72, 1), (72, 0))
    assert read(half, keys((codes.KEY_LEFTALT, 0), at_s=5)) == [HalfCode()]


def test_an_alt_code_that_is_not_let_go_spoils_its_code() -> None:
    half = keys((codes.KEY_LEFTALT, 1), (72, 1), (72, 0))
    assert read(taps(30), half, taps(ENTER)) == [DamagedCode(Damage.NOT_TEXT)]


@pytest.mark.parametrize("code", [12, 13, 41])  # ß and two dead keys
def test_control_keys_without_a_character_are_no_text(code: int) -> None:
    typed = read(holding(codes.KEY_LEFTCTRL, taps(code)), taps(ENTER), typing=Typing(layout=GERMAN))
    assert typed == [DamagedCode(Damage.NOT_TEXT)]


def test_control_keys_end_codes_or_are_unprintable() -> None:
    ctrl = codes.KEY_LEFTCTRL
    assert read(taps(30), holding(ctrl, taps(50))) == [ScannedCode("a")]  # Ctrl+M is CR
    gs = holding(ctrl, taps(27))  # Ctrl+], group separator
    assert read(taps(30), gs, taps(30, ENTER)) == [DamagedCode(Damage.UNPRINTABLE)]


@pytest.mark.parametrize("modifier", [codes.KEY_LEFTALT, codes.KEY_RIGHTALT, codes.KEY_LEFTMETA, codes.KEY_RIGHTMETA])
def test_shortcuts_are_no_text(modifier: int) -> None:
    assert read(holding(modifier, taps(19)), taps(ENTER)) == [DamagedCode(Damage.NOT_TEXT)]


def test_the_german_layout() -> None:
    text = "ÄÖÜäöüß zy ZY \\@{[]}|~€µ <>; ^ ´ ` °"
    assert read(Typist(GERMAN).text(text), typing=Typing(layout=GERMAN)) == [ScannedCode(text)]
    assert read(Typist(GERMAN).text("yZ-"), typing=Typing(layout=US)) == [ScannedCode("zY/")]


def test_the_french_layout() -> None:
    text = "aqwz AQWZ 0123456789 &é\"'(-è_çà) @#{[|\\^]} m, ?./§ ¨ £€"
    assert read(Typist(FRENCH).text(text), typing=Typing(layout=FRENCH)) == [ScannedCode(text)]


def test_dead_keys_join_their_letter_or_stand_alone() -> None:
    circumflex, acute, e, x, space = 41, 13, 18, 45, 57
    german = Typing(layout=GERMAN)
    assert read(taps(circumflex, e, acute, e, ENTER), typing=german) == [ScannedCode("êé")]
    assert read(taps(circumflex, x, circumflex, space, acute, ENTER), typing=german) == [ScannedCode("^x^´")]


def test_ctrl_and_alt_are_altgr_where_there_is_one() -> None:
    both = holding(codes.KEY_LEFTCTRL, holding(codes.KEY_LEFTALT, taps(16)))
    assert read(both, taps(ENTER), typing=Typing(layout=GERMAN)) == [ScannedCode("@")]


def test_a_key_without_a_third_level_is_no_text_with_altgr() -> None:
    typed = read(holding(codes.KEY_RIGHTALT, taps(30)), taps(ENTER), typing=Typing(layout=GERMAN))
    assert typed == [DamagedCode(Damage.NOT_TEXT)]


def test_the_sites_rules_read_the_line() -> None:
    typing = Typing(read=CodeRules(prefix="~").read_line)
    assert read(Typist().text("~A1"), Typist().text("A1", start_s=2), typing=typing) == [
        ScannedCode("A1"),
        DamagedCode(Damage.INCOMPLETE),
    ]


@pytest.mark.parametrize(
    ("name", "known"),
    [("cp1252", True), ("gbk", True), ("unicode", True), ("rot13", False), ("cp9999", False), ("utf-16", False)],
)
def test_code_pages_that_can_be_configured(name: str, *, known: bool) -> None:
    assert is_code_page(name) == known
