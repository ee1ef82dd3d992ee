"""One step in the making: the state as it changes and the effects in their order. Lives for one `step` only."""

from __future__ import annotations

from dataclasses import replace

from firmware_msgs.config import Rules
from firmware_msgs.uplink.records import Body, PatronPart
from kiosk.moment import Moment
from kiosk.session.effects import Commit, Effect, Entry, SetSecurity, StartTimer, StopTimer
from kiosk.session.events import Timer
from kiosk.session.state import Book, Phase, Status, Terminal


class Turn:
    """Collects what a step decides."""

    def __init__(self, state: Terminal, rules: Rules, now: Moment) -> None:
        self.state = state
        self.rules = rules
        self.now = now
        self.effects: list[Effect] = []
        self._ids = 0

    def new_id(self) -> str:
        """A fresh UUIDv7."""
        self._ids += 1
        return self.now.new_id(self._ids)

    def do(self, effect: Effect) -> None:
        """Add an effect."""
        self.effects.append(effect)

    def commit(self, *bodies: Body, patron: PatronPart | None = None) -> None:
        """Journal records together; the first one carries the patron part."""
        self.do(Commit(tuple(Entry(body, patron if not ordinal else None) for ordinal, body in enumerate(bodies))))

    def enter(self, phase: Phase) -> None:
        """Change the phase."""
        self.state = self.state.enters(phase)

    def start(self, timer: Timer, seconds: int) -> None:
        """(Re)start a timer."""
        self.do(StartTimer(timer, seconds * 1000))

    def stop(self, timer: Timer) -> None:
        """Stop a timer."""
        self.do(StopTimer(timer))

    def put(self, book: Book) -> Book:
        """Add the book, or replace the one of the same key."""
        books = self.state.books
        if any(known.key == book.key for known in books):
            books = tuple(book if known.key == book.key else known for known in books)
        else:
            books = (*books, book)
        self.state = replace(self.state, books=books)
        return book

    def settle(self, book: Book, status: Status) -> Book:
        """The book in its next status."""
        return self.put(book.becomes(status))

    def drop(self, book: Book) -> None:
        """Forget the book."""
        self.state = replace(self.state, books=tuple(known for known in self.state.books if known.key != book.key))

    def book_of(self, uid: str) -> Book | None:
        """The book that has this tag."""
        return next((book for book in self.state.books if uid in book.uids), None)

    def set_security(self, book: Book, uids: frozenset[str], *, secured: bool) -> None:
        """Ask the pad to write these tags of the book."""
        for tag in book.tags:
            if tag.uid in uids:
                self.do(SetSecurity(tag.device, tag.uid, secured))
