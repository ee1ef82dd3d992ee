"""May this patron borrow this item? The one place that decides, online and in hindsight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from central.circulation.values import Hold, Item, ItemState, Patron
from firmware_msgs.uplink.values import PatronRef, Refusal


@dataclass(frozen=True, slots=True)
class Standing:
    """A patron and the number of items that count to her limit now (open loans and reserved ones)."""

    patron: Patron
    loans: int


@dataclass(frozen=True, slots=True)
class Copy:
    """An item, who waits for it, and whether a permission given to another loan reserves it."""

    item: Item
    holds: tuple[Hold, ...] = ()
    reserved: bool = False
    own: bool = True

    def held_against(self, patron: PatronRef) -> bool:
        """Somebody else is first in the queue."""
        waiting = [hold for hold in self.holds if hold.filled_by is None]
        return bool(waiting) and all(hold.patron != patron for hold in waiting)


def patron_refusal(standing: Standing | None) -> Refusal | None:
    """What speaks against the patron."""
    if standing is None or standing.patron.lost_card:
        return Refusal.UNKNOWN_CARD
    if standing.patron.blocked:
        return Refusal.CARD_BLOCKED
    if standing.loans >= standing.patron.loan_limit:
        return Refusal.LIMIT_REACHED
    return None


def item_refusal(copy: Copy) -> Refusal | None:
    """What speaks against the item, whoever wants it. In transit is no reason: the patron holds it in her hand."""
    if copy.item.title is None:
        return Refusal.UNKNOWN_ITEM if copy.own else Refusal.FOREIGN_ITEM
    if not copy.item.lendable:
        return Refusal.NOT_FOR_LOAN
    if copy.item.state is ItemState.ON_LOAN or copy.reserved:
        return Refusal.ON_LOAN
    return None


def refusal(standing: Standing | None, copy: Copy) -> Refusal | None:
    """The first reason against the loan, or None: it may be made. The patron's own reasons come first, but for the
    limit: a book that she cannot have anyway is none to bring another one back for.
    """
    of_patron = patron_refusal(standing)
    if of_patron not in (None, Refusal.LIMIT_REACHED) or standing is None:
        return of_patron
    of_item = item_refusal(copy)
    if of_item is None and copy.held_against(standing.patron.ref):
        of_item = Refusal.ON_HOLD
    return of_item or of_patron


def due_date(patron: Patron, today: date) -> date:
    """Inclusive, in the site's calendar."""
    return today + timedelta(days=patron.loan_days)
