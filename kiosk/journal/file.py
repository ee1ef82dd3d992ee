"""The journal's SQLite file. Its errors are JournalErrors: one plain sentence each, with nothing half done."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

import aiosqlite
import msgspec

from kiosk.errors import JournalError
from kiosk.journal import schema
from kiosk.journal.chain import Record

Row: TypeAlias = tuple[Any, ...]

MAX_ROWS: Final = 1_000
"""Rows of one INSERT; SQLite takes 32,766 parameters."""

BUSY_TIMEOUT_S: Final = 1.0
"""Only a person's own tools can hold the file; longer than a glance into it, shorter than a patron's patience."""

_REASONS: Final = {
    "SQLITE_FULL": "the disk is full; free some space on it",
    "SQLITE_READONLY": "it is read-only; make the file, its folder and the disk writable",
    "SQLITE_CANTOPEN": "it cannot be opened; see that its folder exists and may be written",
    "SQLITE_IOERR": "the disk reports an error or has no room; free some space, and replace the disk if it comes again",
    "SQLITE_CORRUPT": "it is damaged; put the file aside for inspection and start with a new one",
    "SQLITE_NOTADB": "it is not a journal; the configuration may name the wrong file",
    "SQLITE_BUSY": "another program holds it; end that program",
    "SQLITE_CONSTRAINT": "another program writes to it too; end that program",
    "SQLITE_ERROR": "it is not a journal; the configuration may name the wrong file",  # no such table, no such column
}


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a journal stands: its present stream, the records in it, and those of them without a receipt."""

    stream: str
    records: int
    unreceipted: int


class JournalFile:
    """The file while it is open, and no other process has it open. One caller writes at a time; statements run in the
    order of the calls.
    """

    def __init__(self, path: Path, database: aiosqlite.Connection, lock: IO[bytes]) -> None:
        self.path = path
        self._database = database
        self._lock = lock

    @classmethod
    async def open(cls, path: Path) -> JournalFile:
        """Open the file, or create it readable by its owner only. Raises JournalError, also if it is open already."""
        lock = _lock(path)
        try:
            return await cls._open(path, lock)
        except BaseException:
            lock.close()
            raise

    @classmethod
    async def _open(cls, path: Path, lock: IO[bytes]) -> JournalFile:
        await asyncio.to_thread(_create, path)
        with _translated(path):
            database = await aiosqlite.connect(path, isolation_level=None, timeout=BUSY_TIMEOUT_S)
        file = cls(path, database, lock)
        try:
            await file._prepare()
        except BaseException:
            await database.close()
            raise
        return file

    async def close(self) -> None:
        """Let go of the file."""
        try:
            with _translated(self.path):
                await self._database.close()
        finally:
            self._lock.close()

    async def fetch(self, statement: str, parameters: Row = ()) -> list[Row]:
        """All rows of a SELECT."""
        with _translated(self.path):
            return [tuple(row) for row in await self._database.execute_fetchall(statement, parameters)]

    async def insert(self, base: int, records: list[Record]) -> None:
        """Durable on return, all or none. Up to MAX_ROWS records are one hop to the database's thread and back."""
        with _translated(self.path):
            if len(records) <= MAX_ROWS:
                await self._insert(base, records)
            else:
                async with self._transaction():
                    await self._insert(base, records)

    async def begin_stream(self, stream: str, base: int, records: list[Record]) -> None:
        """A new stream with its first records, all or nothing."""
        with _translated(self.path):
            async with self._transaction():
                await self._database.execute(schema.INSERT_STREAM, (stream, base))
                await self._insert(base, records)

    async def move_mark(self, stream: str, high_water: int) -> None:
        """Not synced: a mark that is lost in a power cut is learnt again by the next receipt, and an append must not
        wait for this one's disk time. As statements run in order, FULL holds again before any that follows.
        """
        with _translated(self.path):
            await self._database.execute("PRAGMA synchronous = NORMAL")
            try:
                await self._database.execute(schema.UPDATE_MARK, (high_water, stream))
            finally:
                await self._database.execute("PRAGMA synchronous = FULL")

    async def overwrite_log(self) -> bool:
        """Overwrite the write-ahead log, so that what was deleted is in it no more; False if a reader is in the way.

        This also lays it out at its full length: a commit that need not grow it costs a third less.
        """
        ((busy, _, _),) = await self.fetch("PRAGMA wal_checkpoint(RESTART)")
        with _translated(self.path):
            await self._database.execute(schema.OVERWRITE_LOG, (schema.LOG_BYTES,))
        return not busy

    async def _prepare(self) -> None:
        ((version,),) = await self.fetch("PRAGMA user_version")
        if version not in {0, schema.VERSION}:
            raise JournalError(f"The journal {self.path} was written by a newer version of this program; update it.")
        with _translated(self.path):
            await self._database.executescript(schema.PRAGMAS)
            if version == 0:
                await self._database.executescript(schema.TABLES)
        await self.overwrite_log()

    async def _insert(self, base: int, records: list[Record]) -> None:
        for start in range(0, len(records), MAX_ROWS):
            rows = records[start : start + MAX_ROWS]
            statement = schema.INSERT_ENTRIES + ", ".join([schema.ENTRY_VALUES] * len(rows))
            await self._database.execute(statement, [value for record in rows for value in _columns(base, record)])

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[None]:
        await self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            await self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                await self._database.execute("ROLLBACK")
            raise


def inspect(path: Path) -> Standing:
    """Look into a journal, also while a kiosk runs on it. Raises JournalError."""
    if not path.exists():
        raise JournalError(f"There is no journal {path}; the terminal has not run yet, or the file was moved.")
    row = _standing_row(path) if path.stat().st_size else None
    if row is None:
        raise JournalError(f"The journal {path} holds no record yet; the terminal has not run on it.")
    stream, base, high_water, last = row
    return Standing(stream=stream, records=last - base, unreceipted=last - base - high_water)


def _standing_row(path: Path) -> Row | None:
    with _translated(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        row: Row | None = database.execute(schema.SELECT_STANDING).fetchone()
    return row


def _columns(base: int, record: Record) -> Row:
    story = record.story
    place = base + record.sequence
    if story is None:
        return place, None, record.hash, record.event, None, None, None
    return place, story.subject, record.hash, record.event, story.item, story.card, story.ended


def _lock(path: Path) -> IO[bytes]:
    """Held until it is closed, or its process ends in any way. A file of its own, and never deleted: SQLite has locks
    on the journal itself, and a lock on a deleted file keeps nobody out.
    """
    with _openable(path):
        lock = os.fdopen(os.open(f"{path.resolve()}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "rb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise JournalError(
                f"The journal {path} cannot be opened: a kiosk already runs on this journal; end that one first."
            ) from error
        except OSError:
            lock.close()
            raise
    return lock


def _create(path: Path) -> None:
    """Make the file's folder entry durable, too."""
    with _openable(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _openable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise JournalError(
            f"The journal {path} cannot be opened ({error.strerror}); see that its folder exists and may be written."
        ) from error


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        reason = next((text for prefix, text in _REASONS.items() if name.startswith(prefix)), f"SQLite says: {error}")
        raise JournalError(f"The journal {path} cannot be used: {reason}.") from error
