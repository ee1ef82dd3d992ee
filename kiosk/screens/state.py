"""What the screen knows at a moment, and how it changes: values only, the clock is an argument."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, assert_never

from kiosk.screens.cells import clean
from kiosk.screens.grid import GRID_100, Grid
from kiosk.screens.pages.actions import key_hints
from kiosk.screens.pages.board import help_page
from kiosk.screens.pages.layout import Choice, Deed, Layout, Local, Setting
from kiosk.screens.pages.paint import countdown_of, page_of
from kiosk.screens.themes import Palette, palette_at
from kiosk.screens.words import Language, Words
from kiosk.session.views import Action, DoneView, IdleView, SiteInfo, StartingView, View, VisitView

SETTLE_S = 0.4
"""A press meant for the page before must not act on the new one; nobody reads and presses faster than this."""

Outcome: TypeAlias = tuple["State", Action | None]

STARTING = StartingView()
NOWHERE = SiteInfo(terminal="", site_name="", hours="", help_line="")


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the present patron wants the screen."""

    language: Language = Language.CHINESE
    contrast: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """`settled_at`, `ends_at`: monotonic seconds from which presses count and at which the countdown ends.
    `focus` is a choice's place, none until an arrow key is used; `touched` what lies under a finger; `pressed` the
    action that the session was sent.
    """

    site: SiteInfo = NOWHERE
    view: View = STARTING
    grid: Grid = GRID_100
    wishes: Wishes = Wishes()
    daylight: Palette = Palette.DAY
    page: int = 0
    helping: bool = False
    focus: int | None = None
    touched: Deed | None = None
    pressed: Action | None = None
    settled_at: float = 0.0
    ends_at: float | None = None

    @property
    def palette(self) -> Palette:
        """High contrast where it is wished, else by the clock."""
        return Palette.CONTRAST if self.wishes.contrast else self.daylight

    @property
    def words(self) -> Words:
        """In the present patron's language."""
        return Words(self.wishes.language)


def at_site(state: State, site: SiteInfo) -> State:
    """The session has said where this is."""
    texts = {name: clean(getattr(site, name)) for name in ("terminal", "site_name", "hours", "help_line")}
    return replace(state, site=SiteInfo(**texts, notices=tuple(map(clean, site.notices))))


def showing(state: State, view: View, now: datetime, monotonic_s: float) -> State:
    """The session shows `view` from now on. The notice board after anything else means a new patron."""
    countdown = countdown_of(view)
    ends_at = None if countdown is None else monotonic_s + countdown.remaining_s
    turned = _turned(state.view, view)
    if turned:
        state = replace(state, page=0, helping=False, focus=None, touched=None, settled_at=monotonic_s + SETTLE_S)
        if isinstance(view, IdleView):
            state = replace(state, wishes=Wishes())
    return recoloured(replace(state, view=view, pressed=None, ends_at=ends_at), now)


def recoloured(state: State, now: datetime) -> State:
    """Day or night by the clock: only the notice board changes, never a page that somebody is reading."""
    return replace(state, daylight=palette_at(now.time())) if isinstance(state.view, IdleView) else state


def forgotten(state: State) -> State:
    """Nobody has touched the notice board for a while: what the last person wished is over."""
    return replace(state, wishes=Wishes(), helping=False, focus=None)


def setting_of(state: State, now: datetime) -> Setting:
    """What pages depend on."""
    return Setting(
        words=state.words,
        grid=state.grid,
        site=state.site,
        now=now,
        large=state.wishes.large,
        framed=state.wishes.contrast,
        page=state.page,
    )


def layout_of(state: State, now: datetime, beat: int = 0) -> Layout:
    """The page to draw."""
    setting = setting_of(state, now)
    return help_page(setting) if state.helping else page_of(state.view, setting, beat)


def hints_of(state: State, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The keys in the foot."""
    other = Words(state.wishes.language.other)
    return key_hints(state.words, other, choices, large=state.grid.tall)


def moved(state: State, step: int, choices: tuple[Choice, ...]) -> State:
    """The arrow keys move from choice to choice; the filled one is where they begin."""
    return replace(state, focus=((state.focus or 0) + step) % len(choices)) if choices else state


def chosen(state: State, choice: Choice, monotonic_s: float) -> Outcome:
    """A press on `choice`: what changes here, and the action to tell the session."""
    if isinstance(choice.deed, Local):
        return replace(_done_here(state, choice.deed), focus=None), None
    if state.pressed is not None or not _is_settled(state, monotonic_s):
        return state, None
    return replace(state, pressed=choice.deed, focus=None), choice.deed


def touching(state: State, choice: Choice | None, monotonic_s: float) -> State:
    """A finger came down on `choice`. What was meant for the page before is nothing, however late it is lifted."""
    if choice is None or not (isinstance(choice.deed, Local) or _is_settled(state, monotonic_s)):
        return replace(state, touched=None)
    return replace(state, touched=choice.deed)


def _is_settled(state: State, monotonic_s: float) -> bool:
    return monotonic_s >= state.settled_at


def _done_here(state: State, deed: Local) -> State:
    wishes = state.wishes
    match deed:
        case Local.NEXT_PAGE:
            return replace(state, page=state.page + 1)
        case Local.BACK:
            return replace(state, helping=False)
        case Local.HELP:
            return replace(state, helping=not state.helping)
        case Local.LARGE:
            return replace(state, wishes=replace(wishes, large=not wishes.large))
        case Local.CONTRAST:
            return replace(state, wishes=replace(wishes, contrast=not wishes.contrast))
        case Local.LANGUAGE:
            return replace(state, wishes=replace(wishes, language=wishes.language.other))
    assert_never(deed)


def _turned(before: View, after: View) -> bool:
    """Whether a digit may mean something else than before."""
    return type(before) is not type(after) or _actions(before) != _actions(after)


def _actions(view: View) -> tuple[Action, ...]:
    return view.actions if isinstance(view, VisitView | DoneView) else ()
