"""One book on the pad: its state as shape, word and place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from kiosk.screens.cells import clean, fit
from kiosk.screens.pages.cards import EDGE_CELLS, ICON_CELLS, card, card_row, edge, icon
from kiosk.screens.pages.layout import Setting
from kiosk.screens.rows import Row, Run, Tone, row, spread
from kiosk.session.views import ItemLine, Stage

BAR_CELLS = 10
STATUS_CELLS = 24  # the right-hand column of a card
INDENT = " " * ICON_CELLS


@dataclass(frozen=True, slots=True)
class Mark:
    """How a stage looks; `progress` in tenths where the machine is at work."""

    symbol: str
    tone: Tone
    progress: int = 0


MARKS = {
    Stage.FOUND: Mark("○", Tone.MACHINE, 2),
    Stage.CHECKING: Mark("◐", Tone.MACHINE, 5),
    Stage.RELEASING: Mark("◑", Tone.MACHINE, 8),
    Stage.LENT: Mark("✓", Tone.MACHINE),
    Stage.REFUSED: Mark("✗", Tone.PERSON),
    Stage.TAKEN_EARLY: Mark("▲", Tone.PERSON),
    Stage.ON_LOAN: Mark("○", Tone.QUIET),
    Stage.OFFERED: Mark("○", Tone.QUIET),
    Stage.SECURING: Mark("◑", Tone.MACHINE, 6),
    Stage.RETURNED: Mark("✓", Tone.MACHINE),
    Stage.FLAGGED: Mark("✓", Tone.MACHINE),
    Stage.FAILED: Mark("✗", Tone.PERSON),
}


def title_of(item: ItemLine, setting: Setting, width: int) -> str:
    """The book's name in `width` cells: its title, else its barcode, else that it has none."""
    words = setting.words
    if not item.title:
        name = words.say("title.barcode", code=clean(item.item_id)) if item.item_id else words.say("title.unknown")
        return fit(name, width)
    frame = cell_len(words.say("title.quoted", title=""))
    bare = clean(item.title).removeprefix("《").removesuffix("》")
    return words.say("title.quoted", title=fit(bare, width - frame))


def needs_person(item: ItemLine) -> bool:
    """Whether somebody must do something with this book."""
    return MARKS[item.stage].tone is Tone.PERSON


def item_card(item: ItemLine, setting: Setting, *, borrowing: bool) -> list[Row]:
    """A book with room around it: four rows, its rims counted."""
    mark, turn = MARKS[item.stage], needs_person(item)
    status = _column([_badge(item, setting)] if turn else [Run(_status(item, setting), mark.tone)])
    room = setting.grid.width - EDGE_CELLS - ICON_CELLS - STATUS_CELLS - 4
    title = Run(title_of(item, setting, room), Tone.STRONG)
    first = card_row(setting, [edge(turn=turn), icon(mark.symbol, mark.tone), title], status)
    if turn:
        text = reason(item, setting, borrowing=borrowing)
        return card(setting, [first, card_row(setting, [edge(turn=turn), Run(INDENT), Run(text)])])
    second = [edge(turn=turn), Run(INDENT), Run(fit(_aside(item, setting), room), Tone.QUIET)]
    return card(setting, [first, card_row(setting, second, _column(_detail(item, setting)))])


def item_rows(item: ItemLine, setting: Setting, *, borrowing: bool) -> list[Row]:
    """A book in one row; in two where a person must act."""
    if needs_person(item):
        return _turn_rows(item, setting, borrowing=borrowing)
    mark = MARKS[item.stage]
    status = [Run(_status(item, setting), mark.tone)]
    detail = _detail(item, setting) if setting.grid.wide else ()
    right = _column([*status, Run("  "), *detail], 2 * STATUS_CELLS - 10) if setting.grid.wide else status
    room = setting.grid.width - ICON_CELLS - sum(run.width for run in right) - 2
    return [spread([icon(mark.symbol, mark.tone), Run(title_of(item, setting, room))], right, setting.grid.width)]


def _turn_rows(item: ItemLine, setting: Setting, *, borrowing: bool) -> list[Row]:
    badge = _badge(item, setting, MARKS[item.stage].symbol)
    text = reason(item, setting, borrowing=borrowing)
    under_title = badge.width + 1
    indent = under_title if under_title + cell_len(text) <= setting.grid.width else ICON_CELLS
    title = title_of(item, setting, setting.grid.width - under_title)
    return [row(badge, " ", Run(title, Tone.STRONG)), row(" " * indent, fit(text, setting.grid.width - indent))]


def reason(item: ItemLine, setting: Setting, *, borrowing: bool) -> str:
    """Why a person must act and what to do: whole where there is room, else in short."""
    form = "" if setting.grid.wide else ".short"
    words = setting.words
    if item.stage is Stage.REFUSED and item.refusal is not None:
        parts = words.say("list.comma").join(str(part) for part in item.missing_parts)
        key = f"refusal.{item.refusal}" + (".parts" if item.missing_parts else "")
        return words.say(f"{key}{form}", parts=parts)
    if item.stage is Stage.TAKEN_EARLY:
        return words.say(f"taken_early{form}")
    return words.say(f"failed.{'borrow' if borrowing else 'return'}{form}")


def _status(item: ItemLine, setting: Setting) -> str:
    return setting.words.say(f"stage.{item.stage}")


def _badge(item: ItemLine, setting: Setting, symbol: str = "") -> Run:
    return Run(f" {symbol} {_status(item, setting)} " if symbol else f" {_status(item, setting)} ", Tone.BADGE)


def _aside(item: ItemLine, setting: Setting) -> str:
    """What stands under the title: where a returned book goes, else who wrote it."""
    if item.stage is Stage.RETURNED and item.destination:
        return setting.words.say("travels", site=clean(item.destination))
    return clean(item.author)


def _detail(item: ItemLine, setting: Setting) -> list[Run]:
    progress = MARKS[item.stage].progress
    if progress:
        return [Run("━" * progress, Tone.MACHINE), Run("─" * (BAR_CELLS - progress), Tone.RULE)]
    text = ""
    if item.stage is Stage.LENT and item.due is not None:
        text = setting.words.say("due.by", day=setting.words.day("date.short", item.due))
    elif item.stage is Stage.FLAGGED:
        text = setting.words.say("flagged")
    return [Run(fit(text, STATUS_CELLS), Tone.QUIET)]


def _column(runs: Sequence[Run], width: int = STATUS_CELLS) -> list[Run]:
    """`runs` filled up to a column, so that what stands above each other begins together."""
    return [*runs, Run(" " * (width - sum(run.width for run in runs)))]
