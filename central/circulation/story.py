"""An item's story: its loans and returns in order of time tell where it is, which loans are over, what must travel.

Everything here is computed from the set of facts, never from the order in which they arrived: terminals that were
offline report late, and the ledger must come out the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec.structs import replace

from central.circulation.values import Concern, Hold, Item, ItemState, Loan, Return, ReturnState, TransferState
from firmware_msgs.uplink.values import Refusal

Fact: TypeAlias = Loan | Return


@dataclass(slots=True)
class Telling:
    """The state of a story as it is told, and afterwards its result: rows as they must stand in the ledger."""

    item: Item
    holds: list[Hold]
    loans: dict[str, Loan] = field(default_factory=dict)
    returns: dict[str, Return] = field(default_factory=dict)
    out: list[Loan] = field(default_factory=list)
    travelling: Return | None = None


def time_of(fact: Fact) -> int:
    """Milliseconds since 1970 by the terminal's clock."""
    return (fact.opened_ms or 0) if isinstance(fact, Loan) else fact.opened_ms


def in_order(loans: Iterable[Loan], returns: Iterable[Return]) -> list[Fact]:
    """The facts that count, oldest first."""
    facts: list[Fact] = [loan for loan in loans if loan.counts]
    facts += [back for back in returns if back.state is ReturnState.RETURNED]
    facts.sort(key=lambda fact: (time_of(fact), fact.id))
    return facts


def since_anchor(facts: Sequence[Fact], anchor_ms: int) -> Sequence[Fact]:
    """The facts from the first return at `anchor_ms` on. A return ends every loan before it, so what went before cannot
    matter to what follows; without an anchor (0) it is the whole story.
    """
    for index, fact in enumerate(facts):
        if isinstance(fact, Return) and fact.opened_ms == anchor_ms:
            return facts[index:]
    return facts


def tell(item: Item, holds: Iterable[Hold], facts: Sequence[Fact]) -> Telling:
    """The story from `facts`: in order, beginning where nothing before matters. Holds filled before it stay so."""
    begin = (time_of(facts[0]), facts[0].id) if facts else (0, "")
    telling = Telling(
        item, [_reopened(hold, begin) for hold in sorted(holds, key=lambda hold: (hold.placed_ms, hold.id))]
    )
    for fact in facts:
        if isinstance(fact, Loan):
            _lent(telling, fact)
        else:
            _came_back(telling, fact)
    telling.item = _whereabouts(telling, facts[-1]) if facts else _at_home(item)
    return telling


def destination(item: Item, holds: Iterable[Hold], at_ms: int) -> tuple[str | None, Hold | None]:
    """Where the item belongs, and for whom: to the first waiting patron's site, else home (None: nobody knows)."""
    for hold in holds:
        if hold.filled_by is None and hold.placed_ms <= at_ms:
            return hold.pickup, hold
    return item.site, None


def _reopened(hold: Hold, begin: tuple[int, str]) -> Hold:
    """If a loan from `begin` on filled it: whether one did is told anew."""
    if hold.filled_by is None or (hold.filled_ms or 0, hold.filled_by) < begin:
        return hold
    return replace(hold, filled_by=None, filled_ms=None)


def _lent(telling: Telling, loan: Loan) -> None:
    conflicts: list[str] = []
    if telling.out:
        conflicts.append(Concern.OVERLAP)
    at_ms = time_of(loan)
    waiting = [hold for hold in telling.holds if hold.filled_by is None and hold.placed_ms <= at_ms]
    mine = next((hold for hold in waiting if hold.patron == loan.patron), None)
    if mine is not None:
        telling.holds[telling.holds.index(mine)] = replace(mine, filled_by=loan.id, filled_ms=at_ms)
    elif waiting:
        conflicts.append(Refusal.ON_HOLD)
    told = replace(loan, conflicts=" ".join(conflicts), closed_by=None, closed_ms=None)
    telling.out.append(told)
    telling.loans[loan.id] = told
    _arrived(telling, TransferState.BORROWED, at_ms)


def _came_back(telling: Telling, back: Return) -> None:
    for loan in telling.out:
        telling.loans[loan.id] = replace(loan, closed_by=back.id, closed_ms=back.opened_ms)
    telling.out.clear()
    if telling.travelling is not None:
        there = telling.travelling.destination == back.site
        _arrived(telling, TransferState.RECEIVED if there else TransferState.SUPERSEDED, back.opened_ms)
    site, hold = destination(telling.item, telling.holds, back.opened_ms)
    travels = site is not None and site != back.site
    told = replace(
        back,
        destination=site if travels else None,
        hold=hold.id if hold and travels else None,
        transfer=TransferState.IN_TRANSIT if travels else None,
        arrived_ms=None,
    )
    telling.travelling = told if travels else None
    telling.returns[back.id] = told


def _arrived(telling: Telling, state: TransferState, at_ms: int) -> None:
    if telling.travelling is not None:
        back = telling.travelling
        telling.returns[back.id] = replace(back, transfer=state, arrived_ms=at_ms)
        telling.travelling = None


def _at_home(item: Item) -> Item:
    """Nothing ever happened to it: it stands where the catalogue says."""
    state = ItemState.UNKNOWN if item.site is None else ItemState.AVAILABLE
    return replace(item, state=state, current=item.site, loan=None, moved_ms=None)


def _whereabouts(telling: Telling, last: Fact) -> Item:
    item = telling.item
    if isinstance(last, Loan):
        return replace(item, state=ItemState.ON_LOAN, current=last.site, loan=last.id, moved_ms=time_of(last))
    if telling.travelling is not None:
        state = ItemState.IN_TRANSIT
    else:
        state = ItemState.AVAILABLE if item.site is not None else ItemState.UNKNOWN
    return replace(item, state=state, current=last.site, loan=None, moved_ms=time_of(last))
