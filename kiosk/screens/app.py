"""The patron's screen: a program of its own that draws what the session shows and sends back what is pressed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import ClassVar, assert_never

from textual import events
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.timer import Timer

from kiosk.screens.grid import GRIDS, grid_for
from kiosk.screens.link import SessionLink
from kiosk.screens.pages.layout import Choice, Layout, Local, foot_row
from kiosk.screens.pages.paint import COUNTDOWN_FROM_S, countdown_row, moves
from kiosk.screens.rows import BLANK, Row
from kiosk.screens.state import (
    State,
    at_site,
    chosen,
    forgotten,
    hints_of,
    layout_of,
    moved,
    recoloured,
    setting_of,
    showing,
    touching,
)
from kiosk.screens.themes import themes
from kiosk.screens.touch import key_event, nearest
from kiosk.screens.widgets import Hint, Pressable, Rows, Tile
from kiosk.session.views import (
    Action,
    Chosen,
    Felt,
    FingerDown,
    FingerLost,
    FingerUp,
    FromScreen,
    Hello,
    IdleView,
    KeyDown,
    KeyKept,
    Shown,
    StartingView,
    ToScreen,
    Touched,
)

BEAT_S = 0.5
"""Two frames a second where something moves: more was measured to cost CPU and says nothing more."""

TOUCHED_EVERY_S = 1.0
"""A person's presence is told at most this often: countdowns run in seconds."""

PRESSED_S = 2.0
"""How long a pressed tile waits for the session to show something before it can be pressed again."""

FORGET_AFTER_S = 60.0
"""The notice board goes back to Chinese and plain contrast after a minute without a touch."""

TILES = 9
HINTS = 4
STEPS = {"left": -1, "up": -1, "shift+tab": -1, "right": 1, "down": 1, "tab": 1}


class Board(Screen[None], inherit_bindings=False):
    """Without Textual's own keys (copying, moving the focus)."""


