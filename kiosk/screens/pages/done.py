"""The last page of a visit: what came of it, what to take along."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat

from kiosk.screens.pages.actions import action_label, numbered
from kiosk.screens.pages.cards import paragraph, your_turn
from kiosk.screens.pages.items import title_of
from kiosk.screens.pages.layout import Layout, Setting, body_height, site_head
from kiosk.screens.rows import BLANK, Row, Run, Tone, row, stacked
from kiosk.session.views import DoneView, ItemLine, Stage


def done(view: DoneView, setting: Setting) -> Layout:
    """The count in the display face, then dates, titles and what a person must do now."""
    choices = numbered([(action_label(action, view, setting.words), action) for action in view.actions])
    height = body_height(setting.grid, choices)
    phrase, facts, turn = [*setting.margin, *_phrase(view, setting)], _facts(view, setting), _turn(view, setting)
    room = height - len(phrase) - len(facts) - len(turn)
    titles = _titles([*view.lent, *view.returned], setting, room)
    body = _aired([phrase, facts, titles, turn], room - len(titles))
    return Layout(site_head(setting), stacked(body, [], height), choices)


def _aired(parts: Sequence[list[Row]], spare: int) -> list[Row]:
    """`parts` below each other, with blank rows between them while `spare` lasts, the first gap first."""
    gaps = chain([[BLANK]] * min(spare, len(parts) - 1), repeat([]))
    return [line for part, gap in zip(parts, gaps, strict=False) for line in (*part, *gap)]


def _phrase(view: DoneView, setting: Setting) -> list[Row]:
    if view.lent:
        return setting.display("display.lent", n=len(view.lent))
    return (
        setting.display("display.returned", n=len(view.returned)) if view.returned else setting.display("display.none")
    )


def _facts(view: DoneView, setting: Setting) -> list[Row]:
    words, facts = setting.words, []
    dues = {item.due for item in view.lent if item.due is not None}
    if dues:
        day = words.day("date.long", min(dues)) if setting.grid.wide else words.day("date.weekday", min(dues))
        facts.append(words.say("done.due", day=day) if len(dues) == 1 else words.say("done.first_due", day=day))
    if view.lent and view.returned:
        facts.append(words.count("done.returned_too", len(view.returned)))
    flagged = sum(item.stage is Stage.FLAGGED for item in (*view.lent, *view.returned))
    if flagged:
        facts.append(words.count("done.flagged", flagged))
    if not facts:
        facts.append(words.say("done.returned") if view.returned else words.say("done.nothing"))
    return [line for fact in facts for line in paragraph(setting, fact, Tone.STRONG)]


def _turn(view: DoneView, setting: Setting) -> list[Row]:
    words = setting.words
    text = words.say("done.shelve") if view.returned and not view.lent else words.say("done.take")
    if view.left:
        text = words.say("done.take_and_left", take=text, left=words.count("done.left", view.left))
    return your_turn(setting, text)


def _titles(items: Sequence[ItemLine], setting: Setting, room: int) -> list[Row]:
    """Titles in `room` rows: one a row, in two columns where that is needed and fits, else with a count of the rest."""
    columns = 2 if len(items) > room and setting.grid.wide else 1
    width = (setting.grid.width - 2) // columns
    shown = items if len(items) <= room * columns else items[: max(room - 1, 0) * columns]
    names = [_name(item, setting, width - 2) for item in shown]
    rows = [_beside(names[at : at + columns], width) for at in range(0, len(names), columns)]
    rest = len(items) - len(shown)
    return [*rows, row(Run(setting.words.count("done.more", rest), Tone.QUIET))] if rest and room else rows


def _name(item: ItemLine, setting: Setting, width: int) -> Run:
    return Run(title_of(item, setting, width))


def _beside(names: Sequence[Run], width: int) -> Row:
    return row(*(part for name in names for part in (name, Run(" " * (width - name.width)))))
