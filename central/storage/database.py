"""Opens the database: SQLite in WAL mode, every commit durable before it is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import Final

from central.storage.inbox import Inbox
from central.storage.ledgers import Ledgers
from central.storage.rows import fetch
from central.storage.tables import schema

BUSY_TIMEOUT_S: Final = 10
"""Another process (an import, a report) holds the write lock for far less."""

PRAGMAS: Final = (
    "page_size=8192",  # a record has about 800 bytes here: fewer, fuller pages cost an eighth less
    "journal_mode=WAL",
    "wal_autocheckpoint=4000",  # 16 MB: a page that a draining backlog changes again and again is copied once
    "synchronous=FULL",  # a receipt follows the commit, so the commit must survive a power cut
    "foreign_keys=ON",
    "cache_size=-65536",
    "temp_store=MEMORY",
)


class StorageError(Exception):
    """The database refused: the machine's fault (disk, lock, rights), not a peer's."""

    def __init__(self, path: Path, cause: Exception) -> None:
        super().__init__(
            f"the database {path} cannot be used: {cause}. Check the disk, its space and the file's rights."
        )
        self.path = path


class Database:
    """One SQLite file. Transactions that write are one at a time; readers see the last commit and never wait."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self, epoch: str) -> None:
        """Make the tables where they are missing; a new database gets `epoch`, an old one keeps its own."""
        with self.writing() as connection:
            for statement in schema():
                connection.execute(statement)
            connection.execute("INSERT INTO facts VALUES ('epoch', ?) ON CONFLICT DO NOTHING", (epoch,))

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection, for one thread. Raises StorageError."""
        with self._translated(), closing(_connect(self.path)) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment. Raises StorageError."""
        with self.connected() as connection:
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, durable when the block is left. Raises StorageError."""
        with self.connected() as connection, transaction(connection):
            yield connection

    def books(self) -> Books:
        """The writer's way in, to be closed. Raises StorageError."""
        with self._translated():
            return Books(_connect(self.path), self._translated)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StorageError(self.path, error) from error


class Books:
    """Inbox and ledger through one connection that stays open, for the one thread that writes."""

    def __init__(self, connection: Connection, translated: Callable[[], AbstractContextManager[None]]) -> None:
        self._connection = connection
        self._translated = translated
        self.inbox = Inbox(connection)
        self.ledger = Ledgers(connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Durable when the block is left, as if it had never begun when it raises. Raises StorageError."""
        with self._translated(), transaction(self._connection):
            yield

    def epoch(self) -> str:
        """The random id of this database's life: new at its creation and after each restore."""
        return str(fetch(self._connection, "SELECT value FROM facts WHERE name = 'epoch'")[0][0])

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Begin with the write lock, so that what was read stays true until the commit."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _connect(path: Path) -> Connection:
    """Transactions are begun by hand, with their lock."""
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection
