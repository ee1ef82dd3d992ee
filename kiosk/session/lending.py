"""How one book is lent: asked, decided, opened, released, confirmed. Each record before what depends on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from firmware_msgs.uplink.questions import Authorise, Authorised, NotAuthorised
from firmware_msgs.uplink.records import (
    Body,
    LoanAsked,
    LoanConfirmed,
    LoanOpened,
    LoanRefused,
    LoanVoided,
    PatronPart,
)
from firmware_msgs.uplink.values import Basis, Refusal, VoidReason
from kiosk.policy import due_date, offline_refusal
from kiosk.session.effects import Ask
from kiosk.session.state import (
    Book,
    Borrowing,
    Checking,
    Failed,
    Lent,
    LoanSnatched,
    Lying,
    Patron,
    Refused,
    Releasing,
    Undoing,
)
from kiosk.session.turn import Turn


def begin(turn: Turn, book: Book, visit: Borrowing) -> None:
    """A secured book lies there and a patron wants it. Waits while parts are missing."""
    if visit.leaving or book.on_loan or book.missing_parts:
        return
    loan, patron = turn.new_id(), visit.patron
    asked = LoanAsked(loan=loan, item=book.item, uids=book.uids, site=turn.state.site)
    if not turn.state.online:
        _decide_offline(turn, book, loan, patron, asked)
        return
    turn.commit(asked, patron=PatronPart(card=patron.card, patron=patron.ref))
    turn.do(Ask(loan, Authorise(loan=loan, card=patron.card, item=book.item), patron.card, book.item))
    turn.settle(book, Checking(loan))


def authorised(turn: Turn, book: Book, reply: Authorised) -> None:
    """The main library lends it."""
    book = turn.put(replace(book, title=reply.title, author=reply.author))
    _release(turn, book, reply.loan, reply.due, Basis.ONLINE)


def refused(turn: Turn, book: Book, reply: NotAuthorised) -> None:
    """The main library does not."""
    book = turn.put(replace(book, title=reply.title or book.title, author=reply.author or book.author))
    _refuse(turn, book, reply.loan, reply.reason, Basis.ONLINE)


def unanswered(turn: Turn, book: Book, status: Checking, visit: Borrowing) -> None:
    """Nobody answered: the site's policy decides."""
    _decide_offline(turn, book, status.loan, visit.patron)


def abandoned(turn: Turn, book: Book, status: Checking) -> None:
    """Taken away, in part at least, before the main library decided: no release was ever sent."""
    turn.commit(LoanVoided(loan=status.loan, item=book.item, reason=VoidReason.NEVER_RELEASED))
    turn.settle(book, Lying())


def released(turn: Turn, book: Book, status: Releasing, uid: str) -> None:
    """One of its tags was read back released."""
    pending = status.pending - {uid}
    if pending:
        turn.settle(book, replace(status, pending=pending))
    else:
        confirm(turn, book, status.loan, status.due, verified=True)


def release_failed(turn: Turn, book: Book, status: Releasing, uid: str, *, read_back: bool | None) -> None:
    """The release of a tag could not be confirmed: try again while it lies there, then settle by what is known."""
    present = any(tag.present for tag in book.tags if tag.uid == uid)
    if read_back is False:
        released(turn, book, status, uid)
    elif present and status.attempts < turn.rules.release_attempts:
        turn.settle(book, replace(status, attempts=status.attempts + 1))
        turn.set_security(book, frozenset({uid}), secured=False)
    elif read_back is True:
        _give_up(turn, book, status, uid)
    else:
        turn.settle(book, LoanSnatched(status.loan, status.due))


def undone(turn: Turn, book: Book, status: Undoing, uid: str) -> None:
    """One released part of a set is secured again."""
    pending = status.pending - {uid}
    if pending:
        turn.settle(book, replace(status, pending=pending))
    else:
        _void(turn, book, status.loan)


def undo_failed(turn: Turn, book: Book, status: Undoing) -> None:
    """A released part could not be secured again: the loan stands, unverified."""
    confirm(turn, book, status.loan, status.due, verified=False)


def came_back(turn: Turn, book: Book, status: LoanSnatched) -> None:
    """The snatched book lies there again: its tags tell how far the release got."""
    todo = frozenset(tag.uid for tag in book.tags if tag.secured is not False)
    if not todo:
        confirm(turn, book, status.loan, status.due, verified=True)
    elif not book.missing_parts:
        turn.settle(book, Releasing(status.loan, status.due, todo))
        turn.set_security(book, todo, secured=False)


def confirm(turn: Turn, book: Book, loan: str, due: date, *, verified: bool) -> None:
    """The loan's end: it stands."""
    turn.commit(LoanConfirmed(loan=loan, item=book.item, verified=verified))
    turn.settle(book, Lent(loan, due, verified))


def lent_in_visit(turn: Turn) -> int:
    """Books of this visit that are lent or on their way to it."""
    return sum(isinstance(book.status, Checking | Releasing | LoanSnatched | Lent) for book in turn.state.books)


def _decide_offline(turn: Turn, book: Book, loan: str, patron: Patron, *asked: LoanAsked) -> None:
    others = lent_in_visit(turn) - isinstance(book.status, Checking)
    refusal = offline_refusal(turn.rules, others, patron.remaining)
    sealed = PatronPart(card=patron.card, patron=patron.ref) if asked else None
    if refusal is None:
        _release(turn, book, loan, due_date(turn.rules, turn.now), Basis.OFFLINE, *asked, patron=sealed)
    else:
        _refuse(turn, book, loan, refusal, Basis.OFFLINE, *asked, patron=sealed)


def _release(
    turn: Turn, book: Book, loan: str, due: date, basis: Basis, *before: Body, patron: PatronPart | None = None
) -> None:
    turn.commit(*before, LoanOpened(loan=loan, item=book.item, due=due, basis=basis), patron=patron)
    uids = frozenset(book.uids)
    turn.settle(book, Releasing(loan, due, uids))
    turn.set_security(book, uids, secured=False)


def _refuse(
    turn: Turn, book: Book, loan: str, reason: Refusal, basis: Basis, *before: Body, patron: PatronPart | None = None
) -> None:
    turn.commit(*before, LoanRefused(loan=loan, item=book.item, reason=reason, basis=basis), patron=patron)
    turn.settle(book, Refused(reason))


def _give_up(turn: Turn, book: Book, status: Releasing, stuck: str) -> None:
    """A tag stays secured. The other parts of its set, released or about to be, are secured again first."""
    others = frozenset(book.uids) - {stuck}
    if not others:
        _void(turn, book, status.loan)
        return
    turn.settle(book, Undoing(status.loan, status.due, others))
    turn.set_security(book, others, secured=True)


def _void(turn: Turn, book: Book, loan: str) -> None:
    turn.commit(LoanVoided(loan=loan, item=book.item, reason=VoidReason.STILL_SECURED))
    turn.settle(book, Failed())
