"""Writes an import, all of it or nothing. What the ledger learnt since an earlier import stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from sqlite3 import Connection

from msgspec.structs import astuple

from central.imports.folder import County
from central.storage.ledgers import HOLDS, ITEMS, LOANS, PATRONS, LedgerPage, Touched
from central.storage.rows import fetch


def known_refs(connection: Connection) -> dict[str, str]:
    """Every patron's reference by the hash of her card."""
    return dict(fetch(connection, "SELECT card, patron FROM cards"))


def write_county(connection: Connection, county: County) -> None:
    """Insert what is new; of what is known, replace what the files say and keep what happened."""
    _write_network(connection, county)
    rows = [(row.id, row.title, row.author) for row in county.titles.values()]
    _upsert(connection, "titles", ("id", "title", "author"), rows)
    PATRONS.save(connection, list(county.patrons.values()))
    _upsert(connection, "cards", ("card", "patron"), list(county.cards.items()))
    _upsert(
        connection,
        "items",
        ITEMS.kind.__struct_fields__,
        [astuple(item) for item in county.items.values()],
        keep=("state", "current", "loan", "moved_ms"),
    )
    HOLDS.insert(connection, list(county.holds.values()), or_keep=True)
    LOANS.insert(connection, list(county.loans.values()), or_keep=True)
    _settle(connection, county)


def _write_network(connection: Connection, county: County) -> None:
    network = county.network
    sites = [
        (site.code, site.tier, site.parent, site.place, network.name_of(site), rank)
        for rank, site in enumerate(network.sites)
    ]
    _upsert(connection, "sites", ("code", "tier", "parent", "place", "name", "rank"), sites)
    isils = [(isil.replace("-", "").upper(),) for isil in network.isils]
    connection.executemany("INSERT INTO isils VALUES (?) ON CONFLICT DO NOTHING", isils)


def _settle(connection: Connection, county: County) -> None:
    """Tell the stories of the items whose loans or holds came."""
    since = {loan.item: loan.opened_ms or 0 for loan in county.loans.values()}
    since |= {hold.item: 0 for hold in county.holds.values()}
    page = LedgerPage(connection, frozenset(), Touched(items=set(since)))
    page.ledger.since.update(since)
    page.settle()
    page.save()


def _upsert(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[object, ...]],
    keep: Collection[str] = (),
) -> None:
    key, *rest = columns
    changes = ", ".join(f"{column} = excluded.{column}" for column in rest if column not in keep)
    sql = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "  # noqa: S608 — our own names
        f"ON CONFLICT ({key}) DO UPDATE SET {changes}"
    )
    if rows:
        connection.executemany(sql, list(rows))
