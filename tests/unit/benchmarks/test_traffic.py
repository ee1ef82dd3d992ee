from __future__ import annotations

from itertools import islice, pairwise

from firmware_msgs.uplink.records import ItemReturned, LoanAsked, LoanConfirmed, LoanOpened, ReturnOpened
from scripts.benchmarks.traffic import circulation

DEEDS = list(islice(circulation(range(100, 200), begin_ms=1_800_000_000_000), 2_000))
BODIES = [entry.body for deed in DEEDS for entry in deed.entries]


def test_every_item_is_lent_and_given_back_in_turn() -> None:
    order = (LoanAsked, LoanOpened, LoanConfirmed, ReturnOpened, ItemReturned)
    for number in range(100, 200):
        kinds = [type(body) for body in BODIES if hasattr(body, "item") and body.item.id == f"TSG{number:011}"]
        assert kinds == [order[at % len(order)] for at in range(len(kinds))]
        assert len(kinds) > len(order)


def test_time_runs_and_ids_are_their_own() -> None:
    assert all(before.moment.wall_ms < after.moment.wall_ms for before, after in pairwise(DEEDS))
    loans = [body.loan for body in BODIES if isinstance(body, LoanAsked)]
    assert len(set(loans)) == len(loans)


def test_all_loans_and_half_of_the_returns_are_somebodys() -> None:
    sealed = [(type(entry.body), entry.patron is not None) for deed in DEEDS for entry in deed.entries]
    assert {somebodys for kind, somebodys in sealed if kind is LoanAsked} == {True}
    returns = [somebodys for kind, somebodys in sealed if kind is ReturnOpened]
    assert abs(returns.count(True) - returns.count(False)) <= 1
