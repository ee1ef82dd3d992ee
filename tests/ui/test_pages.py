"""Pages as values: what fits where, whatever the view says."""

from __future__ import annotations

import unicodedata
from itertools import product

import msgspec
import pytest

from firmware_msgs.uplink.values import Refusal
from kiosk.screens.grid import GRID_60, GRID_100, GRIDS, Grid
from kiosk.screens.pages.items import title_of
from kiosk.screens.pages.layout import Layout, body_height
from kiosk.screens.state import State, Wishes, at_site, layout_of, setting_of
from kiosk.screens.words import Language
from kiosk.session.views import DoneView, IdleView, ItemLine, Notice, PatronLine, Stage, Trouble, View, VisitView
from tests.ui.conftest import NOON
from tests.ui.given import DUE, LENT, REFUSED, SITE, VIEWS, WORKING, borrowing, done, line, offered

HOSTILE = (
    "\x1b[2J\x1b]0;pwned\x07\r\n\t\x00\x9b31m[bold red]《[/]》[@click=app.quit]x[/]"
    "\u202e\u200b\ufe0f\U0001f469\u200d\U0001f4bb" + "长" * 200
)
ALL_STAGES = borrowing(*(line(at, stage, refusal=Refusal.ON_HOLD) for at, stage in enumerate(Stage)))
HOSTILE_ITEMS = tuple(
    ItemLine(key=str(at), item_id=HOSTILE, stage=stage, title=title, author=HOSTILE, destination=HOSTILE, due=DUE)
    for at, (stage, title) in enumerate(product(Stage, (HOSTILE, "")))
)
HOSTILE_VISIT = VisitView(
    patron=PatronLine(label=HOSTILE, tail=HOSTILE, remaining=10**6),
    items=HOSTILE_ITEMS,
    seen=10**6,
    online=False,
    actions=(),
)
EXTREMES: dict[str, View] = {
    **VIEWS,
    **{f"notice-{notice}": IdleView(online=False, notice=notice) for notice in Notice},
    **{f"refusal-{refusal}": borrowing(line(0, Stage.REFUSED, refusal=refusal)) for refusal in Refusal},
    "all-stages": ALL_STAGES,
    "hostile": HOSTILE_VISIT,
    "hostile-few": msgspec.structs.replace(HOSTILE_VISIT, items=HOSTILE_ITEMS[:3]),
    "hostile-done": done(*HOSTILE_ITEMS, returned=HOSTILE_ITEMS, left=7),
    "hundred": offered(100),
}


def page(view: View, grid: Grid = GRID_100, language: Language = Language.CHINESE, **wishes: bool) -> Layout:
    state = at_site(State(view=view, grid=grid, wishes=Wishes(language, **wishes)), SITE)
    return layout_of(state, NOON)


def text(layout: Layout) -> str:
    return "\n".join("".join(run.text for run in row.runs).rstrip() for row in (layout.head, *layout.body))


@pytest.mark.parametrize("grid", GRIDS, ids=lambda grid: grid.name)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("name", EXTREMES)
def test_every_page_stays_inside_its_grid_and_is_inert(grid: Grid, language: Language, large: bool, name: str) -> None:  # noqa: FBT001
    layout = page(EXTREMES[name], grid, language, large=large)
    assert len(layout.body) == body_height(grid, layout.choices)
    for row in (layout.head, *layout.body):
        assert row.width <= grid.width, row
        for character in "".join(run.text for run in row.runs):
            assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("refusal", Refusal)
def test_a_refusal_says_why_and_what_to_do_whole(language: Language, refusal: Refusal) -> None:
    view = borrowing(LENT, line(0, Stage.REFUSED, refusal=refusal))
    for grid in GRIDS:
        assert "…" not in text(page(view, grid, language))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("trouble", Trouble)
def test_out_of_service_says_what_to_do_whole(language: Language, trouble: Trouble) -> None:
    view = msgspec.structs.replace(VIEWS["out-of-service"], trouble=trouble)
    for grid in GRIDS:
        shown = text(page(view, grid, language))
        assert "▲" in shown
        assert "…" not in shown


def test_what_needs_the_patron_comes_first() -> None:
    shown = text(page(borrowing(LENT, WORKING, REFUSED)))
    assert shown.index("云南少数民族民间故事选") < shown.index("三体")


def test_ten_books_have_a_row_each_on_the_smallest_grid() -> None:
    view = VIEWS["ten-books"]
    layout = page(view, GRID_60)
    assert isinstance(view, VisitView)
    assert all(title_of(item, setting_of(State(grid=GRID_60), NOON), 40) in text(layout) for item in view.items)
    assert [choice.label for choice in layout.choices] == ["借好了，结束", "取消"]
    assert "10 本，1 本要您处理" in text(layout)


def test_missing_parts_are_named() -> None:
    item = msgspec.structs.replace(line(0, Stage.REFUSED, refusal=Refusal.INCOMPLETE_SET), missing_parts=(2, 3))
    assert "这套书还缺第 2、3 件。" in text(page(borrowing(item)))
    assert "Part 2, 3 of this set is missing." in text(page(borrowing(item), language=Language.ENGLISH))


def test_a_book_without_title_is_named_by_its_barcode() -> None:
    assert "条码 YJ000004" in text(page(borrowing(line(4, Stage.FOUND, ""))))
    unreadable = ItemLine(key="1", item_id="", stage=Stage.REFUSED, refusal=Refusal.UNREADABLE_TAG)
    assert "认不出的一本" in text(page(borrowing(unreadable)))


def test_markup_in_a_title_is_only_text() -> None:
    assert "《[bold]x[/bold]》" in text(page(borrowing(line(0, Stage.FOUND, "[bold]x[/bold]"))))


def test_done_names_every_title_where_ten_were_lent() -> None:
    items = [line(at, Stage.LENT) for at in range(10)]
    shown = text(page(done(*items)))
    assert all(item.title in shown for item in items)
    assert "…还有 8 本" in text(page(done(*items), GRID_60))


def test_done_says_the_day_the_left_books_and_what_to_take() -> None:
    shown = text(page(VIEWS["done"]))
    assert "12月22日（周二）前还，任何一个分馆都能还。" in shown
    assert "▲  请拿好书和读者证。台面上还有 1 本没借的书，请放到右边架上。" in shown


def test_different_due_days_give_the_first() -> None:
    later = msgspec.structs.replace(line(2, Stage.LENT), due=DUE.replace(day=29))
    assert "最早的一本 12月22日（周二）前还" in text(page(done(LENT, later)))


def test_offline_is_said_once() -> None:
    assert text(page(VIEWS["idle-offline"])).count("网络断了") == 1
    assert text(page(VIEWS["returning"])).count("网络断了") == 1
    assert "网络断了" not in text(page(VIEWS["idle"]))


def test_done_without_any_loan_says_so() -> None:
    layout = page(DoneView(lent=(), returned=(), left=2, actions=(), countdown=done().countdown))
    assert "这次没有借，也没有还。" in text(layout)
    assert "台面上还有 2 本" in text(layout)
