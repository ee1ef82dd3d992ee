"""Answers what terminals ask while a patron waits: who is this, may she borrow that, where does this go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

import msgspec
import structlog

from central.circulation.ledger import RETURN_RECORDS, Holder, Ledger, Record
from central.circulation.rules import Standing, due_date, item_refusal, refusal
from central.circulation.story import destination
from central.circulation.values import Item, LoanState, Patron, Permission, item_key
from central.deliveries import Terminal, time_ms
from central.keys import LibraryKeys
from central.storage.database import Books
from central.storage.ledgers import LedgerPage, Touched
from central.work import Answered, Asked, Outcome
from firmware_msgs.errors import DecodeError
from firmware_msgs.uplink.questions import (
    Ask,
    Authorise,
    Authorised,
    Identified,
    Identify,
    NotAuthorised,
    NotIdentified,
    NotRouted,
    Question,
    Reply,
    Routed,
    RouteReturn,
    question_purpose,
)
from firmware_msgs.uplink.records import (
    ContentKeyWrapped,
    Event,
    StreamOpened,
    decode_body,
)
from firmware_msgs.uplink.sealing import open_sealed_to
from firmware_msgs.uplink.values import Refusal

RESERVED_MS: Final = 600_000
"""A permission holds its item this long: the link may fail just then, and the opened loan arrive late."""

_log = structlog.get_logger()
_ask_decoder = msgspec.json.Decoder(Ask)
_question_decoder = msgspec.json.Decoder(Question)
_event_decoder = msgspec.json.Decoder(Event)
_MAX_ASK_BYTES: Final = 100_000


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a question is asked: its terminal, the site, the main library's time and the site's date."""

    terminal: Terminal
    site: str
    now_ms: int
    offset: timedelta

    @property
    def today(self) -> datetime:
        """The site's local time."""
        return datetime.fromtimestamp(self.now_ms / 1000, UTC) + self.offset


class Answers:
    """Decides questions within the bookkeeper's transaction."""

    def __init__(self, terminals: Mapping[str, Terminal], keys: LibraryKeys, utc_offset: timedelta) -> None:
        self._terminals = terminals
        self._keys = keys
        self._utc_offset = utc_offset

    def answer(self, books: Books, job: Asked, now_ms: int, outcome: Outcome) -> None:
        """Answer into `outcome`. What cannot be understood or comes too late is logged and gets none."""
        terminal = self._terminals.get(job.terminal)
        if terminal is None:
            _log.warning("ask_of_unknown_terminal", terminal=job.terminal)
            return
        try:
            ask, question = self._opened(terminal, job, now_ms)
            setting = Setting(terminal, ask.site, now_ms, self._utc_offset)
            reply = self._reply(books, setting, question)
        except DecodeError as error:
            _log.warning("ask_refused", terminal=job.terminal, kind=error.kind, reason=error.detail)
            return
        outcome.answers.append(Answered(terminal.id, ask.id, reply))

    def _opened(self, terminal: Terminal, job: Asked, now_ms: int) -> tuple[Ask, Question]:
        if len(job.payload) > _MAX_ASK_BYTES:
            raise DecodeError("length", "the question is longer than any of ours")
        try:
            ask = _ask_decoder.decode(job.payload)
            if ask.id != job.ask:
                raise DecodeError("value", "the question's id is not its topic's")
            if time_ms(ask.deadline) < now_ms:
                raise DecodeError("deadline", "the question's deadline is over")
            plain = open_sealed_to(self._keys.sealing, ask.sealed, question_purpose(terminal.id, ask.id))
            return ask, _question_decoder.decode(plain)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise DecodeError("json", f"not a question: {error}") from error

    def _reply(self, books: Books, setting: Setting, question: Question) -> Reply:
        query = question.query
        match query:
            case Identify():
                return self._identify(books, query, setting)
            case Authorise():
                return self._authorise(books, query, setting, question)
            case RouteReturn():
                return _route(books, query, setting)
            case _:
                assert_never(query)

    def _identify(self, books: Books, query: Identify, setting: Setting) -> Reply:
        patron = books.ledger.patron_of_card(self._keys.card_hash(query.card))
        if patron is None or patron.lost_card:
            return NotIdentified(reason=Refusal.UNKNOWN_CARD)
        page = books.ledger.page(Touched())
        page.add_open_loans(patron.ref)
        reserved = books.ledger.reserving("patron", patron.ref, setting.now_ms)
        return Identified(
            patron=patron.ref,
            label=_label(patron.name),
            tail=patron.tail,
            loans=_counting(page.ledger, patron, reserved),
            limit=patron.loan_limit,
            blocked=patron.blocked,
        )

    def _authorise(self, books: Books, query: Authorise, setting: Setting, question: Question) -> Reply:
        """The stored answer if there is one, else a decision. An ended loan id is a tombstone."""
        page = self._page(books, query, setting, question)
        before = page.ledger.loans.get(query.loan)
        if before is not None and (before.ended_ms is not None or before.closed_by is not None):
            return NotAuthorised(loan=query.loan, reason=Refusal.TAKEN_BACK)
        stored = books.ledger.permission(query.loan)
        if stored is None:
            return self._decide(books, query, setting, page)
        if stored.terminal != setting.terminal.id or stored.item != item_key(query.item):
            raise DecodeError("value", "the loan id was used for another item or terminal")
        return msgspec.json.decode(stored.reply, type=Authorised | NotAuthorised)

    def _page(self, books: Books, query: Authorise, setting: Setting, question: Question) -> LedgerPage:
        """What the ledger knows of the two, with the terminal's own records of them that it may not have yet."""
        card = self._keys.card_hash(query.card)
        records = list(_unreceipted(question, setting, card))
        touched = Touched(loans={query.loan}, items={item_key(query.item)}, cards={card})
        for record in records:
            body = record.body
            touched.items.add(item_key(body.item))
            if isinstance(body, RETURN_RECORDS):
                touched.returns.add(body.giveback)
            else:
                touched.loans.add(body.loan)
        page = books.ledger.page(touched)
        patron = page.ledger.cards.get(card)
        if patron is not None:
            page.add_open_loans(patron)
        for record in records:
            page.ledger.apply(record)
        page.settle()
        return page

    def _decide(self, books: Books, query: Authorise, setting: Setting, page: LedgerPage) -> Reply:
        key = item_key(query.item)
        ledger = page.ledger
        item = ledger.items.setdefault(key, Item(key, query.item.owner, query.item.id))
        patron = ledger.patrons.get(ledger.cards.get(self._keys.card_hash(query.card), ""))
        standing = None
        if patron is not None:
            reserved = books.ledger.reserving("patron", patron.ref, setting.now_ms)
            standing = Standing(patron, _counting(ledger, patron, reserved))
        copy = ledger.copy_of(key, reserved=_pending(ledger, books.ledger.reserving("item", key, setting.now_ms)) > 0)
        reason = refusal(standing, copy)
        title, author = books.ledger.title(item.title)
        reply: Authorised | NotAuthorised
        if reason is None and patron is not None:
            due = due_date(patron, setting.today.date())
            reply = Authorised(loan=query.loan, due=due, title=title, author=author)
        else:
            reply = NotAuthorised(loan=query.loan, reason=reason or Refusal.UNKNOWN_CARD, title=title, author=author)
        text = msgspec.json.encode(reply).decode()
        expires_ms = setting.now_ms + RESERVED_MS
        ref = patron.ref if patron else None
        books.ledger.permit(Permission(query.loan, setting.terminal.id, key, ref, reason is None, text, expires_ms))
        return reply