class ScreenApp(App[None], inherit_bindings=False):
    """Draws a `State`; every event makes the next one. No key leaves it."""

    CSS_PATH = "look.tcss"
    BINDINGS: ClassVar[list[BindingType]] = []
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False

    def __init__(
        self,
        socket: Path | None = None,
        *,
        now: Callable[[], datetime] = datetime.now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.state = State()
        self.link = SessionLink(socket, self.receive, self.lose) if socket else None
        self._now = now
        self._monotonic = monotonic
        self._layout = Layout(BLANK, ())
        self._hints: tuple[Choice, ...] = ()
        self._touched_at = -math.inf
        self._beat: Timer | None = None
        for theme in themes():
            self.register_theme(theme)
        self.theme = self.state.palette

    def get_default_screen(self) -> Screen[None]:
        """A screen without keys of its own."""
        return Board()

    def compose(self) -> ComposeResult:
        """Head, body, actions, countdown and foot, whatever the view."""
        with Container(id="frame"):
            yield Rows(id="head")
            yield Rows(id="body")
            with Container(id="actions"):
                yield from (Tile() for _ in range(TILES))
            yield Rows(id="countdown")
            with Container(id="foot"):
                yield Rows(id="foot-text")
                yield from (Hint() for _ in range(HINTS))

    def on_mount(self) -> None:
        """Draw at once; look for the session."""
        self._beat = self.set_interval(BEAT_S, self._draw, pause=True)
        self._wait_for_minute()
        self.become(replace(self.state, grid=grid_for(self.size.width, self.size.height)))
        if self.link is not None:
            self.run_worker(self.link.run())

    # What the session says

    def receive(self, message: ToScreen) -> None:
        """A message from the session."""
        match message:
            case Hello():
                self.become(at_site(self.state, message.site))
            case Shown():
                self.become(showing(self.state, message.view, self._now(), self._monotonic()))
            case _:
                self._feel(message)

    def lose(self) -> None:
        """The session is gone; the link looks for it again."""
        if self.state.view != StartingView():
            self.become(showing(self.state, StartingView(), self._now(), self._monotonic()))

    def send(self, message: FromScreen) -> None:
        """Tell the session."""
        if self.link is not None:
            self.link.send(message)

    # What a person does

    def on_key(self, event: events.Key) -> None:
        """Digits, Enter, Escape and the arrows act; every other key only says that somebody is there."""
        event.stop()
        if event.key in STEPS:
            self._touched()
            self.become(moved(self.state, STEPS[event.key], self._layout.choices))
        else:
            self._press(self._meant(event))

    def _meant(self, event: events.Key) -> Choice | None:
        """The choice that a key stands for."""
        choices = self._layout.choices
        if event.key == "enter":
            return choices[min(self.state.focus or 0, len(choices) - 1)] if choices else None
        if event.key == "escape":
            return next((choice for choice in choices if choice.deed in {Action.CANCEL, Local.BACK}), None)
        return next((choice for choice in (*choices, *self._hints) if str(choice.digit) == event.character), None)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """A click, or a tap that the terminal tells as one: on what lies where the button was let go."""
        self._press(self._lying_at(event.screen_x, event.screen_y))

    def _lying_at(self, x: int, y: int) -> Choice | None:
        """What a finger at this cell means."""
        targets = [target for target in self.query(Pressable) if target.choice is not None]
        at = nearest(x, y, [target.region for target in targets])
        return None if at is None else targets[at].choice

    def _feel(self, felt: Felt) -> None:
        """The panel lies over the terminal's own screen and the keypad beside it, so a browser takes no notice."""
        if self.is_web:
            return
        match felt:
            case FingerDown(x=x, y=y):
                choice = self._lying_at(int(x * self.size.width), int(y * self.size.height))
                self.become(touching(self.state, choice, self._monotonic()))
                self._touched()
            case FingerUp():
                self._lift()
            case FingerLost():
                self.become(replace(self.state, touched=None))
            case KeyDown(key=key):
                self.post_message(key_event(key))
            case KeyKept():
                self._touched()
            case _:
                assert_never(felt)

    def _lift(self) -> None:
        """Act on what the finger came down on, if it is still there."""
        deed = self.state.touched
        self.become(replace(self.state, touched=None))
        offered = (*self._layout.choices, *self._hints)
        self._press(next((choice for choice in offered if choice.deed is deed), None))

    def _press(self, choice: Choice | None) -> None:
        action = None
        if choice is not None:
            state, action = chosen(self.state, choice, self._monotonic())
            self.become(state)
        if action is None:
            self._touched()
        else:
            self._touched_at = self._monotonic()
            self.send(Chosen(action=action))
            self.set_timer(PRESSED_S, self._release)

    def _touched(self) -> None:
        if self._monotonic() - self._touched_at >= TOUCHED_EVERY_S:
            self._touched_at = self._monotonic()
            self.send(Touched())

    def _release(self) -> None:
        if self._monotonic() - self._touched_at >= PRESSED_S:
            self.become(replace(self.state, pressed=None))

    # Time

    def _wait_for_minute(self) -> None:
        now = self._now()
        self.set_timer(60 - now.second - now.microsecond / 1e6, self._minute)

    def _minute(self) -> None:
        self._wait_for_minute()
        idle = isinstance(self.state.view, IdleView)
        if idle and self._monotonic() - self._touched_at > FORGET_AFTER_S:
            self.become(forgotten(self.state))
        self.become(recoloured(self.state, self._now()))

    # The picture

    def on_resize(self, event: events.Resize) -> None:
        """Reflow to the grid that fits."""
        self.become(replace(self.state, grid=grid_for(event.size.width, event.size.height)))

    def become(self, state: State) -> None:
        """Draw `state` from now on."""
        self.state = state
        if self._beat is not None:
            with suppress(NoMatches):  # the widgets are gone while the program ends, and the session may still speak
                self._draw()

    def _draw(self) -> None:
        state, now = self.state, self._now()
        self._layout = layout_of(state, now, int(self._monotonic() / BEAT_S))
        self._hints = hints_of(state, self._layout.choices)
        if self.theme != state.palette:
            self.theme = state.palette
        for grid in GRIDS:
            self.query_one("#frame").set_class(grid is state.grid, grid.name)
        self.query_one("#frame").set_class(state.wishes.contrast, "framed")
        self.query_one("#head", Rows).show([self._layout.head])
        self.query_one("#body", Rows).show(self._layout.body)
        self._draw_choices()
        self._draw_foot()
        self._draw_countdown()

    def _draw_choices(self) -> None:
        choices = self._layout.choices
        self.query_one("#actions").set_class(bool(choices), "offered")
        for at, tile in enumerate(self.query(Tile)):
            tile.offer(choices[at] if at < len(choices) else None)
            tile.mark(
                default=at == 0,
                focused=at == self.state.focus,
                pressed=tile.choice is not None and tile.choice.deed is self.state.pressed,
            )
            tile.touch(touched=tile.choice is not None and tile.choice.deed is self.state.touched)

    def _draw_foot(self) -> None:
        for at, hint in enumerate(self.query(Hint)):
            hint.offer(self._hints[at] if at < len(self._hints) else None)
            hint.touch(touched=hint.choice is not None and hint.choice.deed is self.state.touched)
        self.query_one("#foot-text", Rows).show([foot_row(setting_of(self.state, self._now()), self._hints)])

    def _draw_countdown(self) -> None:
        line: Row = BLANK
        ends_at = self.state.ends_at
        remaining_s = COUNTDOWN_FROM_S + 1 if ends_at is None else max(math.ceil(ends_at - self._monotonic()), 0)
        if remaining_s <= COUNTDOWN_FROM_S:
            line = countdown_row(self.state.view, setting_of(self.state, self._now()), remaining_s)
        self.query_one("#countdown", Rows).show([line])
        if self._beat is not None and (ends_at is not None or moves(self.state.view)):
            self._beat.resume()
        elif self._beat is not None:
            self._beat.pause()
