"""Folds records into the part of the ledger that they touch. The caller loads that part before and saves it after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar, assert_never

from msgspec.structs import replace

from central.circulation.rules import Copy, Standing, refusal
from central.circulation.story import in_order, since_anchor, tell
from central.circulation.values import (
    Concern,
    Hold,
    Item,
    ItemState,
    Loan,
    LoanState,
    Patron,
    Permission,
    Return,
    ReturnState,
    item_key,
)
from firmware_msgs.uplink.records import (
    ItemReturned,
    LoanAsked,
    LoanConfirmed,
    LoanOpened,
    LoanRefused,
    LoanVoided,
    ReturnOpened,
    ReturnVoided,
)
from firmware_msgs.uplink.values import Basis, ItemRef, PatronRef, SiteCode

Row = TypeVar("Row", Loan, Return, Hold)
LoanRecord: TypeAlias = LoanAsked | LoanOpened | LoanConfirmed | LoanVoided | LoanRefused
ReturnRecord: TypeAlias = ReturnOpened | ItemReturned | ReturnVoided
Circulation: TypeAlias = LoanRecord | ReturnRecord
RETURN_RECORDS: Final = (ReturnOpened, ItemReturned, ReturnVoided)


class Parked(StrEnum):
    """Why a record's consequences await people."""

    TYPE = "type"  # a type that is not known here
    BODY = "body"  # a body that does not fit its type
    TIME = "time"  # a time that is none
    SEAL = "seal"  # a box that could not be opened
    LOAN = "loan"  # its loan is on the worklist
    OTHERS = "others"  # it speaks of another terminal's loan or return


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose card a record sealed, as far as it could be learnt. Not `readable`: its box could not be opened."""

    ref: PatronRef | None = None
    card: str | None = None
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """A record with what the wire's form hides: the time as a number, the patron part opened. `site` is where the
    terminal stands by configuration.
    """

    time_ms: int
    terminal: str
    site: SiteCode
    body: Circulation
    holder: Holder = Holder()


@dataclass(slots=True)
class Ledger:
    """A part of the ledger in memory. `since` names the items whose stories must be told anew, and from when."""

    isils: frozenset[str]
    loans: dict[str, Loan] = field(default_factory=dict)
    returns: dict[str, Return] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    patrons: dict[PatronRef, Patron] = field(default_factory=dict)
    cards: dict[str, PatronRef] = field(default_factory=dict)
    permissions: dict[str, Permission] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)

    def apply(self, record: Record) -> Parked | None:
        """Fold one record; the answer says why its consequences await people, if they do."""
        body = record.body
        if isinstance(body, RETURN_RECORDS):
            return self._apply_return(record, body)
        return self._apply_loan(record, body)

    def settle(self, anchors: dict[str, int]) -> None:
        """Tell the stories of all touched items anew; their facts since the anchors are loaded by now."""
        loans: dict[str, list[Loan]] = {key: [] for key in self.since}
        returns: dict[str, list[Return]] = {key: [] for key in self.since}
        holds: dict[str, list[Hold]] = {key: [] for key in self.since}
        _sort_out(loans, self.loans.values())
        _sort_out(returns, self.returns.values())
        _sort_out(holds, self.holds.values())
        for key in self.since:
            anchor_ms = anchors.get(key, 0)
            facts = since_anchor(in_order(loans[key], returns[key]), anchor_ms)
            told = tell(self.items[key], holds[key], facts)
            self.items[key] = told.item
            self.loans.update(told.loans)
            self.returns.update(told.returns)
            self.holds.update({hold.id: hold for hold in told.holds})
        self.since.clear()

    def copy_of(self, key: str, *, reserved: bool = False) -> Copy:
        """The item with who waits for it."""
        item = self.items[key]
        holds = tuple(hold for hold in self.holds.values() if hold.item == key)
        return Copy(item, holds, reserved, own=self._own(item))

    def _own(self, item: Item) -> bool:
        return item.owner.replace("-", "").upper() in self.isils

    def _apply_loan(self, record: Record, body: LoanRecord) -> Parked | None:
        loan = self.loans.get(body.loan)
        if loan is None:
            loan = self._new_loan(record, body)
        elif loan.terminal != record.terminal:
            return Parked.OTHERS
        elif isinstance(body, LoanAsked) or loan.ended_ms is not None:
            return None
        loan = self._advanced(loan, body, record.time_ms)
        self.loans[loan.id] = loan
        if loan.opened_ms is not None:
            self._touch(loan.item, loan.opened_ms)
        return Parked.LOAN if _doubtful(loan, body) else None

    def _advanced(self, loan: Loan, body: LoanRecord, time_ms: int) -> Loan:
        match body:
            case LoanAsked():
                return loan
            case LoanOpened():
                return loan if loan.opened_ms is not None else self._opened(loan, body, time_ms)
            case LoanConfirmed():
                return _confirmed(loan, body, time_ms)
            case LoanVoided():
                return _voided(loan, time_ms)
            case LoanRefused():
                return replace(loan, state=LoanState.REFUSED, ended_ms=time_ms, refusal=body.reason)
            case _:
                assert_never(body)

    def _new_loan(self, record: Record, body: LoanRecord) -> Loan:
        if not record.holder.readable:
            objections: str = Concern.UNSEALABLE
        elif not isinstance(body, LoanAsked):
            objections = Concern.NEVER_ASKED
        else:
            objections = ""
        return Loan(
            id=body.loan,
            item=self._item(body.item).key,
            terminal=record.terminal,
            site=body.site if isinstance(body, LoanAsked) else record.site,
            state=LoanState.ASKED,
            asked_ms=record.time_ms,
            patron=self._patron(record.holder),
            card=record.holder.card,
            objections=objections,
        )

    def _opened(self, loan: Loan, body: LoanOpened, time_ms: int) -> Loan:
        permission = self.permissions.get(loan.id)
        if loan.patron is None and permission is not None:
            loan = replace(loan, patron=permission.patron)
        objections = [*loan.objections.split(), *self._objections(loan, body.basis)]
        return replace(
            loan,
            state=LoanState.OPENED,
            opened_ms=time_ms,
            due=body.due.isoformat(),
            basis=body.basis,
            objections=" ".join(objections),
        )

    def _objections(self, loan: Loan, basis: Basis) -> list[str]:
        """Of a loan made online: that it was not permitted. Offline: what the rules say in hindsight, but for what
        depends on other terminals' reports (limit, on loan): the story and the worklist tell those.
        """
        if basis is Basis.ONLINE:
            permission = self.permissions.get(loan.id)
            if permission is None:
                return [Concern.UNAUTHORISED]
            return [] if permission.granted else [Concern.DISPUTED]
        patron = self.patrons.get(loan.patron or "")
        item = self.items[loan.item]
        shelved = Copy(replace(item, state=ItemState.AVAILABLE), own=self._own(item))
        reason = refusal(Standing(patron, 0) if patron else None, shelved)
        return [reason] if reason else []

    def _apply_return(self, record: Record, body: ReturnRecord) -> Parked | None:
        back = self.returns.get(body.giveback)
        if back is None:
            back = self._new_return(record, body)
        elif back.terminal != record.terminal:
            return Parked.OTHERS
        elif back.state is not ReturnState.OPENED:
            return None
        match body:
            case ReturnOpened():
                pass
            case ItemReturned():
                state = ReturnState.RETURNED
                back = replace(back, state=state, returned_ms=record.time_ms, verified=body.verified)
                self._touch(back.item, back.opened_ms)
            case ReturnVoided():
                back = replace(back, state=ReturnState.VOIDED, returned_ms=record.time_ms)
            case _:
                assert_never(body)
        self.returns[back.id] = back
        return None if record.holder.readable else Parked.SEAL

    def _new_return(self, record: Record, body: ReturnRecord) -> Return:
        return Return(
            id=body.giveback,
            item=self._item(body.item).key,
            terminal=record.terminal,
            site=record.site if isinstance(body, ReturnVoided) else body.site,
            state=ReturnState.OPENED,
            opened_ms=record.time_ms,
            patron=self._patron(record.holder),
        )

    def _patron(self, holder: Holder) -> PatronRef | None:
        return holder.ref if holder.ref in self.patrons else self.cards.get(holder.card or "")

    def _item(self, ref: ItemRef) -> Item:
        """The item, entered as unknown where the catalogue does not have it: what happened to it is a fact."""
        key = item_key(ref)
        if key not in self.items:
            self.items[key] = Item(key=key, owner=ref.owner, id=ref.id)
        return self.items[key]

    def _touch(self, key: str, time_ms: int) -> None:
        self.since[key] = min(self.since.get(key, time_ms), time_ms)


def _confirmed(loan: Loan, body: LoanConfirmed, time_ms: int) -> Loan:
    """Its tags were released: a fact, also where the opening record was lost to us."""
    confirmed = replace(loan, state=LoanState.CONFIRMED, ended_ms=time_ms, verified=body.verified)
    if loan.opened_ms is not None:
        return confirmed
    return replace(confirmed, opened_ms=time_ms, objections=f"{loan.objections} {Concern.UNAUTHORISED}".strip())


def _voided(loan: Loan, time_ms: int) -> Loan:
    """It never was: what its item's story said of it goes too."""
    return replace(loan, state=LoanState.VOIDED, ended_ms=time_ms, conflicts="", closed_by=None, closed_ms=None)


def _doubtful(loan: Loan, body: LoanRecord) -> bool:
    """Whether this very record brings its loan before people."""
    match body:
        case LoanAsked() | LoanOpened():
            return loan.objections != ""
        case LoanConfirmed():
            return not body.verified
        case LoanVoided() | LoanRefused():
            return False


def _sort_out(into: dict[str, list[Row]], rows: Iterable[Row]) -> None:
    for row in rows:
        if row.item in into:
            into[row.item].append(row)
