"""One transaction of the main library: what arrived is verified, kept, folded into the ledger, and only then told.

Runs in the one thread that writes. Whatever a record says, it reaches the inbox if its chain and signature are good;
only its consequences may be parked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog
from msgspec.structs import replace

from central.acceptance import Hashes, accept, new_mark
from central.answers import Answers
from central.circulation.ledger import RETURN_RECORDS, Circulation, Holder, Parked, Record
from central.circulation.values import item_key
from central.deliveries import Delivery, Terminal, open_publish, time_ms
from central.keys import LibraryKeys
from central.storage.database import Books
from central.storage.inbox import Branch, Inbox, InboxRow, Mark, WrappedKey
from central.storage.ledgers import Touched
from central.unsealing import ContentKeys
from central.work import Asked, Notice, Outcome, Publish, Reminder, Work
from firmware_msgs.errors import DecodeError
from firmware_msgs.uplink.records import (
    ContentKeyWrapped,
    Event,
    LoanAsked,
    ReturnOpened,
    StreamOpened,
    decode_body,
    encode_event,
)

_WITH_PATRON: Final = (LoanAsked, ReturnOpened)
_NOBODY: Final = Holder()

NOTICES_A_COMMIT: Final = 40
"""More than a person can follow; a draining backlog commits thousands at once."""

_log = structlog.get_logger()


@dataclass(slots=True)
class Entry:
    """A new record on its way into the inbox."""

    event: Event
    hash: str
    terminal: Terminal
    time_ms: int | None = None
    record: Record | None = None
    parked: Parked | None = None
    applied: bool = True


@dataclass(slots=True)
class Batch:
    """What one transaction gathers."""

    now_ms: int
    marks: dict[str, Mark] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    keys: dict[tuple[str, str], WrappedKey] = field(default_factory=dict)
    branches: list[Branch] = field(default_factory=list)
    touched: Touched = field(default_factory=Touched)
    outcome: Outcome = field(default_factory=Outcome)

    def touch(self, body: Circulation, holder: Holder) -> None:
        """Remember what the ledger's page must hold."""
        touched = self.touched
        if isinstance(body, RETURN_RECORDS):
            touched.returns.add(body.giveback)
        else:
            touched.loans.add(body.loan)
        touched.items.add(item_key(body.item))
        if holder.ref is not None:
            touched.refs.add(holder.ref)
        if holder.card is not None:
            touched.cards.add(holder.card)

    def park(self, entry: Entry) -> None:
        """Count a record whose consequences await people."""
        mark = self.marks[entry.event.stream]
        self.marks[mark.stream] = self.outcome.marks[mark.stream] = replace(mark, parked=mark.parked + 1)

    def moved_marks(self) -> list[Mark]:
        """The marks of the streams that have something new."""
        return [self.marks[stream] for stream in {entry.event.stream for entry in self.entries}]

    def hashes(self, inbox: Inbox) -> Hashes:
        """The inbox's hashes with this transaction's own."""

        def look_up(stream: str, first: int, last: int) -> dict[int, str]:
            fresh = {
                entry.event.sequence: entry.hash
                for entry in self.entries
                if entry.event.stream == stream and first <= entry.event.sequence <= last
            }
            return inbox.hashes(stream, first, last) | fresh

        return look_up


