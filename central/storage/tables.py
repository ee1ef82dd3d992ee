"""Every table, declared once. The ledger's tables have the fields of their values, in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

metadata: Final = MetaData()


def _text(name: str, *, optional: bool = False) -> Column[str]:
    return Column(name, Text, nullable=optional)


def _time(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=optional)


def _partial(name: str, column: Column[str] | Column[int], condition: str) -> None:
    """An index of the few rows that satisfy a condition, which queries must state in the same words."""
    where = text(condition)
    Index(name, column, sqlite_where=where, postgresql_where=where)


facts = Table("facts", metadata, Column("name", Text, primary_key=True), _text("value"))
"""What is true of this database as a whole: its epoch."""

streams = Table(
    "streams",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("terminal", Text, nullable=False, index=True),
    Column("high_water", BigInteger, nullable=False),
    _text("hash"),
    Column("parked", Integer, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    _text("hash"),
    Column("id", Text, nullable=False, index=True),
    _text("type"),
    _time("time_ms", optional=True),
    _time("received_ms"),
    Column("applied", Boolean, nullable=False),  # not, if its id was applied from an earlier stream
    _text("parked", optional=True),
    Column("event", LargeBinary, nullable=False),
)
_partial("inbox_parked", inbox.c.parked, "parked IS NOT NULL")

branches = Table(
    "branches",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Text, primary_key=True),
    _text("terminal"),
    _time("received_ms"),
    Column("event", LargeBinary, nullable=False),
)
"""Records that contradict the inbox: a second journal claims the same stream."""

content_keys = Table(
    "content_keys",
    metadata,
    Column("terminal", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    _text("algorithm"),
    _text("recipient"),
    Column("wrapped", LargeBinary, nullable=False),
)

sites = Table(
    "sites",
    metadata,
    Column("code", Text, primary_key=True),
    _text("tier"),
    _text("parent", optional=True),
    _text("place"),
    _text("name"),
    Column("rank", Integer, nullable=False),
)

isils = Table("isils", metadata, Column("isil", Text, primary_key=True))

titles = Table("titles", metadata, Column("id", Text, primary_key=True), _text("title"), _text("author"))

items = Table(
    "items",
    metadata,
    Column("key", Text, primary_key=True),
    _text("owner"),
    _text("id"),
    _text("title", optional=True),
    _text("site", optional=True),
    Column("lendable", Boolean, nullable=False),
    Column("parts", Integer, nullable=False),
    _text("state"),
    _text("current", optional=True),
    _text("loan", optional=True),
    _time("moved_ms", optional=True),
)

patrons = Table(
    "patrons",
    metadata,
    Column("ref", Text, primary_key=True),
    _text("name"),
    _text("tail"),
    _text("category"),
    Column("loan_limit", Integer, nullable=False),
    Column("loan_days", Integer, nullable=False),
    Column("blocked", Boolean, nullable=False),
    Column("lost_card", Boolean, nullable=False),
)

cards = Table("cards", metadata, Column("card", Text, primary_key=True), _text("patron"))
"""By the keyed hash of what a terminal reads: a chip's identifier, or the printed number as a scanned code."""

holds = Table(
    "holds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("item", Text, nullable=False, index=True),
    _text("patron"),
    _text("pickup"),
    _time("placed_ms"),
    _text("filled_by", optional=True),
    _time("filled_ms", optional=True),
)

loans = Table(
    "loans",
    metadata,
    Column("id", Text, primary_key=True),
    _text("item"),
    _text("terminal"),
    _text("site"),
    _text("state"),
    _time("asked_ms"),
    _text("patron", optional=True),
    _text("card", optional=True),
    _time("opened_ms", optional=True),
    _time("ended_ms", optional=True),
    _text("due", optional=True),
    _text("basis", optional=True),
    Column("verified", Boolean),
    _text("refusal", optional=True),
    _text("objections"),
    _text("conflicts"),
    _text("closed_by", optional=True),
    _time("closed_ms", optional=True),
)
OUT: Final = "closed_by IS NULL AND state IN ('opened', 'confirmed')"
"""Loans whose item is still out."""

DOUBTFUL: Final = "(objections <> '' OR conflicts <> '' OR verified = 0)"
"""Loans that may await people."""

Index("loans_item", loans.c.item, loans.c.opened_ms)
Index("loans_opened", loans.c.opened_ms)
_partial("loans_out", loans.c.patron, OUT)
_partial("loans_doubtful", loans.c.opened_ms, DOUBTFUL)

returns = Table(
    "returns",
    metadata,
    Column("id", Text, primary_key=True),
    _text("item"),
    _text("terminal"),
    _text("site"),
    _text("state"),
    _time("opened_ms"),
    _text("patron", optional=True),
    _time("returned_ms", optional=True),
    Column("verified", Boolean),
    _text("destination", optional=True),
    _text("hold", optional=True),
    _text("transfer", optional=True),
    _time("arrived_ms", optional=True),
)
Index("returns_item", returns.c.item, returns.c.opened_ms)
Index("returns_opened", returns.c.opened_ms)
_partial("returns_travelling", returns.c.destination, "transfer = 'in_transit'")

permissions = Table(
    "permissions",
    metadata,
    Column("loan", Text, primary_key=True),
    _text("terminal"),
    Column("item", Text, nullable=False, index=True),
    Column("patron", Text, index=True),
    Column("granted", Boolean, nullable=False),
    _text("reply"),
    _time("expires_ms"),
)


def schema() -> Iterator[str]:
    """The statements that make what is missing, tables before their indexes."""
    dialect = sqlite.dialect()
    for table in metadata.sorted_tables:
        yield str(CreateTable(table, if_not_exists=True).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index, if_not_exists=True).compile(dialect=dialect))
