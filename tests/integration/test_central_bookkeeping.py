"""What the bookkeeper does with records that are late, doubled, forged, foreign or nonsense, on a real database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

import msgspec
import pytest

from central.storage.reports import report, worklist
from central.work import Outcome, Publish, Reminder
from firmware_msgs.uplink.records import (
    GENESIS,
    ItemReturned,
    LoanAsked,
    LoanConfirmed,
    LoanOpened,
    LoanVoided,
    StreamOpened,
)
from firmware_msgs.uplink.sealing import Sealed
from firmware_msgs.uplink.values import Basis, VoidReason
from tests.central_books import Library
from tests.central_journals import Journal, item_ref, library_keys

KEYS = library_keys()
Open: TypeAlias = Callable[..., Library]


@pytest.fixture
def journal() -> Journal:
    journal = Journal("A", "YJ-01", KEYS)
    journal.begin()
    return journal


def deliver(library: Library, journal: Journal, first: int, last: int) -> Outcome:
    return library.take(Publish(journal.terminal, journal.publish(first, last)))


def reasons(library: Library) -> list[tuple[str, ...]]:
    with library.database.reading() as connection:
        return [case.reasons for case in worklist(connection)]


def test_a_receipt_names_the_mark_and_its_hash(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    mark = deliver(library, journal, 1, 2).marks[journal.stream]
    assert (mark.high_water, mark.hash, mark.parked) == (2, journal.hashes[1], 0)


def test_a_duplicate_changes_nothing_and_is_receipted_again(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    journal.borrow("uid:AA01", item_ref("I1"))
    deliver(library, journal, 1, 5)
    before = library.ledger()
    outcome = deliver(library, journal, 2, 4)
    assert outcome.marks[journal.stream].high_water == 5
    assert library.ledger() == before


def test_a_gap_is_answered_with_the_mark(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    journal.borrow("uid:AA01", item_ref("I1"))
    fresh = deliver(library, journal, 3, 5).marks[journal.stream]
    assert (fresh.high_water, fresh.hash) == (0, GENESIS)
    deliver(library, journal, 1, 2)
    assert deliver(library, journal, 4, 5).marks[journal.stream].high_water == 2


def test_several_publishes_of_one_stream_in_one_transaction(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    journal.borrow("uid:AA01", item_ref("I1"))
    stretches = [(1, 2), (2, 3), (1, 3), (4, 5), (3, 4)]
    outcome = library.take(*(Publish("A", journal.publish(first, last)) for first, last in stretches))
    assert outcome.marks[journal.stream].high_water == 5
    assert library.rows("SELECT count(*) FROM inbox") == [(5,)]
    assert library.rows("SELECT count(*) FROM branches") == [(0,)]


def test_a_second_branch_is_kept_alarmed_and_never_applied(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    clone = Journal("A", "YJ-01", KEYS, key=journal.key)
    clone.begin()
    journal.borrow("uid:AA01", item_ref("I1"))
    clone.encoded[:2], clone.hashes[:2] = journal.encoded[:2], journal.hashes[:2]
    clone.at_ms += 5000
    clone.borrow("uid:AA02", item_ref("I2"))
    deliver(library, journal, 1, 5)
    before = library.ledger()
    for _ in range(2):
        outcome = deliver(library, clone, 2, 5)
        assert outcome.marks[journal.stream].hash == journal.hashes[4]
        assert [notice.kind for notice in outcome.notices] == ["second_branch"]
    assert library.rows("SELECT sequence FROM branches ORDER BY sequence") == [(3,), (4,), (5,)]
    assert library.ledger() == before


@pytest.mark.parametrize("place", ["signature", "body", "source", "order", "key"])
def test_a_forged_publish_moves_nothing(library_of: Open, journal: Journal, place: str) -> None:
    library = library_of(journal)
    journal.borrow("uid:AA01", item_ref("I1"))
    good = journal.publish(1, 5)
    other = Journal("B", "YJ-01", KEYS, key=journal.key)
    other.begin()
    forged = {
        "signature": good.replace(b'"signature":"', b'"signature":"AAAA'),
        "body": good.replace(b'"verified":true', b'"verified":false'),
        "source": other.publish(1, 2),
        "order": b"[" + b",".join([journal.encoded[1], good[1:-1].split(b"},{")[0] + b"}"]) + b"]",
        "key": good.replace(b'"keyid":"', b'"keyid":"0'),
    }[place]
    outcome = library.take(Publish("A", forged))
    assert outcome.marks == {}
    assert [notice.kind for notice in outcome.notices] == ["publish_refused"]
    assert library.rows("SELECT count(*) FROM inbox") == [(0,)]


@pytest.mark.parametrize("junk", [b"", b"[]", b"{}", b"\xff\xfe", b"[" * 5000, b"1" * 1_000_001, b'"\\ud800"'])
def test_junk_moves_nothing(library_of: Open, journal: Journal, junk: bytes) -> None:
    library = library_of(journal)
    assert library.take(Publish("A", junk), Publish("NOBODY", junk)).marks == {}


def test_another_terminals_stream_is_refused(library_of: Open, journal: Journal) -> None:
    thief = Journal("B", "YJ-02", KEYS)
    thief.stream = journal.stream
    thief.begin()
    library = library_of(journal, thief)
    deliver(library, journal, 1, 2)
    assert deliver(library, thief, 1, 2).marks == {}


@pytest.mark.parametrize(
    ("kind", "body", "parked"),
    [
        ("shufang.moon_phase.v9", b"{}", "type"),
        ("shufang.loan_opened.v1", b'{"loan":"x"}', "body"),
        ("shufang.loan_opened.v1", b"[1,2]", "body"),
    ],
)
def test_a_poison_record_is_kept_parked_and_blocks_nothing(
    library_of: Open, journal: Journal, kind: str, body: bytes, parked: str
) -> None:
    library = library_of(journal)
    journal.add_raw(kind, body)
    journal.borrow("uid:AA01", item_ref("I1"))
    mark = deliver(library, journal, 1, 6).marks[journal.stream]
    assert (mark.high_water, mark.parked) == (6, 1)
    assert library.rows("SELECT sequence, parked FROM inbox WHERE parked IS NOT NULL") == [(3, parked)]
    assert library.rows("SELECT state FROM loans") == [("confirmed",)]
    assert reasons(library) == [(parked,)]


def test_a_record_without_a_time_is_parked(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    body = msgspec.json.encode(
        ItemReturned(giveback=journal.new_id(), item=item_ref("I1"), site="YJ-01", verified=True)
    )
    journal.add_raw("shufang.item_returned.v1", body, time="yesterday")
    deliver(library, journal, 1, 3)
    assert reasons(library) == [("time",)]


def test_an_unsealable_loan_stands_with_an_unknown_patron(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    loan = journal.new_id()
    patron = Sealed(key="boot-1", box=b"not sealed by anybody at all")
    journal.add(LoanAsked(loan=loan, item=item_ref("I1"), uids=(), site="YJ-01", patron=patron))
    journal.open(loan, item_ref("I1"))
    journal.add(LoanConfirmed(loan=loan, item=item_ref("I1"), verified=True))
    deliver(library, journal, 1, 5)
    assert library.rows("SELECT state, patron FROM loans") == [("confirmed", None)]
    assert reasons(library) == [("unsealable", "unknown_card")]


def test_a_loan_whose_content_key_came_in_an_earlier_commit_is_opened(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    deliver(library, journal, 1, 2)
    journal.borrow("uid:AA01", item_ref("I1"))
    deliver(library, journal, 3, 5)
    assert library.rows("SELECT patron IS NULL FROM loans") == [(0,)]


def test_a_loan_that_nobody_permitted_is_for_people_but_stands(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    journal.borrow("uid:AA01", item_ref("I1"), basis=Basis.ONLINE)
    deliver(library, journal, 1, 5)
    assert library.rows("SELECT state FROM items WHERE id = 'I1'") == [("on_loan",)]
    assert reasons(library) == [("unauthorised",)]


def test_a_confirmation_without_its_opening_is_a_fact_nonetheless(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    loan = journal.ask("uid:AA01", item_ref("I1"))
    journal.add(LoanConfirmed(loan=loan, item=item_ref("I1"), verified=False))
    deliver(library, journal, 1, 4)
    assert library.rows("SELECT state FROM items WHERE id = 'I1'") == [("on_loan",)]
    assert reasons(library) == [("unauthorised", "unverified")]


def test_a_voided_loan_leaves_the_item_where_it_was(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    loan = journal.ask("uid:AA01", item_ref("I1"))
    journal.open(loan, item_ref("I1"))
    deliver(library, journal, 1, 4)
    assert library.rows("SELECT state FROM items WHERE id = 'I1'") == [("on_loan",)]
    journal.add(LoanVoided(loan=loan, item=item_ref("I1"), reason=VoidReason.STILL_SECURED))
    deliver(library, journal, 5, 5)
    assert library.rows("SELECT state, loan FROM items WHERE id = 'I1'") == [("available", None)]


def test_a_voided_loan_awaits_nobody_even_if_it_did_while_it_was_open(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    loan = journal.ask("uid:AA01", item_ref("I6"))
    journal.open(loan, item_ref("I6"))
    deliver(library, journal, 1, 4)
    assert reasons(library) == [("on_hold",)]
    journal.add(LoanVoided(loan=loan, item=item_ref("I6"), reason=VoidReason.STILL_SECURED))
    deliver(library, journal, 5, 5)
    assert reasons(library) == []


def test_a_late_loan_is_closed_by_the_return_that_came_before_it(library_of: Open, journal: Journal) -> None:
    elsewhere = Journal("B", "YJ-02", KEYS)
    elsewhere.begin()
    library = library_of(journal, elsewhere)
    journal.borrow("uid:AA01", item_ref("I1"))
    elsewhere.at_ms = journal.at_ms + 60_000
    giveback = elsewhere.take_back(item_ref("I1"))
    library.take_all(elsewhere)
    assert library.rows("SELECT state, current FROM items WHERE id = 'I1'") == [("in_transit", "YJ-02")]
    library.take_all(journal)
    assert library.rows("SELECT closed_by FROM loans") == [(giveback,)]
    assert library.rows("SELECT state, current FROM items WHERE id = 'I1'") == [("in_transit", "YJ-02")]
    assert reasons(library) == []


def test_overlapping_stories_settle_when_the_missing_return_arrives(library_of: Open, journal: Journal) -> None:
    other = Journal("B", "YJ-02", KEYS)
    other.begin()
    third = Journal("C", "YJ-00", KEYS)
    third.begin()
    library = library_of(journal, other, third)
    journal.borrow("uid:AA01", item_ref("I1"))
    third.at_ms = journal.at_ms + 60_000
    third.take_back(item_ref("I1"))
    other.at_ms = third.at_ms + 60_000
    other.borrow("uid:AA02", item_ref("I1"))
    library.take_all(journal, other)
    assert reasons(library) == [("overlap",)]
    library.take_all(third)
    assert reasons(library) == []


def test_records_carried_into_a_new_stream_are_applied_once(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    loan = journal.borrow("uid:AA01", item_ref("I1"))
    deliver(library, journal, 1, 5)
    heir = Journal("A", "YJ-01", KEYS, key=journal.key, seed=1)
    heir.at_ms = journal.at_ms
    heir.add(StreamOpened(replaces=journal.stream, last_sequence=3, hash=journal.hashes[2]))
    for encoded in journal.encoded[3:]:
        event = msgspec.json.decode(encoded)
        heir.add_raw(event["type"], msgspec.json.encode(event["data"]), event_id=event["id"])
    heir.add(ItemReturned(giveback=heir.new_id(), item=item_ref("I1"), site="YJ-01", verified=True))
    assert deliver(library, heir, 1, 4).marks[heir.stream].high_water == 4
    with library.database.reading() as connection:
        counted = report(connection)
    assert (counted.records, counted.applied, counted.loans_confirmed, counted.returns) == (9, 7, 1, 1)
    assert library.rows("SELECT id, closed_by IS NULL FROM loans") == [(loan, 0)]


def test_a_loan_id_of_another_terminal_is_left_alone(library_of: Open, journal: Journal) -> None:
    other = Journal("B", "YJ-02", KEYS)
    other.begin()
    library = library_of(journal, other)
    loan = journal.borrow("uid:AA01", item_ref("I1"))
    other.add(LoanOpened(loan=loan, item=item_ref("I2"), due=date(2026, 12, 1), basis=Basis.OFFLINE))
    library.take_all(journal, other)
    assert library.rows("SELECT terminal, item FROM loans") == [("A", "CN530428:I1")]
    assert reasons(library) == [("others",)]


def test_a_patron_over_her_limit_by_offline_loans_is_for_people(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    *_, newest = [journal.borrow("uid:AA01", item_ref(number)) for number in ("I1", "I2", "I3")]
    library.take_all(journal)
    with library.database.reading() as connection:
        cases = worklist(connection)
    assert [(case.kind, case.subject, case.reasons) for case in cases] == [("patron", newest, ("limit_reached",))]


def test_a_reminder_tells_every_streams_mark(library_of: Open, journal: Journal) -> None:
    other = Journal("B", "YJ-02", KEYS)
    other.begin()
    library = library_of(journal, other)
    library.take_all(journal, other)
    assert set(library.take(Reminder(None)).marks) == {journal.stream, other.stream}
    assert set(library.take(Reminder("B")).marks) == {other.stream}
