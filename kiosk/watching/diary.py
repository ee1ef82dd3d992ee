"""What people were told, once each, for whoever looks into the log later. No patron is named in it."""

from __future__ import annotations

from typing import Final

import structlog

from kiosk.session.views import DoneView, IdleView, ItemLine, OutOfServiceView, Stage, View, VisitView

NOTED: Final = frozenset({Stage.REFUSED, Stage.FAILED, Stage.FLAGGED, Stage.TAKEN_EARLY})

log = structlog.get_logger()


class Diary:
    """Watches views go by."""

    def __init__(self) -> None:
        self._told: frozenset[tuple[str, ...]] = frozenset()

    def shown(self, view: View) -> None:
        """Log what is new in it."""
        told = frozenset(_facts(view))
        for fact in sorted(told - self._told):
            log.warning(fact[0], **dict(zip(fact[1::2], fact[2::2], strict=True)))
        self._told = told


def _facts(view: View) -> list[tuple[str, ...]]:
    """Each as a name and then keys and values in turn."""
    match view:
        case OutOfServiceView():
            return [("terminal.out_of_service", "trouble", view.trouble)]
        case IdleView() | VisitView():
            items = view.items if isinstance(view, VisitView) else ()
            notices = [("patron.told", "notice", str(view.notice))] if view.notice else []
            return [*notices, *map(_item, filter(_is_noted, items))]
        case DoneView():
            return [_item(line) for line in (*view.lent, *view.returned) if _is_noted(line)]
        case _:
            return []


def _is_noted(line: ItemLine) -> bool:
    return line.stage in NOTED


def _item(line: ItemLine) -> tuple[str, ...]:
    parts = ",".join(map(str, line.missing_parts))
    return (
        "item.noted",
        "tag",
        line.key,
        "item",
        line.item_id,
        "stage",
        line.stage,
        "reason",
        line.refusal or "",
        "missing_parts",
        parts,
    )
