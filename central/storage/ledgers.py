"""Loads the part of the ledger that a set of records touches, and saves what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from sqlite3 import Connection
from typing import Final, TypeVar

import msgspec

from central.circulation.ledger import Ledger
from central.circulation.values import Hold, Item, Loan, Patron, Permission, Return
from central.storage.rows import IN_LIST, Rows, as_list, fetch
from central.storage.tables import OUT, holds, items, loans, patrons, permissions, returns

LOANS: Final = Rows(loans, Loan)
RETURNS: Final = Rows(returns, Return)
ITEMS: Final = Rows(items, Item)
HOLDS: Final = Rows(holds, Hold)
PATRONS: Final = Rows(patrons, Patron)
PERMISSIONS: Final = Rows(permissions, Permission)

T = TypeVar("T", bound=msgspec.Struct)

_ANCHORS: Final = """
SELECT value ->> 0, (SELECT max(opened_ms) FROM returns
                     WHERE item = value ->> 0 AND opened_ms < value ->> 1 AND state = 'returned')
FROM json_each(?)"""
_TAIL: Final = "FROM json_each(?) JOIN {table} ON {table}.item = value ->> 0 AND {table}.opened_ms >= value ->> 1"


@dataclass(slots=True)
class Touched:
    """What a set of records speaks of."""

    loans: set[str] = field(default_factory=set)
    returns: set[str] = field(default_factory=set)
    items: set[str] = field(default_factory=set)
    refs: set[str] = field(default_factory=set)
    cards: set[str] = field(default_factory=set)


class LedgerPage:
    """A part of the ledger between load and save, within one transaction."""

    def __init__(self, connection: Connection, isils: frozenset[str], touched: Touched) -> None:
        self._connection = connection
        ledger = Ledger(isils)
        ledger.loans = {loan.id: loan for loan in LOANS.by(connection, "id", touched.loans)}
        ledger.returns = {back.id: back for back in RETURNS.by(connection, "id", touched.returns)}
        keys = touched.items.union(row.item for row in ledger.loans.values())
        keys.update(row.item for row in ledger.returns.values())
        ledger.items = {item.key: item for item in ITEMS.by(connection, "key", keys)}
        ledger.holds = {hold.id: hold for hold in HOLDS.by(connection, "item", keys)}
        ledger.permissions = {row.loan: row for row in PERMISSIONS.by(connection, "loan", touched.loans)}
        ledger.cards = patrons_of(connection, touched.cards)
        refs = touched.refs.union(row.patron for row in ledger.loans.values() if row.patron)
        refs.update(ledger.cards.values())
        ledger.patrons = {patron.ref: patron for patron in PATRONS.by(connection, "ref", refs)}
        self.ledger = ledger
        self._loans, self._returns = dict(ledger.loans), dict(ledger.returns)
        self._items, self._holds = dict(ledger.items), dict(ledger.holds)

    def add_open_loans(self, patron: str) -> None:
        """Everything that this patron has out."""
        self._add_loans(LOANS.where(self._connection, f"patron = ? AND {OUT}", (patron,)))
        missing = {loan.item for loan in self.ledger.loans.values()} - self.ledger.items.keys()
        self._add(self.ledger.items, self._items, {item.key: item for item in self._items_by(missing)})

    def settle(self) -> None:
        """Load the touched items' stories as far back as they matter, and tell them anew."""
        if not self.ledger.since:
            return
        touched = as_list(self.ledger.since.items())
        anchors: dict[str, int] = {key: ms or 0 for key, ms in fetch(self._connection, _ANCHORS, (touched,))}
        tails = as_list(anchors.items())
        self._add_loans(LOANS.read(self._connection, f"SELECT {LOANS.columns} {_TAIL.format(table='loans')}", (tails,)))
        backs = RETURNS.read(self._connection, f"SELECT {RETURNS.columns} {_TAIL.format(table='returns')}", (tails,))
        self._add(self.ledger.returns, self._returns, {back.id: back for back in backs})
        self.ledger.settle(anchors)

    def save(self) -> None:
        """Write what changed."""
        LOANS.save(self._connection, _changed(self.ledger.loans, self._loans))
        RETURNS.save(self._connection, _changed(self.ledger.returns, self._returns))
        ITEMS.save(self._connection, _changed(self.ledger.items, self._items))
        HOLDS.save(self._connection, _changed(self.ledger.holds, self._holds))

    def _items_by(self, keys: Collection[str]) -> list[Item]:
        return ITEMS.by(self._connection, "key", keys)

    def _add_loans(self, rows: Iterable[Loan]) -> None:
        self._add(self.ledger.loans, self._loans, {loan.id: loan for loan in rows})

    def _add(self, into: dict[str, T], originals: dict[str, T], rows: dict[str, T]) -> None:
        """Rows that are in memory already may have changed there, and win."""
        for key, row in rows.items():
            if key not in into:
                into[key] = originals[key] = row


def patrons_of(connection: Connection, cards: Collection[str]) -> dict[str, str]:
    """The references of the patrons who have these cards."""
    sql = f"SELECT card, patron FROM cards WHERE card {IN_LIST}"  # noqa: S608 — a constant
    return dict(fetch(connection, sql, (as_list(cards),))) if cards else {}


def _changed(now: dict[str, T], before: dict[str, T]) -> list[T]:
    return [row for key, row in now.items() if before.get(key) != row]


class Ledgers:
    """The ledger through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, touched: Touched) -> LedgerPage:
        """The part of the ledger that a set of records speaks of."""
        isils = frozenset(isil for (isil,) in fetch(self._connection, "SELECT isil FROM isils"))
        return LedgerPage(self._connection, isils, touched)

    def site_name(self, code: str | None) -> str | None:
        """A site's public name."""
        rows = fetch(self._connection, "SELECT name FROM sites WHERE code = ?", (code,)) if code else []
        return str(rows[0][0]) if rows else None

    def title(self, title: str | None) -> tuple[str, str]:
        """Title and author; empty where unknown."""
        sql = "SELECT title, author FROM titles WHERE id = ?"
        rows = fetch(self._connection, sql, (title,)) if title else []
        return (rows[0][0], rows[0][1]) if rows else ("", "")

    def patron_of_card(self, card: str) -> Patron | None:
        """Whose card this is, by its keyed hash."""
        rows = PATRONS.by(self._connection, "ref", patrons_of(self._connection, {card}).values())
        return rows[0] if rows else None

    def reserving(self, column: str, key: str, now_ms: int) -> list[Permission]:
        """Permissions for an `item` or a `patron` that still reserve: not expired, loan not opened or ended yet."""
        condition = (
            f"{column} = ? AND granted AND expires_ms > ? "  # noqa: S608 — our own column
            "AND NOT EXISTS (SELECT 1 FROM loans WHERE loans.id = permissions.loan AND loans.state <> 'asked')"
        )
        return PERMISSIONS.where(self._connection, condition, (key, now_ms))

    def permission(self, loan: str) -> Permission | None:
        """What was answered for this loan before."""
        rows = PERMISSIONS.by(self._connection, "loan", {loan})
        return rows[0] if rows else None

    def permit(self, permission: Permission) -> None:
        """Keep an answer."""
        PERMISSIONS.insert(self._connection, [permission])
