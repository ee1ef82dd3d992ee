"""Every view to its page."""

from __future__ import annotations

from typing import assert_never

from kiosk.screens.pages.board import identifying, idle, out_of_service, starting
from kiosk.screens.pages.done import done
from kiosk.screens.pages.layout import Layout, Setting
from kiosk.screens.pages.visit import visit
from kiosk.screens.rows import Row, Run, Tone, row
from kiosk.session.views import (
    Countdown,
    DoneView,
    IdentifyingView,
    IdleView,
    OutOfServiceView,
    StartingView,
    View,
    VisitView,
)

COUNTDOWN_FROM_S = 20
"""A countdown is shown for its last seconds only: before that it would hurry people for nothing."""


def page_of(view: View, setting: Setting, beat: int) -> Layout:
    """The page of `view`; `beat` counts the frames of what moves."""
    match view:
        case StartingView():
            return starting(view, setting, beat)
        case IdleView():
            return idle(view, setting)
        case IdentifyingView():
            return identifying(setting, beat)
        case VisitView():
            return visit(view, setting)
        case DoneView():
            return done(view, setting)
        case OutOfServiceView():
            return out_of_service(view, setting)
    assert_never(view)


def moves(view: View) -> bool:
    """Whether the page of `view` has something that moves by itself."""
    return isinstance(view, StartingView | IdentifyingView)


def countdown_of(view: View) -> Countdown | None:
    """The countdown that `view` carries."""
    return view.countdown if isinstance(view, VisitView | DoneView) else None


def countdown_row(view: View, setting: Setting, remaining_s: int) -> Row:
    """The last seconds as bar and words."""
    cells = 2 * COUNTDOWN_FROM_S if setting.grid.wide else COUNTDOWN_FROM_S // 2
    bar = cells * remaining_s // COUNTDOWN_FROM_S
    key = "countdown.done" if isinstance(view, DoneView) else "countdown.visit"
    text = setting.words.count(key, remaining_s)
    return row(Run("━" * bar, Tone.MACHINE), Run("─" * (cells - bar), Tone.RULE), Run(f"  {text}", Tone.QUIET))
