"""The inbox: every record that ever arrived, by stream and sequence, with each stream's mark."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from sqlite3 import Connection

import msgspec

from central.storage.rows import IN_LIST, Rows, as_list, fetch
from central.storage.tables import branches, content_keys, inbox, streams


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """All records of `stream` up to `high_water` are in the inbox; `hash` is the last one's."""

    stream: str
    terminal: str
    high_water: int
    hash: str
    parked: int


class InboxRow(msgspec.Struct, frozen=True, array_like=True):
    """One record. `applied` False: its id came before, in an earlier stream. `event` is its exact JSON."""

    stream: str
    sequence: int
    hash: str
    id: str
    type: str
    time_ms: int | None
    received_ms: int
    applied: bool
    parked: str | None
    event: bytes


class Branch(msgspec.Struct, frozen=True, array_like=True):
    """A record that contradicts the inbox."""

    stream: str
    sequence: int
    hash: str
    terminal: str
    received_ms: int
    event: bytes


class WrappedKey(msgspec.Struct, frozen=True, array_like=True):
    """A terminal's content key, as it was journaled."""

    terminal: str
    key: str
    algorithm: str
    recipient: str
    wrapped: bytes


MARKS = Rows(streams, Mark)
INBOX = Rows(inbox, InboxRow)
BRANCHES = Rows(branches, Branch)
CONTENT_KEYS = Rows(content_keys, WrappedKey)


class Inbox:
    """The inbox through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def marks_of(self, streams: Collection[str]) -> dict[str, Mark]:
        """The marks of these streams; none for a new one."""
        return {mark.stream: mark for mark in MARKS.by(self._connection, "stream", streams)}

    def marks_at(self, terminal: str | None) -> list[Mark]:
        """The marks of all streams of a terminal (None: of every one)."""
        if terminal is None:
            return MARKS.where(self._connection, "true")
        return MARKS.by(self._connection, "terminal", {terminal})

    def known_ids(self, ids: Sequence[str]) -> set[str]:
        """Which of these records are here already, from whatever stream."""
        sql = f"SELECT id FROM inbox WHERE id {IN_LIST}"  # noqa: S608 — a constant
        return {key for (key,) in fetch(self._connection, sql, (as_list(ids),))}

    def hashes(self, stream: str, first: int, last: int) -> dict[int, str]:
        """The hashes of a stretch of a stream, by sequence."""
        sql = "SELECT sequence, hash FROM inbox WHERE stream = ? AND sequence BETWEEN ? AND ?"
        return dict(fetch(self._connection, sql, (stream, first, last)))

    def wrapped_key(self, terminal: str, key: str) -> WrappedKey | None:
        """A content key that was journaled earlier."""
        rows = CONTENT_KEYS.where(self._connection, "terminal = ? AND key = ?", (terminal, key))
        return rows[0] if rows else None

    def add(self, rows: Sequence[InboxRow], marks: Sequence[Mark]) -> None:
        """Keep new records, and move their streams' marks past them."""
        INBOX.insert(self._connection, rows)
        MARKS.save(self._connection, marks)

    def add_branches(self, rows: Sequence[Branch]) -> None:
        """Keep contradictions; the same one again changes nothing."""
        BRANCHES.insert(self._connection, rows, or_keep=True)

    def add_keys(self, rows: Sequence[WrappedKey]) -> None:
        """Keep content keys; the first of a name stays."""
        CONTENT_KEYS.insert(self._connection, rows, or_keep=True)
