from __future__ import annotations

from central.circulation.story import Telling, in_order, tell
from central.circulation.values import (
    Concern,
    Hold,
    Item,
    ItemState,
    Loan,
    LoanState,
    Return,
    ReturnState,
    TransferState,
)
from firmware_msgs.uplink.values import Refusal

HOME = "YJ-01"
ITEM = Item("CN530428:I1", "CN-530428", "I1", "T1", HOME, state=ItemState.AVAILABLE, current=HOME)


def loan(name: str, at_ms: int, *, patron: str = "p1", state: LoanState = LoanState.CONFIRMED) -> Loan:
    return Loan(name, ITEM.key, "A", HOME, state, at_ms, patron, opened_ms=at_ms)


def back(name: str, at_ms: int, site: str = HOME) -> Return:
    return Return(name, ITEM.key, "B", site, ReturnState.RETURNED, at_ms, returned_ms=at_ms)


def told(*facts: Loan | Return, holds: tuple[Hold, ...] = ()) -> Telling:
    loans = [fact for fact in facts if isinstance(fact, Loan)]
    return tell(ITEM, holds, in_order(loans, [fact for fact in facts if isinstance(fact, Return)]))


def test_a_loan_takes_the_item_out() -> None:
    story = told(loan("l1", 10))
    assert (story.item.state, story.item.loan) == (ItemState.ON_LOAN, "l1")


def test_a_return_closes_the_loan_before_it_in_whatever_order_they_come() -> None:
    story = told(back("r1", 20), loan("l1", 10))
    assert (story.loans["l1"].closed_by, story.loans["l1"].closed_ms) == ("r1", 20)
    assert story.item.state is ItemState.AVAILABLE


def test_a_return_does_not_close_a_later_loan() -> None:
    story = told(back("r1", 20), loan("l2", 30))
    assert story.loans["l2"].is_open


def test_a_voided_loan_never_was() -> None:
    story = told(loan("l1", 10, state=LoanState.VOIDED))
    assert (story.item.state, story.item.current, story.loans) == (ItemState.AVAILABLE, HOME, {})


def test_a_second_loan_without_a_return_between_is_for_people() -> None:
    story = told(loan("l1", 10), loan("l2", 20, patron="p2"))
    assert (story.loans["l1"].conflicts, story.loans["l2"].conflicts) == ("", Concern.OVERLAP)
    assert story.item.loan == "l2"


def test_a_return_elsewhere_travels_home_and_is_received_there() -> None:
    story = told(loan("l1", 10), back("r1", 20, "YJ-02"))
    assert (story.item.state, story.returns["r1"].destination) == (ItemState.IN_TRANSIT, HOME)
    story = told(loan("l1", 10), back("r1", 20, "YJ-02"), back("r2", 40))
    assert (story.returns["r1"].transfer, story.returns["r1"].arrived_ms) == (TransferState.RECEIVED, 40)
    assert (story.item.state, story.returns["r2"].transfer) == (ItemState.AVAILABLE, None)


def test_a_transfer_ends_when_its_item_is_seen_elsewhere() -> None:
    lent = told(back("r1", 20, "YJ-02"), loan("l1", 30))
    assert lent.returns["r1"].transfer is TransferState.BORROWED
    astray = told(back("r1", 20, "YJ-02"), back("r2", 30, "YJ-03"))
    assert astray.returns["r1"].transfer is TransferState.SUPERSEDED
    assert astray.returns["r2"].transfer is TransferState.IN_TRANSIT


def test_a_held_item_travels_to_the_waiting_patrons_site() -> None:
    hold = Hold("h1", ITEM.key, "p2", "YJ-03", placed_ms=5)
    story = told(loan("l1", 2), back("r1", 20), holds=(hold,))
    assert (story.returns["r1"].destination, story.returns["r1"].hold) == ("YJ-03", "h1")


def test_the_waiting_patrons_own_loan_fills_the_hold_and_anothers_is_for_people() -> None:
    hold = Hold("h1", ITEM.key, "p2", "YJ-03", placed_ms=5)
    filled = told(loan("l1", 10, patron="p2"), back("r1", 20), holds=(hold,))
    assert (filled.holds[0].filled_by, filled.returns["r1"].destination) == ("l1", None)
    crossed = told(loan("l1", 10, patron="p1"), holds=(hold,))
    assert (crossed.holds[0].filled_by, crossed.loans["l1"].conflicts) == (None, Refusal.ON_HOLD)


def test_an_item_of_no_catalogue_stays_where_it_is() -> None:
    stranger = Item("X1:I9", "X1", "I9")
    assert tell(stranger, (), [back("r1", 20)]).item.state is ItemState.UNKNOWN
