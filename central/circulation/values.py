"""The ledger's rows as values. A row's fields are its table's columns, in order."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from firmware_msgs.uplink.values import Basis, ItemRef, PatronRef, Refusal, SiteCode


class LoanState(StrEnum):
    """How far a loan came at its terminal. An opened one counts until it is voided: the book may have left."""

    ASKED = "asked"
    OPENED = "opened"
    CONFIRMED = "confirmed"
    VOIDED = "voided"
    REFUSED = "refused"


class ReturnState(StrEnum):
    """How far a return came at its terminal."""

    OPENED = "opened"
    RETURNED = "returned"
    VOIDED = "voided"


class ItemState(StrEnum):
    """What the ledger believes about an item's whereabouts."""

    AVAILABLE = "available"
    ON_LOAN = "on_loan"
    IN_TRANSIT = "in_transit"
    UNKNOWN = "unknown"


class TransferState(StrEnum):
    """A transfer ends when its item is received, or is seen elsewhere first."""

    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    BORROWED = "borrowed"  # lent on the way
    SUPERSEDED = "superseded"  # returned at a third site


class Concern(StrEnum):
    """Why people must look at a loan, beside the rules' own refusals."""

    UNSEALABLE = "unsealable"  # its patron part could not be opened
    NEVER_ASKED = "never_asked"  # no asked record came before it
    UNAUTHORISED = "unauthorised"  # it claims a permission that was never given
    DISPUTED = "disputed"  # it was opened although it was refused
    OVERLAP = "overlap"  # the item was on loan already
    UNVERIFIED = "unverified"  # the book left before its tag was read back


class Loan(msgspec.Struct, frozen=True, array_like=True):
    """`objections` are fixed when the loan is opened, `conflicts` follow from the item's whole story; both are words
    separated by spaces. `card` is the keyed hash of the card, kept so that an unknown patron can be found later.
    """

    id: str
    item: str
    terminal: str
    site: SiteCode
    state: LoanState
    asked_ms: int
    patron: PatronRef | None = None
    card: str | None = None
    opened_ms: int | None = None
    ended_ms: int | None = None
    due: str | None = None
    basis: Basis | None = None
    verified: bool | None = None
    refusal: Refusal | None = None
    objections: str = ""
    conflicts: str = ""
    closed_by: str | None = None
    closed_ms: int | None = None

    @property
    def counts(self) -> bool:
        """Whether the item left on this loan, as far as anybody knows."""
        return self.opened_ms is not None and self.state in (LoanState.OPENED, LoanState.CONFIRMED)

    @property
    def is_open(self) -> bool:
        """Whether the item is still out on this loan."""
        return self.counts and self.closed_by is None


class Return(msgspec.Struct, frozen=True, array_like=True):
    """An item taken back; with `destination`, it made the transfer that the last four fields tell of."""

    id: str
    item: str
    terminal: str
    site: SiteCode
    state: ReturnState
    opened_ms: int
    patron: PatronRef | None = None
    returned_ms: int | None = None
    verified: bool | None = None
    destination: SiteCode | None = None
    hold: str | None = None
    transfer: TransferState | None = None
    arrived_ms: int | None = None


class Item(msgspec.Struct, frozen=True, array_like=True):
    """`key` names it in the ledger, `owner` and `id` on its tag. `title` None: seen, but in no catalogue. `site` is the
    site that owns it, `current` where it was last, `loan` the loan it is out on, `moved_ms` the time of its last fact.
    """

    key: str
    owner: str
    id: str
    title: str | None = None
    site: SiteCode | None = None
    lendable: bool = True
    parts: int = 1
    state: ItemState = ItemState.UNKNOWN
    current: SiteCode | None = None
    loan: str | None = None
    moved_ms: int | None = None


class Patron(msgspec.Struct, frozen=True, array_like=True):
    """`tail` is the last characters of the number that is printed on her card."""

    ref: PatronRef
    name: str
    tail: str
    category: str
    loan_limit: int
    loan_days: int
    blocked: bool = False
    lost_card: bool = False


class Hold(msgspec.Struct, frozen=True, array_like=True):
    """One patron waits for one item, to collect it at a site; filled by that patron's first loan of it."""

    id: str
    item: str
    patron: PatronRef
    pickup: SiteCode
    placed_ms: int
    filled_by: str | None = None
    filled_ms: int | None = None


class Permission(msgspec.Struct, frozen=True, array_like=True):
    """The stored answer to a request to borrow; `reply` is its exact JSON. Granted, it reserves until `expires_ms`."""

    loan: str
    terminal: str
    item: str
    patron: PatronRef | None
    granted: bool
    reply: str
    expires_ms: int


def item_key(ref: ItemRef) -> str:
    """The ledger's name of an item. Tags write the owner with or without hyphen, in either case."""
    return f"{ref.owner.replace('-', '').upper()}:{ref.id}"
