"""The words on what can be pressed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from kiosk.screens.pages.layout import Choice, Deed, Local
from kiosk.screens.words import Words
from kiosk.session.views import Action, DoneView, ItemLine, Stage, VisitView


def numbered(labels: Sequence[tuple[str, Deed]]) -> tuple[Choice, ...]:
    """Choices with their digits, from 1 in the order given."""
    return tuple(Choice(digit, label, deed) for digit, (label, deed) in enumerate(labels[:9], start=1))


def action_label(action: Action, view: VisitView | DoneView, words: Words) -> str:
    """What an action is called on this page."""
    match action:
        case Action.FINISH:
            return words.say("action.done") if isinstance(view, DoneView) else _finish(view.items, words)
        case Action.RETURN_ITEMS:
            items = view.items if isinstance(view, VisitView) else ()
            returnable = sum(item.stage in {Stage.OFFERED, Stage.ON_LOAN} for item in items)
            return words.count("action.return_items", returnable)
        case Action.CANCEL:
            return words.say("action.cancel")
    assert_never(action)


def _finish(items: Sequence[ItemLine], words: Words) -> str:
    stages = {item.stage for item in items}
    if Stage.LENT in stages:
        return words.say("action.finish_lent")
    return words.say("action.finish_returned") if Stage.RETURNED in stages else words.say("action.finish")


def next_page(words: Words, page: int, pages: int) -> tuple[str, Deed]:
    """The choice that turns the page; after the last comes the first."""
    return words.say("action.next_page", page=page + 1, pages=pages), Local.NEXT_PAGE


def key_hints(words: Words, other: Words, choices: Sequence[Choice], *, large: bool) -> tuple[Choice, ...]:
    """The keys that work on every page, without digits that this page's choices have taken."""
    hints = [Choice(0, words.say("key.help"), Local.HELP)]
    hints += [Choice(7, words.say("key.large"), Local.LARGE)] if large else []
    hints += [Choice(8, words.say("key.contrast"), Local.CONTRAST)]
    hints += [Choice(9, other.say("key.this_language"), Local.LANGUAGE)]
    taken = {choice.digit for choice in choices}
    return tuple(hint for hint in hints if hint.digit not in taken)
