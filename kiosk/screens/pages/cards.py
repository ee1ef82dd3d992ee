"""Cards: rows on a surface of their own."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.screens.cells import wrap
from kiosk.screens.pages.layout import Setting
from kiosk.screens.rows import Row, Run, Surface, Tone, row, spread
from kiosk.session.views import Notice

ICON_CELLS = 3  # an icon is one cell wide or two, by the font; what follows must not move
EDGE_CELLS = 2


def card(setting: Setting, lines: Sequence[Row]) -> list[Row]:
    """`lines` between two half-row rims."""
    width = setting.grid.width
    rim = ("─" if setting.framed else "▀") * width
    return [Row((Run(rim, Tone.RIM_ABOVE),)), *lines, Row((Run(rim, Tone.RIM_BELOW),))]


def icon(symbol: str, tone: Tone) -> Run:
    """A state's shape with the room it may need."""
    return Run(f"{symbol:<{ICON_CELLS}}", tone)


def edge(*, turn: bool) -> Run:
    """The left edge of a card; it is drawn where a person must act."""
    return Run("▌ " if turn else "  ", Tone.PERSON)


def card_row(setting: Setting, left: Sequence[Run], right: Sequence[Run] = ()) -> Row:
    """A row of a card."""
    rim = [Run("  ")] if right else []
    return spread(left, [*right, *rim], setting.grid.width, Surface.SHEET)


def paragraph(setting: Setting, text: str, tone: Tone = Tone.INK, mark: Run | None = None) -> list[Row]:
    """`text` in as many rows as it needs, behind its mark if it has one."""
    indent = mark.width if mark is not None else 0
    lines = wrap(text, setting.grid.width - indent)
    marks = [mark or Run(""), *[Run(" " * indent)] * len(lines)]
    return [row(before, Run(line, tone)) for before, line in zip(marks, lines, strict=False)]


def your_turn(setting: Setting, text: str) -> list[Row]:
    """What a person must do now."""
    return paragraph(setting, text, mark=icon("▲", Tone.PERSON))


def notice_card(setting: Setting, notice: Notice) -> list[Row]:
    """What happened and its remedy, marked as a person's turn."""
    happened = setting.words.say(f"notice.{notice}")
    remedy = setting.words.say(f"notice.{notice}.remedy")
    indent = " " * ICON_CELLS
    room = setting.grid.width - EDGE_CELLS - ICON_CELLS
    lines = [card_row(setting, [edge(turn=True), icon("▲", Tone.PERSON), Run(happened, Tone.STRONG)])]
    lines += [card_row(setting, [edge(turn=True), Run(f"{indent}{line}")]) for line in wrap(remedy, room)]
    return lines if setting.grid.compact else card(setting, lines)
