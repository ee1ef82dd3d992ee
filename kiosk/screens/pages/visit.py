"""The page of a visit: books on the pad and what happens to each."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.screens.cells import clean
from kiosk.screens.pages.actions import action_label, next_page, numbered
from kiosk.screens.pages.board import offline
from kiosk.screens.pages.cards import notice_card
from kiosk.screens.pages.items import item_card, item_rows, needs_person
from kiosk.screens.pages.layout import Choice, Layout, Setting, body_height, title_head
from kiosk.screens.rows import BLANK, Row, Run, Tone, spread, stacked
from kiosk.session.views import Action, PatronLine, Stage, VisitView


def visit(view: VisitView, setting: Setting) -> Layout:
    """Borrowing where there is a patron, returning where there is none."""
    above = _above(view, setting)
    pages = _pages(view, setting, setting.grid.body_rows - len(above))
    page = setting.page % len(pages)
    choices = _choices(view, setting, page, len(pages))
    shown = [line for unit in pages[page] for line in unit]
    return Layout(_head(view, setting), stacked([*above, *shown], [], body_height(setting.grid, choices)), choices)


def _head(view: VisitView, setting: Setting) -> Row:
    words = setting.words
    refused = sum(needs_person(item) for item in view.items)
    right = words.count("visit.needing", refused, seen=view.seen) if refused and setting.grid.compact else ""
    if view.patron is None:
        return title_head(setting, words.say("task.return"), right=right)
    remaining = view.patron.remaining
    allowance = words.count("visit.remaining", remaining) if remaining else words.say("visit.full")
    return title_head(setting, words.say("task.borrow"), _who(view.patron, setting), right or allowance)


def _who(patron: PatronLine, setting: Setting) -> str:
    tail = setting.words.say("visit.tail", tail=clean(patron.tail)) if patron.tail else ""
    return f"{clean(patron.label)}  {tail}".strip()


def _above(view: VisitView, setting: Setting) -> list[Row]:
    """What stands over the books: a notice, the instruction, the count; the display face where it has room."""
    notice = notice_card(setting, view.notice) if view.notice is not None else []
    instruction = [
        _instruction(view, setting),
        *([] if view.online else offline(setting, setting.words.say("visit.offline"))),
    ]
    if not view.items:
        return [*setting.margin, *setting.display("display.place"), BLANK, *instruction, *setting.air, *notice]
    if setting.grid.compact:
        few = len(view.items) <= setting.grid.body_rows // 2
        return [*notice, *instruction, BLANK] if few else notice
    figures = _figures(view, setting) if setting.large and setting.grid.tall else []
    return [*(notice or [BLANK]), *figures, *instruction, BLANK]


def _figures(view: VisitView, setting: Setting) -> list[Row]:
    """How many books are done, in the display face."""
    done = sum(item.stage in {Stage.LENT, Stage.RETURNED} for item in view.items)
    return [*setting.display("display.lent" if view.patron else "display.returned", n=done), BLANK]


def _instruction(view: VisitView, setting: Setting) -> Row:
    words = setting.words
    offered = any(item.stage is Stage.OFFERED for item in view.items)
    if view.patron is not None:
        text = words.say("visit.borrow")
    elif offered and Action.RETURN_ITEMS in view.actions:
        text = words.say("visit.offered", digit=view.actions.index(Action.RETURN_ITEMS) + 1)
    else:
        text = words.say("visit.return")
    counted = _figured(words.count("visit.seen", view.seen), view.seen) if setting.grid.wide else []
    return spread([Run(text)], counted, setting.grid.width)


def _figured(text: str, n: int) -> list[Run]:
    """`text` with its figure in the machine's tone."""
    before, figure, after = text.partition(str(n))
    return [Run(before, Tone.QUIET), Run(figure, Tone.MACHINE), Run(after, Tone.QUIET)]


def _pages(view: VisitView, setting: Setting, height: int) -> list[list[list[Row]]]:
    """The books in pages of `height` rows: with room around them where all fit so, else a row each."""
    ordered = sorted(view.items, key=lambda item: not needs_person(item))
    borrowing = view.patron is not None
    roomy = [item_card(item, setting, borrowing=borrowing) for item in ordered]
    if not setting.grid.compact and not (setting.large and setting.grid.tall) and sum(map(len, roomy)) <= height:
        return [roomy]
    units = [item_rows(item, setting, borrowing=borrowing) for item in ordered]
    whole = _filled(units, height)
    return whole if len(whole) == 1 else _filled(units, height - 1)  # many rows need air above the tiles


def _filled(units: Sequence[list[Row]], height: int) -> list[list[list[Row]]]:
    pages: list[list[list[Row]]] = [[]]
    for unit in units:
        if pages[-1] and sum(map(len, pages[-1])) + len(unit) > height:
            pages.append([])
        pages[-1].append(unit)
    return pages


def _choices(view: VisitView, setting: Setting, page: int, pages: int) -> tuple[Choice, ...]:
    labels = [(action_label(action, view, setting.words), action) for action in view.actions]
    return numbered([*labels, *([next_page(setting.words, page, pages)] if pages > 1 else [])])