def _unreceipted(question: Question, setting: Setting, card: str) -> list[Record]:
    """The records that the question carries. They are this patron's and item's, so hers where the box stays closed. One
    that makes no sense would be parked on arrival, and is left out here.
    """
    records = []
    for raw in question.unreceipted:
        try:
            event = _event_decoder.decode(raw)
            body = decode_body(event)
            at_ms = time_ms(event.time)
        except (msgspec.DecodeError, UnicodeDecodeError, DecodeError):
            continue
        if not isinstance(body, StreamOpened | ContentKeyWrapped):
            records.append(Record(at_ms, setting.terminal.id, setting.site, body, Holder(card=card)))
    return records


def _counting(ledger: Ledger, patron: Patron, reserved: list[Permission]) -> int:
    """What counts to the patron's limit: what she has out, and what she was permitted a moment ago."""
    out = sum(loan.is_open and loan.patron == patron.ref for loan in ledger.loans.values())
    return out + _pending(ledger, reserved)


def _pending(ledger: Ledger, reserved: list[Permission]) -> int:
    """Permissions whose loans are not opened or ended yet, also by what only the question told."""
    states = (ledger.loans[row.loan].state if row.loan in ledger.loans else LoanState.ASKED for row in reserved)
    return sum(state is LoanState.ASKED for state in states)


def _route(books: Books, query: RouteReturn, setting: Setting) -> Reply:
    key = item_key(query.item)
    ledger = books.ledger.page(Touched(items={key})).ledger
    item = ledger.items.get(key)
    if item is None or item.title is None:
        ledger.items.setdefault(key, Item(key, query.item.owner, query.item.id))
        unknown = item_refusal(ledger.copy_of(key))
        return NotRouted(item=query.item, reason=unknown or Refusal.UNKNOWN_ITEM)
    holds = sorted(ledger.holds.values(), key=lambda hold: (hold.placed_ms, hold.id))
    site, hold = destination(item, holds, setting.now_ms)
    title, author = books.ledger.title(item.title)
    return Routed(
        item=query.item,
        title=title,
        author=author,
        destination=books.ledger.site_name(site) if site != setting.site else None,
        held=hold is not None,
    )


def _label(name: str) -> str:
    """A name in part: 张*."""
    return f"{name[:1]}*"
