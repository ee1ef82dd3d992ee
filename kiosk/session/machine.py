"""The session machine: `step` is pure, total and the only way the state changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, assert_never

from drivers.events import (
    BarcodeScanned,
    BatteryLow,
    CardFailed,
    CardPresented,
    CardRemoved,
    ContactBegan,
    ContactEnded,
    ContactLost,
    DeviceDown,
    DeviceUp,
    DoorFailed,
    DoorLocked,
    DoorUnlocked,
    IdCardRead,
    ItemPlaced,
    ItemRemoved,
    KeyHeld,
    KeyPressed,
    PaperLoaded,
    PaperLow,
    PaperOut,
    PeopleCounted,
    PowerLost,
    PowerRestored,
    Printed,
    PrintFailed,
    ScanFailed,
    SecurityChanged,
    SecurityFailed,
)
from firmware_msgs.config import Rules
from firmware_msgs.uplink.questions import (
    Authorised,
    Identified,
    NotAuthorised,
    NotIdentified,
    NotRouted,
    Routed,
)
from kiosk.moment import Moment
from kiosk.session import lending, pad, power, recovery, visit
from kiosk.session.effects import Effect, Show
from kiosk.session.events import (
    Answered,
    AskFailed,
    CodeRefusal,
    JournalFailed,
    LinkDown,
    LinkUp,
    PatronCodeRefused,
    SessionEvent,
    Timer,
    TimerFired,
)
from kiosk.session.projection import view_of
from kiosk.session.state import (
    Book,
    Borrowing,
    Checking,
    Identifying,
    Idle,
    OutOfService,
    Starting,
    Terminal,
)
from kiosk.session.turn import Turn
from kiosk.session.views import Chosen, Notice, Touched, Trouble

_CODE_NOTICES: Final = {
    CodeRefusal.UNREADABLE: Notice.CODE_UNREADABLE,
    CodeRefusal.FOREIGN: Notice.CODE_FOREIGN,
    CodeRefusal.EXPIRED: Notice.CODE_EXPIRED,
    CodeRefusal.USED: Notice.CODE_USED,
    CodeRefusal.UNCHECKED: Notice.CODE_UNCHECKED,
}


def step(state: Terminal, event: SessionEvent, rules: Rules, now: Moment) -> tuple[Terminal, tuple[Effect, ...]]:
    """The next state and what is to be done, in this order. A changed view is shown last."""
    turn = Turn(state, rules, now)
    _handle(turn, event)
    visit.close_when_settled(turn)
    power.enforce(turn)
    view = view_of(turn.state, rules)
    if view != turn.state.shown:
        turn.state = replace(turn.state, shown=view)
        turn.do(Show(view))
    return turn.state, tuple(turn.effects)


def _handle(turn: Turn, event: SessionEvent) -> None:  # noqa: C901, PLR0912, PLR0915 - one arm an event is the whole point
    match event:
        case ItemPlaced():
            if turn.book_of(event.uid) is None:
                visit.book_brought(turn)
            pad.placed(turn, event)
        case ItemRemoved():
            pad.removed(turn, event)
        case SecurityChanged():
            pad.security_changed(turn, event)
        case SecurityFailed():
            pad.security_failed(turn, event)
        case CardPresented():
            visit.card(turn, f"{event.kind.value}:{event.identifier}")
        case CardFailed():
            visit.tell(turn, Notice.CARD_UNREADABLE)
        case IdCardRead():
            visit.tell(turn, Notice.ID_CARD)
        case PowerLost() | BatteryLow() | PowerRestored():
            power.changed(turn, event)
        case BarcodeScanned():
            visit.code(turn, event.text)
        case ScanFailed():
            visit.tell(turn, Notice.CODE_UNREADABLE)
        case PatronCodeRefused():
            visit.tell(turn, _CODE_NOTICES[event.reason])
        case Chosen():
            visit.chosen(turn, event.action)
        case Touched():
            visit.somebody_there(turn)
        case Answered():
            _answered(turn, event)
        case AskFailed():
            _unanswered(turn, event)
        case LinkUp():
            turn.state = replace(turn.state, online=True)
            pad.ask_routes(turn)
        case LinkDown():
            turn.state = replace(turn.state, online=False)
        case DeviceUp():
            _device_up(turn, event.device)
        case DeviceDown():
            _device_down(turn, event.device)
        case JournalFailed():
            _out_of_service(turn, Trouble.JOURNAL)
        case TimerFired():
            _timer(turn, event.timer)
        case CardRemoved() | ContactBegan() | ContactEnded() | ContactLost() | KeyPressed() | KeyHeld():
            pass  # contacts and keys are the screen's, which answers with what was chosen
        case Printed() | PrintFailed() | PaperLow() | PaperOut() | PaperLoaded() | PeopleCounted():
            pass  # a terminal's health, no step of a visit
        case DoorUnlocked() | DoorLocked() | DoorFailed():
            pass  # the same
        case _:
            assert_never(event)


def _answered(turn: Turn, event: Answered) -> None:
    """An answer that nobody waits for any more changes nothing."""
    phase = turn.state.phase
    reply = event.reply
    match reply:
        case Identified():
            if isinstance(phase, Identifying) and phase.ask == event.ask:
                visit.identified(turn, phase, reply)
        case NotIdentified():
            if isinstance(phase, Identifying) and phase.ask == event.ask:
                visit.not_identified(turn)
        case Authorised() | NotAuthorised():
            _decided(turn, event.ask, reply)
        case Routed():
            _routed(turn, event.ask, reply)
        case NotRouted():
            pass
        case _:
            assert_never(reply)


def _decided(turn: Turn, loan: str, reply: Authorised | NotAuthorised) -> None:
    book = _checked(turn, loan)
    if book is None:
        return
    if isinstance(reply, Authorised):
        lending.authorised(turn, book, reply)
    else:
        lending.refused(turn, book, reply)


def _unanswered(turn: Turn, event: AskFailed) -> None:
    phase = turn.state.phase
    if isinstance(phase, Identifying) and phase.ask == event.ask:
        visit.unanswered(turn, phase)
        return
    book = _checked(turn, event.ask)
    if book is not None and isinstance(book.status, Checking) and isinstance(phase, Borrowing):
        lending.unanswered(turn, book, book.status, phase)
    for asked in turn.state.books:
        if asked.route == event.ask:
            turn.put(replace(asked, route=None))


def _checked(turn: Turn, loan: str) -> Book | None:
    """The book that waits for this loan's decision."""
    return next((b for b in turn.state.books if isinstance(b.status, Checking) and b.status.loan == loan), None)