class Bookkeeper:
    """Turns work into transactions. One thread at a time."""

    def __init__(self, books: Books, terminals: Mapping[str, Terminal], keys: LibraryKeys, answers: Answers) -> None:
        self._books = books
        self._terminals = terminals
        self._keys = keys
        self._content_keys = ContentKeys(keys)
        self._answers = answers

    def commit(self, work: Sequence[Work], now_ms: int) -> Outcome:
        """Do all of it in one transaction, durable on return. Questions first: people wait for those."""
        batch = Batch(now_ms)
        deliveries = [delivery for job in work if isinstance(job, Publish) if (delivery := self._open(batch, job))]
        with self._books.transaction():
            batch.marks = self._books.inbox.marks_of({delivery.stream for delivery in deliveries})
            for job in work:
                if isinstance(job, Asked):
                    self._answers.answer(self._books, job, now_ms, batch.outcome)
                elif isinstance(job, Reminder):
                    batch.outcome.marks.update({mark.stream: mark for mark in self._books.inbox.marks_at(job.terminal)})
            for delivery in deliveries:
                self._take(batch, delivery)
            self._post(batch)
        return batch.outcome

    def _open(self, batch: Batch, job: Publish) -> Delivery | None:
        terminal = self._terminals.get(job.terminal)
        if terminal is None:
            _log.warning("publish_of_unknown_terminal", terminal=job.terminal)
            return None
        try:
            return open_publish(terminal, job.payload)
        except DecodeError as error:
            self._refuse(batch, terminal, error)
            return None

    def _take(self, batch: Batch, delivery: Delivery) -> None:
        """Move the stream's mark past what is new, and gather it. Whatever it is, the terminal learns its mark."""
        mark = batch.marks.get(delivery.stream) or new_mark(delivery)
        try:
            accepted = accept(mark, delivery, batch.hashes(self._books.inbox), batch.now_ms)
        except DecodeError as error:
            self._refuse(batch, delivery.terminal, error)
            return
        if accepted.branch:
            batch.branches += accepted.branch
            terminal = delivery.terminal
            _log.error(
                "second_branch", terminal=terminal.id, stream=delivery.stream, sequence=accepted.branch[0].sequence
            )
            batch.outcome.notices.append(Notice(batch.now_ms, terminal.id, terminal.site, "second_branch", alarm=True))
        if accepted.events:
            mark = replace(mark, high_water=delivery.last, hash=delivery.hashes[-1])
            batch.marks[mark.stream] = mark
        batch.outcome.marks[mark.stream] = mark
        for event, digest in zip(accepted.events, accepted.hashes, strict=True):
            batch.entries.append(self._entry(batch, delivery.terminal, event, digest))

    def _entry(self, batch: Batch, terminal: Terminal, event: Event, digest: str) -> Entry:
        entry = Entry(event, digest, terminal)
        try:
            entry.time_ms = time_ms(event.time)
            body = decode_body(event)
        except DecodeError as error:
            entry.parked = Parked(error.kind)
            return entry
        if isinstance(body, ContentKeyWrapped):
            wrapped = WrappedKey(terminal.id, body.key, body.algorithm, body.recipient, body.wrapped)
            batch.keys.setdefault((terminal.id, body.key), wrapped)
        elif not isinstance(body, StreamOpened):
            holder = self._holder(batch, terminal, event, body)
            batch.touch(body, holder)
            entry.record = Record(entry.time_ms, terminal.id, terminal.site, body, holder)
        return entry

    def _holder(self, batch: Batch, terminal: Terminal, event: Event, body: Circulation) -> Holder:
        if not isinstance(body, _WITH_PATRON) or body.patron is None:
            return _NOBODY

        def look_up(of: str, key: str) -> WrappedKey | None:
            return self._books.inbox.wrapped_key(of, key) or batch.keys.get((of, key))

        try:
            part = self._content_keys.patron_part(terminal.id, body.patron, event.id, look_up)
        except DecodeError:
            return Holder(readable=False)
        return Holder(part.patron, None if part.card is None else self._keys.card_hash(part.card))

    def _post(self, batch: Batch) -> None:
        """Fold what is new into the ledger, and write everything."""
        inbox = self._books.inbox
        if batch.branches:
            inbox.add_branches(batch.branches)
        if not batch.entries:
            return
        known = inbox.known_ids([entry.event.id for entry in batch.entries])
        page = self._books.ledger.page(batch.touched)
        for entry in batch.entries:
            entry.applied = entry.event.id not in known
            known.add(entry.event.id)
            if entry.applied and entry.record is not None:
                entry.parked = page.ledger.apply(entry.record)
            if entry.parked is not None:
                batch.park(entry)
        page.settle()
        page.save()
        inbox.add_keys(list(batch.keys.values()))
        inbox.add([_row(entry, batch.now_ms) for entry in batch.entries], batch.moved_marks())
        batch.outcome.records = len(batch.entries)
        batch.outcome.notices += [_notice(entry) for entry in batch.entries[-NOTICES_A_COMMIT:]]

    def _refuse(self, batch: Batch, terminal: Terminal, error: DecodeError) -> None:
        """An unauthentic publish moves nothing. The terminal sends again, and its data axis shows that it is stuck."""
        _log.error("publish_refused", terminal=terminal.id, kind=error.kind, reason=error.detail)
        batch.outcome.notices.append(Notice(batch.now_ms, terminal.id, terminal.site, "publish_refused", alarm=True))


def _row(entry: Entry, now_ms: int) -> InboxRow:
    event = entry.event
    return InboxRow(
        event.stream,
        event.sequence,
        entry.hash,
        event.id,
        event.type,
        entry.time_ms,
        now_ms,
        entry.applied,
        entry.parked,
        encode_event(event),
    )


def _notice(entry: Entry) -> Notice:
    kind = entry.event.type.removeprefix("shufang.").removesuffix(".v1") if entry.record else entry.parked or "journal"
    return Notice(entry.time_ms or 0, entry.terminal.id, entry.terminal.site, kind, alarm=entry.parked is not None)
