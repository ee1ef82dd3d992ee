"""The few widgets: rows of text, tiles and key hints to press."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import ClassVar

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from kiosk.screens.pages.layout import Choice
from kiosk.screens.rows import BLANK, Row, Surface, Tone


class Rows(Widget):
    """Rows of runs, each cut or filled to the width: nothing wraps, nothing is markup."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*Tone, *Surface}
    can_focus = False

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._rows: tuple[Row, ...] = ()

    def show(self, rows: Iterable[Row]) -> None:
        """In place of what was shown."""
        before, self._rows = self._rows, tuple(rows)
        changed = [y for y, pair in enumerate(zip_longest(before, self._rows)) if pair[0] != pair[1]]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """One row (Textual's line API)."""
        row = self._rows[y] if y < len(self._rows) else BLANK
        ground = self.get_component_rich_style(row.surface)
        runs = [Segment(run.text, ground + self.get_component_rich_style(run.tone, partial=True)) for run in row.runs]
        return Strip(runs).adjust_cell_length(self.size.width, ground)


class Pressable(Static):
    """Something to press that stands for a choice."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.choice: Choice | None = None

    def offer(self, choice: Choice | None) -> None:
        """Stand for `choice` from now on; for none: be gone."""
        self.set_class(choice is not None, "offered")
        if choice is not None:
            self.choice = choice
            self.update(self.drawn(choice))
        else:
            self.choice = None

    def touch(self, *, touched: bool) -> None:
        """Whether a finger is on it."""
        self.set_class(touched, "touched")

    def drawn(self, choice: Choice) -> Content:
        """How `choice` looks."""
        return Content(choice.text)


class Hint(Pressable):
    """A key that works on every page, in the foot."""


class Tile(Pressable):
    """An action of the page."""

    def mark(self, *, default: bool, focused: bool, pressed: bool) -> None:
        """Which state it is in."""
        self.set_class(default, "default")
        self.set_class(focused, "focused")
        self.set_class(pressed, "pressed")
        if self.choice is not None:
            mark = "◐" if pressed else "▸" if focused else " "
            self.update(Content(f"{mark}{self.choice.digit}  {self.choice.label}"))
