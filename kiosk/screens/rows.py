"""Rows of the screen as values: what is written, in which tone, on which surface. Colours live in the style sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len

from kiosk.screens.cells import fit


class Tone(StrEnum):
    """What a run of text means; the style sheet has a class for each."""

    INK = "ink"
    STRONG = "strong"
    QUIET = "quiet"
    MACHINE = "machine"  # the machine does it
    PERSON = "person"  # a person must act
    BADGE = "badge"
    RULE = "rule"
    FIGURE = "figure"  # the display face: ink on the page's ground
    FIGURE_ON = "figure-on"  # the display face: whole cells
    RIM_ABOVE = "rim-above"
    RIM_BELOW = "rim-below"


class Surface(StrEnum):
    """What a row lies on."""

    PAPER = "paper"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one tone."""

    text: str
    tone: Tone = Tone.INK

    @property
    def width(self) -> int:
        """In cells."""
        return cell_len(self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """Runs from left to right on one surface; what they leave free is blank."""

    runs: tuple[Run, ...] = ()
    surface: Surface = Surface.PAPER

    @property
    def width(self) -> int:
        """In cells."""
        return sum(run.width for run in self.runs)


BLANK = Row()


def row(*runs: Run | str, surface: Surface = Surface.PAPER) -> Row:
    """A row of runs; plain text is ink."""
    return Row(tuple(Run(run) if isinstance(run, str) else run for run in runs), surface)


def spread(left: Iterable[Run], right: Iterable[Run], width: int, surface: Surface = Surface.PAPER) -> Row:
    """`left` and `right` at the two ends of `width` cells; the left gives way, at least two blanks stay between."""
    right_runs = tuple(right)
    room = width - sum(run.width for run in right_runs)
    kept = within(left, max(room - 2 if right_runs else room, 0))
    gap = Run(" " * max(room - sum(run.width for run in kept), 0))
    return Row((*kept, gap, *right_runs), surface)


def within(runs: Iterable[Run], width: int) -> tuple[Run, ...]:
    """As much of `runs` as `width` cells hold."""
    kept: list[Run] = []
    for run in runs:
        text = fit(run.text, width)
        kept.append(Run(text, run.tone))
        width -= cell_len(text)
        if text != run.text or width <= 0:
            break
    return tuple(kept)


def stacked(top: Iterable[Row], bottom: Iterable[Row], height: int) -> tuple[Row, ...]:
    """`top` from above and `bottom` from below in `height` rows; where both do not fit, the bottom gives way."""
    upper = list(top)[:height]
    lower = list(bottom)[: height - len(upper)]
    return (*upper, *[BLANK] * (height - len(upper) - len(lower)), *lower)
