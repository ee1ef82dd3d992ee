"""Opens the database: SQLite in WAL mode, every commit durable before it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from sqlite3 import Connection as DriverConnection
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from central.storage.inbox import Inbox
from central.storage.ledgers import Ledgers
from central.storage.rows import fetch
from central.storage.tables import metadata

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
        self._engine = _engine(path)

    def create(self, epoch: str) -> None:
        """Make the tables where they are missing; a new database gets `epoch`, an old one keeps its own."""
        with self.writing() as connection:
            metadata.create_all(connection)
            connection.exec_driver_sql("INSERT INTO facts VALUES ('epoch', ?) ON CONFLICT DO NOTHING", (epoch,))

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection, for one thread. Raises StorageError."""
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment. Raises StorageError."""
        with self.connected() as connection:
            connection.exec_driver_sql("BEGIN")
            yield connection
            connection.exec_driver_sql("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, durable when the block is left. Raises StorageError."""
        with self.connected() as connection, transaction(connection):
            yield connection

    def books(self) -> Books:
        """The writer's way in, to be closed. Raises StorageError."""
        with self._translated():
            return Books(self._engine.connect(), self._translated)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StorageError(self.path, error.orig or error) from error


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
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=NullPool,  # a connection lives as long as its one user
        isolation_level="AUTOCOMMIT",  # transactions are begun by hand, with their lock
        connect_args={"timeout": BUSY_TIMEOUT_S},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DriverConnection, _record: object) -> None:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()

    return engine
