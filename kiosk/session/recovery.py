"""Work of an earlier run that has no end yet: its tags tell, if they are seen; else it ends unverified."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from drivers.events import ItemPlaced
from firmware_msgs.uplink.records import (
    Body,
    ItemReturned,
    LoanAsked,
    LoanConfirmed,
    LoanOpened,
    LoanVoided,
    ReturnOpened,
    ReturnVoided,
)
from firmware_msgs.uplink.values import VoidReason
from kiosk.session.state import Book, HalfDone, LoanSnatched, Releasing, ReturnSnatched, Securing, Undoing
from kiosk.session.turn import Turn


def never_opened(unfinished: Iterable[Body]) -> tuple[LoanVoided, ...]:
    """Ends for loans that were asked but never opened: no release was ever sent."""
    bodies = tuple(unfinished)
    opened = {body.loan for body in bodies if isinstance(body, LoanOpened)}
    return tuple(
        LoanVoided(loan=body.loan, item=body.item, reason=VoidReason.NEVER_RELEASED)
        for body in bodies
        if isinstance(body, LoanAsked) and body.loan not in opened
    )


def half_done(unfinished: Iterable[Body]) -> tuple[HalfDone, ...]:
    """What was opened and has no end."""
    bodies = tuple(unfinished)
    asked = {body.loan: body.uids for body in bodies if isinstance(body, LoanAsked)}
    found = []
    for body in bodies:
        if isinstance(body, LoanOpened):
            found.append(HalfDone(body.loan, body.item, asked.get(body.loan, ()), lending=True))
        elif isinstance(body, ReturnOpened):
            found.append(HalfDone(body.giveback, body.item, body.uids, lending=False))
    return tuple(found)


def interrupted(book: Book) -> HalfDone | None:
    """The half-done work of a book whose reader was lost."""
    match book.status:
        case Releasing(loan=loan) | LoanSnatched(loan=loan) | Undoing(loan=loan):
            return HalfDone(loan, book.item, book.uids, lending=True)
        case Securing(giveback=giveback) | ReturnSnatched(giveback=giveback):
            return HalfDone(giveback, book.item, book.uids, lending=False)
        case _:
            return None


def seen(turn: Turn, event: ItemPlaced) -> None:
    """A tag is on the pad: if all tags of a half-done work are, it is settled by what they say."""
    secured = {tag.uid: tag.secured for book in turn.state.books for tag in book.tags if tag.present}
    for work in turn.state.half_done:
        if event.uid in work.uids and all(secured.get(uid) is not None for uid in work.uids):
            _end(turn, work, {bool(secured[uid]) for uid in work.uids})


def give_up_waiting(turn: Turn) -> None:
    """What was not seen ends unverified."""
    for work in turn.state.half_done:
        _end(turn, work, set())


def _end(turn: Turn, work: HalfDone, secured: set[bool]) -> None:
    """`secured` are the states of its tags: of one mind, mixed, or none seen."""
    lent, back = secured == {False}, secured == {True}
    body: Body
    if work.lending:
        body = (
            LoanVoided(loan=work.id, item=work.item, reason=VoidReason.STILL_SECURED)
            if back
            else LoanConfirmed(loan=work.id, item=work.item, verified=lent)
        )
    else:
        body = (
            ReturnVoided(giveback=work.id, item=work.item, reason=VoidReason.STILL_ON_LOAN)
            if lent
            else ItemReturned(giveback=work.id, item=work.item, site=turn.state.site, verified=back)
        )
    turn.commit(body)
    turn.state = replace(turn.state, half_done=tuple(other for other in turn.state.half_done if other != work))
