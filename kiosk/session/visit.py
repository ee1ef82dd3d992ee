"""Who is there: cards, choices, time-outs, the beginning and the end of a visit."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from firmware_msgs.uplink.questions import Identified, Identify
from kiosk.session import lending, pad, returning
from kiosk.session.effects import Ask
from kiosk.session.events import Timer
from kiosk.session.state import (
    BUSY,
    Book,
    Borrowing,
    Done,
    Identifying,
    Idle,
    Lent,
    LoanSnatched,
    Lying,
    Patron,
    Power,
    Returned,
    Returning,
    ReturnSnatched,
    Unusable,
)
from kiosk.session.turn import Turn
from kiosk.session.views import Action, Notice

MAX_CODE: Final = 64
"""No patron's code is longer."""


def card(turn: Turn, identifier: str) -> None:
    """Somebody identifies themselves; `identifier` as questions.Identify says."""
    phase = turn.state.phase
    match phase:
        case Returning():
            turn.enter(replace(phase, leaving=True, next_card=identifier))
        case Idle() | Done() if turn.state.power is Power.MAINS:
            _to_idle(turn)
            _identify(turn, identifier)
        case Borrowing(patron=patron):
            somebody_there(turn, None if patron.card == identifier else Notice.SECOND_CARD)
        case _:
            pass


def code(turn: Turn, text: str) -> None:
    """A code was scanned: a patron's, unless a patron is known already."""
    if isinstance(turn.state.phase, Borrowing):
        somebody_there(turn, Notice.CODE_NOT_NEEDED)
    elif len(text) <= MAX_CODE:
        card(turn, f"code:{text}")
    else:
        tell(turn, Notice.CODE_UNREADABLE)


def tell(turn: Turn, notice: Notice) -> None:
    """Tell the person in front of the machine something."""
    if isinstance(turn.state.phase, Borrowing | Returning):
        somebody_there(turn, notice)
    elif isinstance(turn.state.phase, Idle):
        turn.enter(Idle(notice))
        turn.start(Timer.NOTICE, turn.rules.notice_s)


def identified(turn: Turn, asked: Identifying, reply: Identified) -> None:
    """The main library knows the card."""
    if reply.blocked:
        _turn_away(turn, Notice.CARD_BLOCKED)
        return
    remaining = max(0, reply.limit - reply.loans)
    _welcome(turn, Patron(asked.card, reply.patron, reply.label, reply.tail, remaining))


def not_identified(turn: Turn) -> None:
    """The main library does not know the card."""
    _turn_away(turn, Notice.CARD_UNKNOWN)


def unanswered(turn: Turn, asked: Identifying) -> None:
    """Nobody answered: the site's policy for cards that cannot be checked."""
    _welcome_offline(turn, asked.card)


def chosen(turn: Turn, action: Action) -> None:
    """A person chose an action."""
    phase = turn.state.phase
    match phase, action:
        case (Idle(), Action.RETURN_ITEMS):
            turn.enter(Returning())
            somebody_there(turn)
            _return_lying(turn)
        case (Borrowing(), Action.RETURN_ITEMS):
            somebody_there(turn)
            _return_lying(turn, phase.patron.card)
        case (Borrowing() | Returning(), Action.FINISH | Action.CANCEL):
            leave(turn)
        case (Done(), Action.FINISH | Action.CANCEL):
            _to_idle(turn)
        case _:
            somebody_there(turn)


def somebody_there(turn: Turn, notice: Notice | None = None) -> None:
    """Somebody did something: the visit goes on. A notice stays until the next thing happens."""
    phase = turn.state.phase
    if isinstance(phase, Borrowing | Returning) and not phase.leaving:
        turn.enter(replace(phase, warned=False, notice=notice))
        turn.start(Timer.IDLE, turn.rules.idle_s - turn.rules.warn_s)
    elif isinstance(phase, Done):
        turn.start(Timer.DONE, turn.rules.done_s)
        turn.state = replace(turn.state, shown=None)


def book_brought(turn: Turn) -> None:
    """A tag that this visit has not seen yet was laid down: somebody is there."""
    if not isinstance(turn.state.phase, Done):
        somebody_there(turn)


