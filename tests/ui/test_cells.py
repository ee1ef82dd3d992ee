from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.geometry import Region

from kiosk.screens.cells import clean, fit, wrap
from kiosk.screens.grid import GRID_60, GRID_86, GRID_100, GRID_PORTRAIT, grid_for
from kiosk.screens.touch import nearest

WIDTHS = st.integers(2, 100)


@given(st.text())
def test_clean_text_is_one_inert_line(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "  " not in cleaned
    assert {unicodedata.category(character) for character in cleaned} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    } == set()


def test_ordinary_titles_are_left_alone() -> None:
    for title in ("红楼梦：脂砚斋重评石头记", "C++ Primer（第5版）", "Ça ira — 100 % “naïve”", "ᠮᠣᠩᠭᠣᠯ"):
        assert clean(title) == title


@given(st.text().map(clean), WIDTHS)
def test_fitted_text_fits(text: str, width: int) -> None:
    fitted = fit(text, width)
    assert cell_len(fitted) <= width
    assert fitted == text or fitted.endswith("…")


@given(st.text(alphabet="书证a b，。…", max_size=80).map(clean), WIDTHS)
def test_wrapped_text_loses_nothing_and_fits(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= width for line in lines)


def test_lines_do_not_begin_with_a_closing_mark() -> None:
    assert wrap("请放到右边架上。", 14) == ["请放到右边架", "上。"]
    assert wrap("Please take it home", 11) == ["Please take", "it home"]


@pytest.mark.parametrize(
    ("columns", "rows", "grid"),
    [
        (100, 30, GRID_100),
        (240, 67, GRID_100),
        (99, 30, GRID_86),
        (86, 25, GRID_86),
        (100, 24, GRID_60),
        (60, 53, GRID_PORTRAIT),
        (60, 20, GRID_60),
        (10, 3, GRID_60),
    ],
)
def test_the_largest_grid_that_fits(columns: int, rows: int, grid: object) -> None:
    assert grid_for(columns, rows) is grid


TILES = (Region(3, 23, 30, 4), Region(35, 23, 30, 4))


@pytest.mark.parametrize(
    ("x", "y", "at"),
    [
        (3, 23, 0),
        (32, 26, 0),
        (33, 24, 0),
        (34, 24, 1),
        (35, 24, 1),
        (1, 22, 0),
        (66, 27, 1),
        (67, 24, None),
        (10, 21, None),
    ],
)
def test_the_nearest_target_within_the_gap(x: int, y: int, at: int | None) -> None:
    assert nearest(x, y, TILES) == at
