"""What a page is made of: pure values, from a view and a setting to rows and choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import TypeAlias

from rich.cells import cell_len

from kiosk.screens.cells import fit
from kiosk.screens.display import display_rows, display_width
from kiosk.screens.grid import Grid
from kiosk.screens.rows import BLANK, Row, Run, Tone, spread
from kiosk.screens.words import Words
from kiosk.session.views import Action, SiteInfo


class Local(StrEnum):
    """What a person can choose that concerns this screen only."""

    NEXT_PAGE = "next_page"
    BACK = "back"
    HELP = "help"
    LARGE = "large"
    CONTRAST = "contrast"
    LANGUAGE = "language"


HINT_GAP = 2  # columns between the keys in the foot

Deed: TypeAlias = Action | Local


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to press: its digit, its words, what it does."""

    digit: int
    label: str
    deed: Deed

    @property
    def text(self) -> str:
        """Digit and words."""
        return f"{self.digit} {self.label}"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a page depends on besides its view. `page` counts from 0; `framed` surfaces need a rim to be seen."""

    words: Words
    grid: Grid
    site: SiteInfo
    now: datetime
    large: bool = False
    framed: bool = False
    page: int = 0

    def display(self, key: str, **values: object) -> list[Row]:
        """The display phrase of `key`, or its narrow form where the phrase is too wide."""
        phrase = self.words.say(key, **values)
        if not self.grid.wide or display_width(phrase) > self.grid.width:
            phrase = self.words.say(f"{key}.narrow", **values)
        return [Row(_figure_runs(line)) for line in display_rows(phrase)]

    @property
    def margin(self) -> list[Row]:
        """What keeps the display face off the rule above it."""
        return [] if self.grid.compact else [BLANK]

    @property
    def air(self) -> list[Row]:
        """A blank row where there is room for one."""
        return [BLANK] if self.grid.tall else []


def _figure_runs(line: str) -> tuple[Run, ...]:
    """A row of the display face. Filled cells are drawn as background: many fonts' blocks leave seams between rows."""
    grouped = groupby(line, key=lambda block: block == "█")
    return tuple(
        Run(" " * len(blocks), Tone.FIGURE_ON) if filled else Run(blocks, Tone.FIGURE)
        for filled, blocks in ((filled, "".join(group)) for filled, group in grouped)
    )


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole page: its head, the body above the choices, the choices themselves."""

    head: Row
    body: tuple[Row, ...]
    choices: tuple[Choice, ...] = ()


def body_height(grid: Grid, choices: tuple[Choice, ...]) -> int:
    """Rows that the body has beside these choices."""
    return grid.body_rows if choices else grid.body_rows + grid.action_rows


def site_head(setting: Setting) -> Row:
    """The site's name and hours, and the time of day."""
    clock = Run(f"{setting.now:%H:%M}", Tone.STRONG)
    name, hours = Run(setting.site.site_name, Tone.STRONG), Run(f"   {setting.site.hours}", Tone.QUIET)
    roomy = name.width + hours.width + clock.width + 2 <= setting.grid.width
    return spread([name, hours] if roomy else [name], [clock], setting.grid.width)


def foot_row(setting: Setting, hints: Sequence[Choice]) -> Row:
    """Whom to call and which machine this is, as whole as the keys beside it leave room for."""
    words, site = setting.words, setting.site
    call = words.say("foot.help", line=site.help_line) if site.help_line else ""
    room = setting.grid.width - sum(HINT_GAP + cell_len(hint.text) for hint in hints)
    machine = words.say("foot.terminal", terminal=site.terminal) if site.terminal else ""
    forms = (f"{call}  {name}".strip() for name in (machine, site.terminal))
    return Row((Run(next((form for form in forms if cell_len(form) <= room), fit(call, room)), Tone.QUIET),))


def title_head(setting: Setting, title: str, detail: str = "", right: str = "") -> Row:
    """What is being done, for whom, and a figure."""
    left = [Run(title, Tone.STRONG), Run(f"   {detail}" if detail else "", Tone.QUIET)]
    return spread(left, [Run(right, Tone.STRONG)] if right else [], setting.grid.width)
