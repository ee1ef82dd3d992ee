"""What the catalogues say, in every language, held against the rules for words."""

from __future__ import annotations

import ast
import re
import unicodedata
from datetime import date

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from rich.cells import cell_len

from firmware_msgs.uplink.values import Refusal
from kiosk.screens.display import display_rows, display_width
from kiosk.screens.grid import GRID_60, GRID_86
from kiosk.screens.pages.cards import EDGE_CELLS, ICON_CELLS
from kiosk.screens.pages.items import MARKS
from kiosk.screens.words import CATALOGUES, Language, Words
from kiosk.session.views import Notice, Stage, Trouble

SCREENS = CATALOGUES.parent
FORBIDDEN = ("操作失败", "系统错误", "非法", "无效", "超时", "error", "invalid", "illegal", "failed", "timeout")
SYMBOLS = set("✓✗▲○◐◓◑◒▸━─▌●■◇·…《》，。、：；？！（）")
DYNAMIC = {
    *(f"stage.{stage}" for stage in Stage),
    *(f"refusal.{refusal}{form}" for refusal in Refusal for form in ("", ".short")),
    *(f"refusal.{Refusal.INCOMPLETE_SET}.parts{form}" for form in ("", ".short")),
    *(f"notice.{notice}{part}" for notice in Notice for part in ("", ".remedy")),
    *(f"trouble.{trouble}" for trouble in Trouble),
    *(f"failed.{task}{form}" for task in ("borrow", "return") for form in ("", ".short")),
    *(f"taken_early{form}" for form in ("", ".short")),
}


def messages(language: Language) -> dict[str, Message]:
    with (CATALOGUES / language / "LC_MESSAGES" / "kiosk.po").open("rb") as source:
        return {key(message): message for message in read_po(source) if message.id}


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


ALL = [
    pytest.param(language, name, text, id=f"{language}-{name}-{form}")
    for language in Language
    for name, message in messages(language).items()
    for form, text in enumerate(texts(message))
]


def strings_in_code() -> set[str]:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SCREENS.rglob("*.py")]
    values = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {value for value in values if isinstance(value, str)}


@pytest.mark.parametrize("language", Language)
def test_no_message_is_missing(language: Language) -> None:
    there = set(messages(language))
    families = {name.split(".")[0] for name in there}
    named = {string for string in strings_in_code() if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", string)}
    assert {name for name in named if name.split(".")[0] in families} - there == set()
    assert DYNAMIC - there == set()
    phrases = {name.removesuffix(".narrow") for name in there if name.startswith("display.")}
    assert {f"{phrase}.narrow" for phrase in phrases} | phrases <= there


@pytest.mark.parametrize("language", Language)
def test_no_message_is_stale(language: Language) -> None:
    strings = strings_in_code()
    used = strings | {f"{string}.narrow" for string in strings} | {f"{string}.short" for string in strings} | DYNAMIC
    assert set(messages(language)) - used == set()


@pytest.mark.parametrize("language", Language)
def test_every_message_is_translated_in_every_plural_form(language: Language) -> None:
    forms = 1 if language is Language.CHINESE else 2
    for name, message in messages(language).items():
        assert all(texts(message)), name
        assert not message.fuzzy, name
        if message.pluralizable:
            assert len(texts(message)) == forms, name


def test_both_languages_fill_in_the_same_values() -> None:
    chinese, english = messages(Language.CHINESE), messages(Language.ENGLISH)
    for name in chinese:
        fields = [set(re.findall(r"\{(\w+)\}", "".join(texts(found[name])))) for found in (chinese, english)]
        assert fields[0] == fields[1], name


def test_plurals() -> None:
    english, chinese = Words(Language.ENGLISH), Words(Language.CHINESE)
    assert english.count("visit.seen", 1) == "1 book on the pad"
    assert english.count("visit.seen", 2) == "2 books on the pad"
    assert english.count("visit.seen", 0) == "0 books on the pad"
    assert chinese.count("visit.seen", 1) == "机器看到 1 本"


def test_dates() -> None:
    day = date(2026, 12, 22)
    assert Words(Language.CHINESE).day("date.long", day) == "12月22日（周二）"
    assert Words(Language.ENGLISH).day("date.long", day) == "Tuesday 22 December"


@pytest.mark.parametrize(("language", "name", "text"), ALL)
def test_words_are_kind_short_and_of_the_closed_set(language: Language, name: str, text: str) -> None:
    assert not [word for word in FORBIDDEN if word in text.lower()]
    for character in text:
        ambiguous = unicodedata.east_asian_width(character) == "A"
        plain = character.isalnum() or character in " ',.:;\"{}/-_*" or character in SYMBOLS
        assert plain, f"{character!r} is not of the closed set"
        assert not ambiguous or character in SYMBOLS, f"{character!r} is one cell wide here and two there"
    for sentence in re.split("[。.]", text):
        assert sentence.count("请") <= 1
    if name.startswith(("date.", "display.")):
        return
    han, words = han_of(text), text.split()
    if name.startswith("action."):
        assert han <= 6
        assert language is Language.CHINESE or len(words) <= 3
    elif name.startswith(("task.", "key.", "stage.")) or name in {f"notice.{notice}" for notice in Notice}:
        assert han <= 12
        assert language is Language.CHINESE or len(words) <= 7
    else:
        assert han <= 24
        assert language is Language.CHINESE or len(words) <= 12


def han_of(text: str) -> int:
    return sum("一" <= character <= "鿿" for character in text)


@pytest.mark.parametrize(("language", "name", "text"), ALL)
def test_words_of_one_language_are_not_mixed(language: Language, name: str, text: str) -> None:
    bare = re.sub(r"\{\w+\}", "", text)
    if name.startswith("date.") or name == "key.this_language":
        return
    if language is Language.CHINESE:
        assert not re.search("[A-Za-z]", bare)
    else:
        assert han_of(bare) == 0


@pytest.mark.parametrize("language", Language)
def test_short_forms_fit_the_narrow_grid(language: Language) -> None:
    for name, message in messages(language).items():
        if name.endswith(".short") and name.startswith(("refusal.", "failed.", "taken_early")):
            text = texts(message)[0].replace("{parts}", "2, 3")
            assert cell_len(text) <= GRID_60.width - ICON_CELLS, name
        elif name.startswith(("refusal.", "failed.", "taken_early")):
            assert cell_len(texts(message)[0]) <= GRID_86.width - EDGE_CELLS - ICON_CELLS, name
        elif name in {f"notice.{notice}" for notice in Notice}:
            assert cell_len(texts(message)[0]) <= GRID_60.width - EDGE_CELLS - ICON_CELLS, name


@pytest.mark.parametrize("language", Language)
def test_every_display_phrase_can_be_drawn_and_fits(language: Language) -> None:
    for name, message in messages(language).items():
        if not name.startswith("display."):
            continue
        for count in (1, 10):
            phrase = texts(message)[0].format(n=count)
            assert any("█" in line for line in display_rows(phrase))
            if name.endswith(".narrow"):
                assert display_width(phrase) <= GRID_60.width, phrase


def test_every_stage_has_a_mark() -> None:
    assert set(MARKS) == set(Stage)


def test_the_catalogues_are_where_the_package_looks() -> None:
    assert {path.parent.parent.name for path in CATALOGUES.glob("*/LC_MESSAGES/kiosk.po")} == set(Language)
