"""A main library without a wire: a real database with a small county, and its bookkeeper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from central.answers import Answers
from central.bookkeeping import Bookkeeper
from central.imports.folder import Reader
from central.keys import LibraryKeys
from central.storage.database import Books, Database
from central.storage.imports import write_county
from central.storage.rows import fetch
from central.work import Outcome, Publish, Work
from tests.central_journals import START_MS, Journal

NOW_MS = START_MS + 86_400_000

COUNTY = {
    "sites.toml": """
county = "元江县"
isils = ["CN-530428"]
[patterns]
main_library = "{county}图书馆"
branch = "{county}图书馆{place}分馆"
[categories.adult]
loan_limit = 2
loan_days = 30
[[sites]]
code = "YJ-00"
tier = "main_library"
place = "元江县"
[[sites]]
code = "YJ-01"
tier = "branch"
place = "因远镇"
parent = "YJ-00"
[[sites]]
code = "YJ-02"
tier = "branch"
place = "甘庄街道"
parent = "YJ-00"
""",
    "titles.csv": "id,title,author\nT1,红楼梦,曹雪芹\nT2,边城,沈从文\n",
    "items.csv": "owner,id,title,site,parts,lendable\n"
    + "".join(f"CN-530428,I{number},T{number % 2 + 1},YJ-01,1,yes\n" for number in range(1, 7))
    + "CN-530428,REF,T1,YJ-01,1,no\n",
    "patrons.csv": "card,number,name,category,blocked,card_lost\n"
    "AA01,2000012031,张秀英,adult,no,no\n"
    "AA02,2000012032,李建国,adult,no,no\n"
    "AA03,2000012033,方志明,adult,yes,no\n"
    "AA04,2000012034,钱永康,adult,no,yes\n",
    "holds.csv": "owner,id,card,pickup,placed\nCN-530428,I6,AA02,YJ-02,2026-09-01\n",
    "loans.csv": "owner,id,card,site,opened,due\n",
}


def write_folder(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in COUNTY.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@dataclass
class Library:
    """Commits what journals say, and tells what the database holds then."""

    database: Database
    keys: LibraryKeys
    books: Books
    bookkeeper: Bookkeeper

    def take(self, *work: Work, now_ms: int = NOW_MS) -> Outcome:
        return self.bookkeeper.commit(work, now_ms)

    def take_all(self, *journals: Journal) -> None:
        for journal in journals:
            for payload in journal.publishes():
                self.take(Publish(journal.terminal, payload))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.database.connected() as connection:
            return fetch(connection, sql)

    def ledger(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything that must not depend on the order of arrival."""
        return {
            "loans": self.rows("SELECT * FROM loans ORDER BY id"),
            "returns": self.rows("SELECT * FROM returns ORDER BY id"),
            "items": self.rows("SELECT * FROM items ORDER BY key"),
            "holds": self.rows("SELECT * FROM holds ORDER BY id"),
            "inbox": self.rows("SELECT stream, sequence, hash, applied, parked FROM inbox ORDER BY stream, sequence"),
        }

    def close(self) -> None:
        self.books.close()


def open_library(folder: Path, keys: LibraryKeys, *journals: Journal) -> Library:
    database = Database(folder / "central.db")
    database.create("epoch-1")
    county = Reader(write_folder(folder / "county"), keys.card_hash, lambda card: f"ref-{card[:8]}").read()
    with database.writing() as connection:
        write_county(connection, county)
    terminals = {journal.terminal: journal.identity for journal in journals}
    books = database.books()
    bookkeeper = Bookkeeper(books, terminals, keys, Answers(terminals, keys, timedelta(hours=8)))
    return Library(database, keys, books, bookkeeper)


@pytest.fixture
def library_of(tmp_path: Path) -> Iterator[Callable[..., Library]]:
    """Opens a library for some journals (all with the same library keys)."""
    opened: list[Library] = []

    def make(*journals: Journal) -> Library:
        opened.append(open_library(tmp_path, journals[0].library, *journals))
        return opened[-1]

    yield make
    for library in opened:
        library.close()
