"""What the ledger counts and what awaits people: read only, beside the writer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from sqlite3 import Connection

import msgspec

from central.storage.inbox import MARKS, Mark
from central.storage.rows import fetch
from central.storage.tables import DOUBTFUL, OUT


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`records` are inbox rows, `applied` those that were folded into the ledger (the others came before, in an earlier
    stream); `branches` are records that contradict the inbox.
    """

    records: int
    applied: int
    parked: int
    loans_confirmed: int
    loans_open: int
    refused: int
    returns: int
    transfers: int
    in_transit: int
    worklist: int
    branches: int


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What the monitor shows; each is counted by an index, for it is counted often."""

    loans_open: int
    lent_today: int
    returned_today: int
    in_transit: int
    worklist: int
    branches: int
    records: int


class SitePlace(msgspec.Struct, frozen=True):
    """A site in the order of the tree, `depth` 0 at its root."""

    code: str
    name: str
    depth: int


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the rules could not settle. `subject` is a loan's or a record's id; `reasons` are words."""

    kind: str
    subject: str
    reasons: tuple[str, ...]
    terminal: str
    item: str | None
    time_ms: int | None


_LOANS = (
    f"loans WHERE {DOUBTFUL} AND opened_ms IS NOT NULL AND (objections <> '' OR conflicts <> '' OR closed_by IS NULL)"
)
_RECORDS = "inbox JOIN streams USING (stream) WHERE inbox.parked IS NOT NULL AND inbox.parked <> 'loan'"

_OVER_LIMIT = (
    "(SELECT loans.*, row_number() OVER (PARTITION BY patron ORDER BY opened_ms DESC, id DESC) AS newest, "  # noqa: S608
    "count(*) OVER (PARTITION BY patron) AS out, loan_limit "
    f"FROM loans JOIN patrons ON patrons.ref = loans.patron WHERE {OUT}) WHERE newest = 1 AND out > loan_limit"
)
"""A patron over her limit, by the newest of her loans: offline terminals could not know of one another."""

_COUNTS = {
    "records": "inbox",
    "applied": "inbox WHERE applied",
    "parked": "inbox WHERE parked IS NOT NULL",
    "loans_confirmed": "loans WHERE state = 'confirmed' AND terminal <> 'import'",
    "loans_open": f"loans WHERE {OUT}",
    "refused": "loans WHERE state = 'refused'",
    "returns": "returns WHERE state = 'returned'",
    "transfers": "returns WHERE transfer IS NOT NULL",
    "in_transit": "returns WHERE transfer = 'in_transit'",
    "branches": "branches",
}


def report(connection: Connection) -> Report:
    """The counts of one moment."""
    counts = {name: _count(connection, table) for name, table in _COUNTS.items()}
    return Report(**counts, worklist=_count_cases(connection))


def figures(connection: Connection, midnight_ms: int) -> Figures:
    """The counts of one moment; today began at `midnight_ms`."""
    return Figures(
        loans_open=_count(connection, f"loans WHERE {OUT}"),
        lent_today=_count(connection, f"loans WHERE opened_ms >= {midnight_ms} AND state = 'confirmed'"),
        returned_today=_count(connection, f"returns WHERE opened_ms >= {midnight_ms} AND state = 'returned'"),
        in_transit=_count(connection, "returns WHERE transfer = 'in_transit'"),
        worklist=_count_cases(connection),
        branches=_count(connection, "branches"),
        records=int(fetch(connection, "SELECT coalesce(sum(high_water), 0) FROM streams")[0][0]),
    )


def marks(connection: Connection) -> list[Mark]:
    """Every stream's mark, by terminal."""
    return MARKS.where(connection, "true ORDER BY terminal, stream")


def site_places(connection: Connection) -> list[SitePlace]:
    """The tree of sites, each parent followed by its own."""
    rows = fetch(connection, "SELECT code, name, parent FROM sites ORDER BY rank")
    below: dict[str | None, list[tuple[str, str]]] = {}
    for code, name, parent in rows:
        below.setdefault(parent, []).append((code, name))
    return list(_walk(below, None, 0))


def _walk(below: Mapping[str | None, Sequence[tuple[str, str]]], parent: str | None, depth: int) -> Iterator[SitePlace]:
    for code, name in below.get(parent, ()):
        yield SitePlace(code, name, depth)
        yield from _walk(below, code, depth + 1)


def worklist(connection: Connection) -> list[Case]:
    """One case per loan, one per record that stands alone, one per patron who has more than she may; oldest first."""
    cases = [*_loan_cases(connection), *_record_cases(connection), *_limit_cases(connection)]
    return sorted(cases, key=lambda case: (case.time_ms or 0, case.subject))


def _count(connection: Connection, rows: str) -> int:
    return int(fetch(connection, f"SELECT count(*) FROM {rows}")[0][0])  # noqa: S608 — our own words


def _loan_cases(connection: Connection) -> list[Case]:
    sql = f"SELECT id, objections, conflicts, verified, terminal, item, opened_ms FROM {_LOANS}"  # noqa: S608 — our own words
    return [
        Case(
            kind="loan",
            subject=key,
            reasons=(*objections.split(), *conflicts.split(), *(("unverified",) if verified == 0 else ())),
            terminal=terminal,
            item=item,
            time_ms=opened_ms,
        )
        for key, objections, conflicts, verified, terminal, item, opened_ms in fetch(connection, sql)
    ]


def _record_cases(connection: Connection) -> list[Case]:
    sql = f"SELECT inbox.id, inbox.parked, terminal, inbox.time_ms FROM {_RECORDS}"  # noqa: S608 — our own words
    return [
        Case(kind="record", subject=key, reasons=(parked,), terminal=terminal, item=None, time_ms=time_ms)
        for key, parked, terminal, time_ms in fetch(connection, sql)
    ]


def _limit_cases(connection: Connection) -> list[Case]:
    sql = f"SELECT id, terminal, item, opened_ms FROM {_OVER_LIMIT}"  # noqa: S608 — our own words
    return [
        Case(kind="patron", subject=key, reasons=("limit_reached",), terminal=terminal, item=item, time_ms=time_ms)
        for key, terminal, item, time_ms in fetch(connection, sql)
    ]


def _count_cases(connection: Connection) -> int:
    return sum(_count(connection, cases) for cases in (_LOANS, _RECORDS, _OVER_LIMIT))
