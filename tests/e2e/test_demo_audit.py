"""The tour's count must be able to find what it must not find."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from scripts.demo_network.hands import TagSeen
from scripts.demo_network.stock import books
from scripts.demo_network.tour.audit import CONFIRMED, RETURNED, Journaled, Ledger, disagreements, tally

TAGS = tuple(TagSeen(book.tag.uid, book.tag.item, secured=True, on=None) for book in books())
OUT = f"CN530428:{TAGS[0].item}"
JOURNAL = [
    Journaled("1", "a", "shufang.stream_opened.v1", None, receipted=True),
    Journaled("2", "b", CONFIRMED, "loan", receipted=True),
    Journaled("3", "c", RETURNED, "giveback", receipted=True),
]
LEDGER = Ledger(
    applied=(("1", "a"), ("2", "b"), ("3", "c")),
    loans=Counter(confirmed=1),
    returns=Counter(returned=1),
    transfers=1,
    open_items=(),
)


def test_when_all_is_well_nothing_is_found() -> None:
    counted = tally(JOURNAL, LEDGER, TAGS)
    assert (counted.journal_records, counted.ledger_records) == (3, 3)
    assert (counted.lost, counted.duplicated, counted.unreceipted) == (0, 0, 0)
    assert (counted.loans_confirmed, counted.returns, counted.transfers) == (1, 1, 1)


def test_a_record_that_was_not_applied_is_lost() -> None:
    assert tally(JOURNAL, replace(LEDGER, applied=LEDGER.applied[:2]), TAGS).lost == 1


def test_a_record_of_which_another_form_was_applied_is_lost() -> None:
    forged = (*LEDGER.applied[:2], ("3", "not c"))
    assert tally(JOURNAL, replace(LEDGER, applied=forged), TAGS).lost == 1


def test_a_record_that_was_carried_into_a_new_stream_needs_to_arrive_once() -> None:
    carried = [*JOURNAL, Journaled("3", "c in the new stream", RETURNED, "giveback", receipted=True)]
    counted = tally(carried, LEDGER, TAGS)
    assert (counted.lost, counted.duplicated) == (0, 0)


def test_an_event_that_was_applied_twice_is_duplicated() -> None:
    again = (*LEDGER.applied, ("3", "c in the new stream"))
    assert tally(JOURNAL, replace(LEDGER, applied=again), TAGS).duplicated == 1


def test_a_loan_that_no_terminal_told_of_is_duplicated() -> None:
    assert tally(JOURNAL, replace(LEDGER, loans=Counter(confirmed=2)), TAGS).duplicated == 1


def test_an_item_that_is_out_twice_is_duplicated() -> None:
    assert tally(JOURNAL, replace(LEDGER, open_items=(OUT, OUT)), TAGS).duplicated == 1


def test_what_has_no_receipt_is_counted() -> None:
    assert tally([replace(JOURNAL[0], receipted=False), *JOURNAL[1:]], LEDGER, TAGS).unreceipted == 1


def test_tags_must_say_what_the_ledger_believes() -> None:
    released = (replace(TAGS[0], secured=False), *TAGS[1:])
    assert disagreements(LEDGER, TAGS) == []
    assert disagreements(replace(LEDGER, open_items=(OUT,)), released) == []
    assert len(disagreements(replace(LEDGER, open_items=(OUT,)), TAGS)) == 1
    assert len(disagreements(LEDGER, released)) == 1
