"""The count after the tour, by an independent reading: SQLite files and tags, none of the programs' own code."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scripts.demo_network.hands import TagSeen
from scripts.demo_network.stock import books

CONFIRMED: Final = "shufang.loan_confirmed.v1"
REFUSED: Final = "shufang.loan_refused.v1"
RETURNED: Final = "shufang.item_returned.v1"

_JOURNAL: Final = "SELECT place, hash, event FROM record ORDER BY place"
_MARK: Final = "SELECT base + high_water FROM stream ORDER BY number DESC LIMIT 1"
_APPLIED: Final = "SELECT id, hash FROM inbox WHERE applied"
_LOANS: Final = (
    "SELECT item, state, closed_by IS NULL FROM loans WHERE terminal IN (SELECT DISTINCT terminal FROM streams)"
)
_RETURNS: Final = "SELECT state, destination IS NOT NULL AND transfer IS NOT NULL FROM returns"
_OPEN: Final = "SELECT item FROM loans WHERE state IN ('opened', 'confirmed') AND closed_by IS NULL"


@dataclass(frozen=True, slots=True)
class Journaled:
    """One record of a terminal's journal. `subject` is the loan or return that it belongs to."""

    id: str
    hash: str
    type: str
    subject: str | None
    receipted: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """The main library's database, as far as it counts here. `open_items` names the items that are out on a loan."""

    applied: tuple[tuple[str, str], ...]
    loans: Counter[str]
    returns: Counter[str]
    transfers: int
    open_items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What `--json` prints."""

    journal_records: int
    ledger_records: int
    loans_confirmed: int
    returns: int
    transfers: int
    refused: int
    unreceipted: int
    lost: int
    duplicated: int
    tags_on_loan: int
    tags_secured: int


def read_journal(path: Path) -> list[Journaled]:
    """All records of a journal, oldest first."""
    with closing(_reading(path)) as journal:
        (mark,) = journal.execute(_MARK).fetchone()
        return [_journaled(mark, *row) for row in journal.execute(_JOURNAL)]


def read_ledger(path: Path) -> Ledger:
    """The inbox and what was made of it."""
    with closing(_reading(path)) as ledger:
        returns = ledger.execute(_RETURNS).fetchall()
        return Ledger(
            applied=tuple(ledger.execute(_APPLIED)),
            loans=Counter(state for _, state, _ in ledger.execute(_LOANS)),
            returns=Counter(state for state, _ in returns),
            transfers=sum(transferred for _, transferred in returns),
            open_items=tuple(item for (item,) in ledger.execute(_OPEN)),
        )


def tally(journaled: Sequence[Journaled], ledger: Ledger, tags: Iterable[TagSeen]) -> Tally:
    """Everything counted."""
    secured = Counter(tag.secured for tag in tags)
    return Tally(
        journal_records=len(journaled),
        ledger_records=len(ledger.applied),
        loans_confirmed=ledger.loans["confirmed"],
        returns=ledger.returns["returned"],
        transfers=ledger.transfers,
        refused=ledger.loans["refused"],
        unreceipted=sum(not record.receipted for record in journaled),
        lost=_lost(journaled, ledger),
        duplicated=_duplicated(journaled, ledger),
        tags_on_loan=secured[False],
        tags_secured=secured[True],
    )


def disagreements(ledger: Ledger, tags: Iterable[TagSeen]) -> list[str]:
    """A sentence for each tag that does not say what the ledger believes of its item."""
    items = {book.tag.uid: f"{book.tag.owner.replace('-', '')}:{book.tag.item}" for book in books()}
    out = set(ledger.open_items)
    return [
        f"the tag {tag.uid} is {'secured' if tag.secured else 'released'}, but its item {items[tag.uid]} "
        f"{'is on loan' if items[tag.uid] in out else 'is not on loan'} in the ledger"
        for tag in tags
        if (tag.secured is False) != (items[tag.uid] in out)
    ]


def _lost(journaled: Iterable[Journaled], ledger: Ledger) -> int:
    """Events of which no journaled form was applied. One that was carried into a new stream has two forms."""
    applied = set(ledger.applied)
    arrived = {record.id for record in journaled if (record.id, record.hash) in applied}
    return len({record.id for record in journaled} - arrived)


def _duplicated(journaled: Sequence[Journaled], ledger: Ledger) -> int:
    """Events applied twice, effects that no terminal journaled, and items that are out twice."""
    applied_again = len(ledger.applied) - len({event for event, _ in ledger.applied})
    effects = (
        (ledger.loans["confirmed"], CONFIRMED),
        (ledger.loans["refused"], REFUSED),
        (ledger.returns["returned"], RETURNED),
    )
    told = {kind: len({record.subject for record in journaled if record.type == kind}) for _, kind in effects}
    invented = sum(max(0, counted - told[kind]) for counted, kind in effects)
    out_again = len(ledger.open_items) - len(set(ledger.open_items))
    return applied_again + invented + out_again


def _journaled(mark: int, place: int, digest: str, encoded: bytes) -> Journaled:
    event: dict[str, Any] = json.loads(encoded)
    data = event["data"]
    subject = data.get("loan") or data.get("giveback")
    return Journaled(event["id"], digest, event["type"], subject, receipted=place <= mark)


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
