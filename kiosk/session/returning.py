"""How one book comes back: opened, secured, read back, returned."""

from __future__ import annotations

from dataclasses import replace

from firmware_msgs.uplink.records import ItemReturned, PatronPart, ReturnOpened, ReturnVoided
from firmware_msgs.uplink.values import VoidReason
from kiosk.session.state import Book, Failed, Returned, ReturnSnatched, Securing
from kiosk.session.turn import Turn


def begin(turn: Turn, book: Book, card: str | None = None) -> None:
    """Somebody gives this book back; `card` if one was presented. Waits while parts are missing."""
    if book.missing_parts:
        return
    giveback, uids = turn.new_id(), frozenset(book.uids)
    opened = ReturnOpened(giveback=giveback, item=book.item, uids=book.uids, site=turn.state.site)
    turn.commit(opened, patron=PatronPart(card=card) if card else None)
    turn.settle(book, Securing(giveback, uids))
    turn.set_security(book, uids, secured=True)


def secured(turn: Turn, book: Book, status: Securing, uid: str) -> None:
    """One of its tags was read back secured."""
    pending = status.pending - {uid}
    if pending:
        turn.settle(book, replace(status, pending=pending))
    else:
        complete(turn, book, status.giveback, verified=True)


def securing_failed(turn: Turn, book: Book, status: Securing, uid: str, *, read_back: bool | None) -> None:
    """The securing of a tag could not be confirmed: try again while it lies there, then settle by what is known."""
    present = any(tag.present for tag in book.tags if tag.uid == uid)
    if read_back is True:
        secured(turn, book, status, uid)
    elif present and status.attempts < turn.rules.release_attempts:
        turn.settle(book, replace(status, attempts=status.attempts + 1))
        turn.set_security(book, frozenset({uid}), secured=True)
    elif read_back is False and len(book.tags) == 1:
        turn.commit(ReturnVoided(giveback=status.giveback, item=book.item, reason=VoidReason.STILL_ON_LOAN))
        turn.settle(book, Failed())
    else:
        turn.settle(book, ReturnSnatched(status.giveback))


def came_back(turn: Turn, book: Book, status: ReturnSnatched) -> None:
    """The snatched book lies there again: its tags tell how far the securing got."""
    todo = frozenset(tag.uid for tag in book.tags if tag.secured is not True)
    if not todo:
        complete(turn, book, status.giveback, verified=True)
    elif not book.missing_parts:
        turn.settle(book, Securing(status.giveback, todo))
        turn.set_security(book, todo, secured=True)


def complete(turn: Turn, book: Book, giveback: str, *, verified: bool) -> None:
    """The return's end: the item is back."""
    turn.commit(ItemReturned(giveback=giveback, item=book.item, site=turn.state.site, verified=verified))
    turn.settle(book, Returned(verified))
