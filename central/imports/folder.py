"""A folder of an import (sites.toml and CSV tables) as rows for the database, checked against one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from uuid import NAMESPACE_URL, uuid5

import msgspec

from central.circulation.values import Hold, Item, ItemState, Loan, LoanState, Patron, item_key
from central.imports.files import Problems, read_table
from central.imports.network import Network, Site, read_network
from firmware_msgs.uplink.values import ItemRef

YesNo = Literal["yes", "no"]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
T = TypeVar("T", bound=msgspec.Struct)


class TitleRow(msgspec.Struct, frozen=True):
    """titles.csv."""

    id: Text
    title: Text
    author: str


class ItemRow(msgspec.Struct, frozen=True):
    """items.csv; `owner` and `id` are what its tag says, `site` the site that owns it."""

    owner: Text
    id: Text
    title: Text
    site: Text
    parts: Annotated[int, msgspec.Meta(ge=1, le=255)]
    lendable: YesNo


class PatronRow(msgspec.Struct, frozen=True):
    """patrons.csv; `card` is the chip's number (upper hex), or what else the card tells, behind its kind: `block:`,
    `tag:` or `social:`. `number` is what is printed on it.
    """

    card: Annotated[str, msgspec.Meta(pattern=r"^(([0-9A-F]{2})+|(block|tag|social):[!-~]{1,64})\Z")]
    number: Text
    name: Text
    category: Text
    blocked: YesNo
    card_lost: YesNo


class HoldRow(msgspec.Struct, frozen=True):
    """holds.csv."""

    owner: Text
    id: Text
    card: Text
    pickup: Text
    placed: date


class LoanRow(msgspec.Struct, frozen=True):
    """loans.csv: what was on loan when the network moved to this system."""

    owner: Text
    id: Text
    card: Text
    site: Text
    opened: date
    due: date


@dataclass(slots=True)
class County:
    """Everything of an import, by key (a patron's: the hash of her card); `cards` has all by which she can be known."""

    network: Network
    titles: dict[str, TitleRow] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    patrons: dict[str, Patron] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    loans: dict[str, Loan] = field(default_factory=dict)

    @property
    def sites(self) -> dict[str, Site]:
        """Sites by code."""
        return {site.code: site for site in self.network.sites}


class Reader:
    """Reads one folder. `card_hash` keys card identifiers as terminals name them, `ref_of` gives the reference of the
    patron with a card.
    """

    def __init__(self, folder: Path, card_hash: Callable[[str], str], ref_of: Callable[[str], str]) -> None:
        self._folder = folder
        self._card_hash = card_hash
        self._ref_of = ref_of
        self._problems = Problems()

    def read(self) -> County:
        """Everything, or ImportRefusedError with all that is wrong."""
        network = read_network(self._folder / "sites.toml", self._problems)
        self._problems.raise_any()
        assert network is not None  # noqa: S101 — it is None only with a problem
        county = County(network)
        self._titles(county)
        self._items(county)
        self._patrons(county)
        self._holds(county)
        self._loans(county)
        self._problems.raise_any()
        return county

    def _titles(self, county: County) -> None:
        for line, row in self._rows("titles.csv", TitleRow):
            if self._first("titles.csv", line, row.id, county.titles):
                county.titles[row.id] = row

    def _items(self, county: County) -> None:
        for line, row in self._rows("items.csv", ItemRow):
            key = item_key(ItemRef(owner=row.owner, id=row.id))
            self._known("items.csv", line, "title", row.title, county.titles)
            self._known("items.csv", line, "site", row.site, county.sites)
            if self._first("items.csv", line, row.id, county.items, key):
                lendable = row.lendable == "yes"
                county.items[key] = Item(
                    key, row.owner, row.id, row.title, row.site, lendable, row.parts, ItemState.AVAILABLE, row.site
                )

    def _patrons(self, county: County) -> None:
        for line, row in self._rows("patrons.csv", PatronRow):
            card = self._card_hash(presented(row.card))
            category = county.network.categories.get(row.category)
            if category is None:
                remedy = f"Use one of: {', '.join(county.network.categories)}."
                self._problems.add(self._path("patrons.csv"), line, f"unknown category {row.category}.", remedy)
            elif self._first("patrons.csv", line, row.number, county.patrons, card):
                ref = self._ref_of(card)
                county.cards |= {card: ref, self._card_hash(f"code:{row.number}"): ref}
                county.patrons[card] = Patron(
                    ref,
                    row.name,
                    row.number[-4:],
                    row.category,
                    category.loan_limit,
                    category.loan_days,
                    row.blocked == "yes",
                    row.card_lost == "yes",
                )

    def _holds(self, county: County) -> None:
        for line, row in self._rows("holds.csv", HoldRow):
            self._known("holds.csv", line, "site", row.pickup, county.sites)
            found = self._item_and_patron("holds.csv", line, row, county)
            if found is not None:
                item, patron = found
                hold = _id("hold", item.key, patron.ref, row.placed)
                county.holds[hold] = Hold(hold, item.key, patron.ref, row.pickup, _midnight_ms(row.placed))

    def _loans(self, county: County) -> None:
        for line, row in self._rows("loans.csv", LoanRow):
            self._known("loans.csv", line, "site", row.site, county.sites)
            found = self._item_and_patron("loans.csv", line, row, county)
            if found is not None:
                item, patron = found
                loan = _id("loan", item.key, patron.ref, row.opened)
                at_ms = _midnight_ms(row.opened)
                county.loans[loan] = Loan(
                    loan, item.key, "import", row.site, LoanState.CONFIRMED, at_ms, patron.ref,
                    opened_ms=at_ms, ended_ms=at_ms, due=row.due.isoformat(), verified=True,
                )  # fmt: skip

    def _item_and_patron(
        self, name: str, line: int, row: HoldRow | LoanRow, county: County
    ) -> tuple[Item, Patron] | None:
        item = county.items.get(item_key(ItemRef(owner=row.owner, id=row.id)))
        patron = county.patrons.get(self._card_hash(presented(row.card)))
        if item is None:
            self._problems.add(self._path(name), line, f"unknown item {row.id}.", "List it in items.csv.")
        if patron is None:
            self._problems.add(self._path(name), line, "no patron has this card.", "List her in patrons.csv.")
        return None if item is None or patron is None else (item, patron)

    def _known(self, name: str, line: int, what: str, key: str, among: object) -> None:
        if isinstance(among, dict) and key not in among:
            remedy = "List it in sites.toml." if what == "site" else "List it in titles.csv."
            self._problems.add(self._path(name), line, f"unknown {what} {key}.", remedy)

    def _first(self, name: str, line: int, label: str, among: dict[str, T], key: str = "") -> bool:
        """Not listed before."""
        if (key or label) not in among:
            return True
        self._problems.add(self._path(name), line, f"{label} is listed twice.", "Keep one of the two.")
        return False

    def _rows(self, name: str, kind: type[T]) -> Iterator[tuple[int, T]]:
        return read_table(self._path(name), kind, self._problems)

    def _path(self, name: str) -> Path:
        return self._folder / name


def presented(card: str) -> str:
    """A card of the tables as terminals name it (`questions.Identify`)."""
    return card if ":" in card else f"uid:{card}"


def _id(*parts: object) -> str:
    """The same thing imported again is the same thing."""
    return str(uuid5(NAMESPACE_URL, "shufang:" + ":".join(map(str, parts))))


def _midnight_ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
