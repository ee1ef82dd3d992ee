"""Rows as values, in sets: one statement loads or saves as many as there are.

They go straight to the driver: SQLAlchemy declares the tables, but between a statement and its rows it would cost more
than the database does. `IN_LIST` and its like in `ledgers` are the only places that speak SQLite's dialect.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from sqlite3 import Connection
from typing import Any, Final, Generic, TypeVar

import msgspec
from sqlalchemy import Table

IN_LIST: Final = "IN (SELECT value FROM json_each(?))"

T = TypeVar("T", bound=msgspec.Struct)


def as_list(keys: Iterable[object]) -> str:
    """The parameter of an `IN_LIST`."""
    return msgspec.json.encode(list(keys)).decode()


def fetch(connection: Connection, sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    return connection.execute(sql, parameters).fetchall()


@dataclass(frozen=True)
class Rows(Generic[T]):
    """A table whose rows are values of one type."""

    table: Table
    kind: type[T]

    def where(self, connection: Connection, condition: str, parameters: tuple[object, ...] = ()) -> list[T]:
        """Rows that satisfy an SQL condition."""
        return self.read(connection, f"SELECT {self.columns} FROM {self.table.name} WHERE {condition}", parameters)  # noqa: S608 — our own names

    def read(self, connection: Connection, sql: str, parameters: tuple[object, ...] = ()) -> list[T]:
        """Rows of a query that selects `columns`."""
        return msgspec.convert(fetch(connection, sql, parameters), list[self.kind], strict=False)  # type: ignore[name-defined]  # the type is a value here

    def by(self, connection: Connection, column: str, keys: Collection[object]) -> list[T]:
        """Rows whose column holds one of the keys."""
        return self.where(connection, f"{column} {IN_LIST}", (as_list(keys),)) if keys else []

    def save(self, connection: Connection, rows: Sequence[T]) -> None:
        """Insert or replace, by primary key."""
        if rows:
            connection.executemany(self._upsert, [msgspec.structs.astuple(row) for row in rows])

    def insert(self, connection: Connection, rows: Sequence[T], *, or_keep: bool = False) -> None:
        """Insert; `or_keep`: an existing row stays as it is, else it is an error."""
        if rows:
            sql = self._insert + (" ON CONFLICT DO NOTHING" if or_keep else "")
            connection.executemany(sql, [msgspec.structs.astuple(row) for row in rows])

    @cached_property
    def columns(self) -> str:
        """All columns, in the order of the value's fields."""
        return ", ".join(f"{self.table.name}.{field}" for field in self.kind.__struct_fields__)

    @cached_property
    def _insert(self) -> str:
        fields = self.kind.__struct_fields__
        return f"INSERT INTO {self.table.name} ({', '.join(fields)}) VALUES ({', '.join('?' * len(fields))})"  # noqa: S608 — our own names

    @cached_property
    def _upsert(self) -> str:
        keys = [column.name for column in self.table.primary_key.columns]
        changes = ", ".join(f"{field} = excluded.{field}" for field in self.kind.__struct_fields__ if field not in keys)
        return f"{self._insert} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"
