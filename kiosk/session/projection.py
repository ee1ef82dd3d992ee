"""From the state to what is seen: a pure projection, so that no handler thinks of screens."""

from __future__ import annotations

from typing import assert_never

from firmware_msgs.config import Rules
from firmware_msgs.uplink.values import Refusal
from kiosk.session.state import (
    Book,
    Borrowing,
    Checking,
    Done,
    Failed,
    Identifying,
    Idle,
    Lent,
    LoanSnatched,
    Lying,
    OutOfService,
    Patron,
    Refused,
    Releasing,
    Returned,
    Returning,
    ReturnSnatched,
    Securing,
    Starting,
    Terminal,
    Undoing,
    Unusable,
)
from kiosk.session.views import (
    Action,
    Countdown,
    DoneView,
    IdentifyingView,
    IdleView,
    ItemLine,
    OutOfServiceView,
    PatronLine,
    Stage,
    StartingView,
    View,
    VisitView,
)


def view_of(state: Terminal, rules: Rules) -> View:
    """The view of a state."""
    phase = state.phase
    match phase:
        case Starting():
            return StartingView(settling=len(state.half_done))
        case Idle():
            return _idle(state, phase)
        case Identifying():
            return IdentifyingView()
        case Borrowing() | Returning():
            return _visit(state, phase, rules)
        case Done():
            return _done(state, phase, rules)
        case OutOfService():
            return OutOfServiceView(trouble=phase.trouble)
        case _:
            assert_never(phase)


def _idle(state: Terminal, phase: Idle) -> View:
    if not state.books:
        cards = bool(state.roster.card_readers & state.up)
        return IdleView(online=state.online, cards=cards, notice=phase.notice)
    usable = any(isinstance(book.status, Lying) and not book.missing_parts for book in state.books)
    return VisitView(
        patron=None,
        items=_lines(state.books, None),
        seen=_seen(state),
        online=state.online,
        actions=(Action.RETURN_ITEMS,) if usable else (),
        notice=phase.notice,
    )


def _visit(state: Terminal, phase: Borrowing | Returning, rules: Rules) -> VisitView:
    patron = phase.patron if isinstance(phase, Borrowing) else None
    returnable = patron is not None and any(
        isinstance(book.status, Lying) and book.on_loan and not book.missing_parts for book in state.books
    )
    actions: tuple[Action, ...] = () if phase.leaving else (Action.FINISH,)
    if returnable and not phase.leaving:
        actions = (Action.RETURN_ITEMS, *actions)
    return VisitView(
        patron=_patron(state, patron) if patron else None,
        items=_lines(state.books, phase),
        seen=_seen(state),
        online=state.online,
        actions=actions,
        notice=phase.notice,
        countdown=Countdown(total_s=rules.warn_s, remaining_s=rules.warn_s) if phase.warned else None,
    )


def _patron(state: Terminal, patron: Patron) -> PatronLine:
    lent = sum(isinstance(book.status, Releasing | LoanSnatched | Lent) for book in state.books)
    return PatronLine(label=patron.label, tail=patron.tail, remaining=max(0, patron.remaining - lent))


def _done(state: Terminal, phase: Done, rules: Rules) -> DoneView:
    settled = {book.key for book in (*phase.lent, *phase.returned)}
    return DoneView(
        lent=_lines(phase.lent, phase),
        returned=_lines(phase.returned, phase),
        left=sum(book.present and book.key not in settled for book in state.books),
        actions=(Action.FINISH,),
        countdown=Countdown(total_s=rules.done_s, remaining_s=rules.done_s),
    )


def _seen(state: Terminal) -> int:
    return sum(book.present for book in state.books)


def _lines(books: tuple[Book, ...], phase: Borrowing | Returning | Done | None) -> tuple[ItemLine, ...]:
    return tuple(_line(book, phase) for book in books if book.present or not isinstance(book.status, UNSETTLED))


UNSETTLED = (Lying, Unusable, Checking, Refused, Failed)
"""A book of these that was taken off the pad is of no interest to anybody."""


def _line(book: Book, phase: Borrowing | Returning | Done | None) -> ItemLine:
    stage = _stage(book, phase)
    missing = book.missing_parts if stage in {Stage.FOUND, Stage.ON_LOAN, Stage.OFFERED} else ()
    status = book.status
    refusal = status.refusal if isinstance(status, Refused | Unusable) else None
    return ItemLine(
        key=book.key,
        item_id=book.item.id,
        stage=Stage.REFUSED if missing else stage,
        title=book.title,
        author=book.author,
        due=status.due if isinstance(status, Lent) else None,
        refusal=Refusal.INCOMPLETE_SET if missing else refusal,
        missing_parts=missing,
        destination=book.destination if isinstance(status, Returned) else None,
    )


def _stage(book: Book, phase: Borrowing | Returning | Done | None) -> Stage:  # noqa: C901, PLR0911 - one arm a status
    match book.status:
        case Lying():
            if phase is None:
                return Stage.OFFERED
            return Stage.ON_LOAN if book.on_loan else Stage.FOUND
        case Unusable() | Refused():
            return Stage.REFUSED
        case Checking():
            return Stage.CHECKING
        case Releasing() | Undoing():
            return Stage.RELEASING
        case LoanSnatched() | ReturnSnatched():
            return Stage.TAKEN_EARLY
        case Lent(verified=verified):
            return Stage.LENT if verified else Stage.FLAGGED
        case Securing():
            return Stage.SECURING
        case Returned(verified=verified):
            return Stage.RETURNED if verified else Stage.FLAGGED
        case Failed():
            return Stage.FAILED
        case _:
            assert_never(book.status)