def _routed(turn: Turn, ask: str, reply: Routed) -> None:
    for book in turn.state.books:
        if book.route == ask:
            turn.put(replace(book, title=reply.title, author=reply.author, destination=reply.destination))


def _device_up(turn: Turn, device: str) -> None:
    turn.state = replace(turn.state, up=turn.state.up | {device})
    phase = turn.state.phase
    if device not in turn.state.roster.item_readers or not _readers_up(turn.state):
        return
    if isinstance(phase, OutOfService) and phase.trouble is Trouble.READER:
        turn.enter(Starting())
    if isinstance(turn.state.phase, Starting):
        turn.start(Timer.SETTLING, turn.rules.settling_s)


def _readers_up(state: Terminal) -> bool:
    return state.roster.item_readers <= state.up


def _device_down(turn: Turn, device: str) -> None:
    turn.state = replace(turn.state, up=turn.state.up - {device})
    if device in turn.state.roster.item_readers:
        _out_of_service(turn, Trouble.READER)


def _out_of_service(turn: Turn, trouble: Trouble) -> None:
    """Nobody can be served. What was under way is kept to be settled by its tags when they can be seen again."""
    phase = turn.state.phase
    if isinstance(phase, OutOfService) and phase.trouble is Trouble.JOURNAL:
        return
    for timer in set(Timer) - {Timer.POWER}:
        turn.stop(timer)
    for book in turn.state.books:
        if isinstance(book.status, Checking) and trouble is Trouble.READER:
            lending.abandoned(turn, book, book.status)
    interrupted = tuple(work for book in turn.state.books if (work := recovery.interrupted(book)))
    turn.state = replace(turn.state, books=(), half_done=turn.state.half_done + interrupted)
    turn.enter(OutOfService(trouble))


def _timer(turn: Turn, timer: Timer) -> None:
    match timer:
        case Timer.SETTLING:
            _settled(turn)
        case Timer.IDLE:
            visit.idle_too_long(turn)
        case Timer.DONE:
            visit.done_over(turn)
        case Timer.NOTICE:
            visit.notice_over(turn)
        case Timer.POWER:
            power.used_up(turn)
        case _:
            assert_never(timer)


def _settled(turn: Turn) -> None:
    """The pad has shown what lies on it: service begins."""
    if isinstance(turn.state.phase, Starting):
        recovery.give_up_waiting(turn)
        turn.enter(Idle())
        pad.ask_routes(turn)