def idle_too_long(turn: Turn) -> None:
    """Nobody did anything: warn first, then end the visit."""
    phase = turn.state.phase
    if not isinstance(phase, Borrowing | Returning):
        return
    if phase.warned:
        leave(turn)
    else:
        turn.enter(replace(phase, warned=True))
        turn.start(Timer.IDLE, turn.rules.warn_s)


def leave(turn: Turn) -> None:
    """End the visit as soon as nothing is under way."""
    phase = turn.state.phase
    if isinstance(phase, Borrowing | Returning):
        turn.enter(replace(phase, leaving=True, warned=False))
        turn.stop(Timer.IDLE)


def close_when_settled(turn: Turn) -> None:
    """A visit that is to end ends when its last book is settled."""
    phase = turn.state.phase
    if isinstance(phase, Borrowing | Returning) and phase.leaving and not is_busy(turn):
        close(turn)
        if isinstance(phase, Returning) and phase.next_card is not None:
            card(turn, phase.next_card)


def close(turn: Turn) -> None:
    """The visit is over: what was snatched and did not come back stands unverified."""
    for book in turn.state.books:
        _give_up_on_snatched(turn, book)
    lent = tuple(book for book in turn.state.books if isinstance(book.status, Lent))
    returned = tuple(book for book in turn.state.books if isinstance(book.status, Returned))
    if lent or returned:
        turn.enter(Done(lent, returned))
        turn.start(Timer.DONE, turn.rules.done_s)
    else:
        _to_idle(turn)


def done_over(turn: Turn) -> None:
    """The closing view has been there long enough."""
    if isinstance(turn.state.phase, Done):
        _to_idle(turn)


def notice_over(turn: Turn) -> None:
    """The notice on the idle screen has been there long enough."""
    if isinstance(turn.state.phase, Idle):
        turn.enter(Idle())


def _give_up_on_snatched(turn: Turn, book: Book) -> None:
    if isinstance(book.status, LoanSnatched):
        lending.confirm(turn, book, book.status.loan, book.status.due, verified=False)
    elif isinstance(book.status, ReturnSnatched):
        returning.complete(turn, book, book.status.giveback, verified=False)


def _identify(turn: Turn, identifier: str) -> None:
    if not turn.state.online:
        _welcome_offline(turn, identifier)
        return
    ask = turn.new_id()
    turn.enter(Identifying(identifier, ask))
    turn.stop(Timer.NOTICE)
    turn.do(Ask(ask, Identify(card=identifier), card=identifier))


def _welcome_offline(turn: Turn, identifier: str) -> None:
    if turn.rules.offline_lending:
        _welcome(turn, Patron(identifier, None, "", "", turn.rules.offline_limit))
    else:
        _turn_away(turn, Notice.CARD_NEEDS_LINK)


def _welcome(turn: Turn, patron: Patron) -> None:
    turn.stop(Timer.NOTICE)
    visit = Borrowing(patron)
    turn.enter(visit)
    somebody_there(turn)
    for book in turn.state.books:
        if isinstance(book.status, Lying):
            lending.begin(turn, book, visit)


def _turn_away(turn: Turn, notice: Notice) -> None:
    turn.enter(Idle())
    tell(turn, notice)


def _return_lying(turn: Turn, card: str | None = None) -> None:
    """Take back what lies there; in a patron's visit only what is on loan."""
    if turn.state.power is not Power.MAINS:
        return
    for book in turn.state.books:
        if isinstance(book.status, Lying) and (card is None or book.on_loan):
            pad.ask_route(turn, book)
            returning.begin(turn, turn.book_of(book.uids[0]) or book, card)


def is_busy(turn: Turn) -> bool:
    """Something is recorded that has no end yet."""
    return any(isinstance(book.status, BUSY) for book in turn.state.books)


def _to_idle(turn: Turn) -> None:
    """Nobody is known any more; what still lies there is just lying there."""
    turn.stop(Timer.IDLE)
    turn.stop(Timer.DONE)
    turn.enter(Idle())
    present = tuple(book for book in turn.state.books if book.present)
    turn.state = replace(turn.state, books=tuple(_forgotten(book) for book in present))


def _forgotten(book: Book) -> Book:
    """The book without what the visit made of it."""
    tags = tuple(tag for tag in book.tags if tag.present)
    status = book.status if isinstance(book.status, Unusable) else Lying()
    return replace(book.becomes(status), tags=tags, destination=None, route=book.route)
