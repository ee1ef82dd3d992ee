"""What lies on the pad: tags become books, books come and go."""

from __future__ import annotations

from dataclasses import replace

from drivers.events import ItemPlaced, ItemRemoved, SecurityChanged, SecurityFailed
from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.uplink.questions import RouteReturn
from firmware_msgs.uplink.values import ItemRef
from kiosk.policy import tag_refusal
from kiosk.session import lending, recovery, returning
from kiosk.session.effects import Ask
from kiosk.session.state import (
    Book,
    Borrowing,
    Checking,
    Done,
    Identifying,
    Idle,
    LoanSnatched,
    Lying,
    OutOfService,
    Power,
    Releasing,
    Returning,
    ReturnSnatched,
    Securing,
    Starting,
    Tag,
    Undoing,
    Unusable,
)
from kiosk.session.turn import Turn


def placed(turn: Turn, event: ItemPlaced) -> None:
    """A tag arrived."""
    book = _join(turn, event)
    status = book.status
    if isinstance(turn.state.phase, Starting):
        recovery.seen(turn, event)
    elif isinstance(status, LoanSnatched):
        lending.came_back(turn, book, status)
    elif isinstance(status, ReturnSnatched):
        returning.came_back(turn, book, status)
    elif isinstance(status, Lying):
        arrived(turn, book)


def arrived(turn: Turn, book: Book) -> None:
    """A usable book lies there: what it is for depends on who is there."""
    phase = turn.state.phase
    match phase:
        case Borrowing():
            if book.on_loan or turn.state.power is not Power.MAINS:
                ask_route(turn, book)
            else:
                lending.begin(turn, book, phase)
        case Returning():
            ask_route(turn, book)
            if turn.state.power is Power.MAINS:
                returning.begin(turn, turn.book_of(book.uids[0]) or book)
        case Idle() | Identifying() | Done():
            ask_route(turn, book)
        case Starting() | OutOfService():
            pass


def ask_route(turn: Turn, book: Book) -> None:
    """Ask once what the book is and where it belongs, while the main library can be asked."""
    if book.route is None and turn.state.online:
        ask = turn.new_id()
        turn.do(Ask(ask, RouteReturn(item=book.item), item=book.item))
        turn.put(replace(book, route=ask))


def ask_routes(turn: Turn) -> None:
    """Ask about every book that lies there and is not known yet."""
    for book in turn.state.books:
        if book.present and not book.title and not isinstance(book.status, Unusable):
            ask_route(turn, book)


def removed(turn: Turn, event: ItemRemoved) -> None:
    """A tag left. A visit remembers its books to its end, so that a tag that comes and goes begins nothing anew."""
    book = turn.book_of(event.uid)
    if book is None or all(tag.device != event.device for tag in book.tags if tag.uid == event.uid):
        return
    tags = tuple(replace(tag, present=tag.present and tag.uid != event.uid) for tag in book.tags)
    book = turn.put(replace(book, tags=tags))
    if isinstance(book.status, Checking):
        lending.abandoned(turn, book, book.status)
    elif not book.present and isinstance(turn.state.phase, Starting | Idle | Identifying | Done | OutOfService):
        turn.drop(book)


def security_changed(turn: Turn, event: SecurityChanged) -> None:
    """A tag was written and read back."""
    book = _note_security(turn, event.uid, secured=event.secured)
    if book is None:
        return
    match book.status:
        case Releasing() as status if not event.secured:
            lending.released(turn, book, status, event.uid)
        case Securing() as status if event.secured:
            returning.secured(turn, book, status, event.uid)
        case Undoing() as status if event.secured:
            lending.undone(turn, book, status, event.uid)
        case _:
            pass


def security_failed(turn: Turn, event: SecurityFailed) -> None:
    """A tag's write could not be confirmed."""
    book = _note_security(turn, event.uid, secured=event.read_back)
    if book is None:
        return
    match book.status:
        case Releasing() as status if not event.wanted:
            lending.release_failed(turn, book, status, event.uid, read_back=event.read_back)
        case Securing() as status if event.wanted:
            returning.securing_failed(turn, book, status, event.uid, read_back=event.read_back)
        case Undoing() as status if event.wanted:
            if event.read_back is True:
                lending.undone(turn, book, status, event.uid)
            else:
                lending.undo_failed(turn, book, status)
        case _:
            pass


def _join(turn: Turn, event: ItemPlaced) -> Book:
    """The book that this tag belongs to, with the tag lying there."""
    content = event.content
    told = content if isinstance(content, TagContent) else TagContent("", "", "", parts=1, part=1, usage=Usage.OTHER)
    tag = Tag(event.device, event.uid, told.part, event.secured)
    known = turn.book_of(event.uid)
    if known is not None:
        return turn.put(replace(known, tags=tuple(tag if old.uid == tag.uid else old for old in known.tags)))
    item = ItemRef(owner=told.owner_isil, id=told.item_id)
    key = f"{item.owner}|{item.id}" if told.parts > 1 else event.uid
    sibling = next((book for book in turn.state.books if book.key == key), None)
    if sibling is not None and isinstance(sibling.status, Lying):
        return turn.put(replace(sibling, tags=(*sibling.tags, tag)))
    book = Book(key=event.uid if sibling else key, item=item, parts=told.parts, tags=(tag,))
    refusal = tag_refusal(turn.rules, content)
    return turn.put(book.becomes(Unusable(refusal)) if refusal else book)


def _note_security(turn: Turn, uid: str, *, secured: bool | None) -> Book | None:
    book = turn.book_of(uid)
    if book is None:
        return None
    tags = tuple(replace(tag, secured=secured) if tag.uid == uid else tag for tag in book.tags)
    return turn.put(replace(book, tags=tags))
