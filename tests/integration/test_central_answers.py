"""What central answers while a patron waits. A real database, sealed questions, no wire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TypeAlias

import msgspec
import pytest

from central.answers import RESERVED_MS
from central.work import Asked
from firmware_msgs.uplink.questions import (
    Ask,
    Authorise,
    Authorised,
    Identified,
    Identify,
    NotAuthorised,
    NotIdentified,
    NotRouted,
    Query,
    Question,
    Reply,
    Routed,
    RouteReturn,
    question_purpose,
)
from firmware_msgs.uplink.records import LoanVoided
from firmware_msgs.uplink.sealing import seal_to
from firmware_msgs.uplink.values import Basis, Refusal, VoidReason
from tests.central_books import NOW_MS, Library
from tests.central_journals import Journal, item_ref, library_keys

KEYS = library_keys()
Open: TypeAlias = Callable[..., Library]


@pytest.fixture
def journal() -> Journal:
    journal = Journal("A", "YJ-01", KEYS)
    journal.begin()
    return journal


def sealed(journal: Journal, question: Question, *, deadline_ms: int = NOW_MS + 3000, to: str | None = None) -> Asked:
    ask = journal.new_id()
    purpose = question_purpose(to or journal.terminal, ask)
    deadline = datetime.fromtimestamp(deadline_ms / 1000, UTC).isoformat()
    box = seal_to(KEYS.sealing.public_key(), msgspec.json.encode(question), purpose)
    payload = msgspec.json.encode(Ask(id=ask, site=journal.site, deadline=deadline, sealed=box))
    return Asked(journal.terminal, ask, payload)


def reply(
    library: Library, journal: Journal, query: Query, unreceipted: Sequence[bytes] = (), *, now_ms: int = NOW_MS
) -> Reply:
    question = Question(query=query, unreceipted=tuple(map(msgspec.Raw, unreceipted)))
    outcome = library.take(sealed(journal, question, deadline_ms=now_ms + 3000), now_ms=now_ms)
    return outcome.answers[0].reply


def may_borrow(
    library: Library, journal: Journal, card: str, number: str, unreceipted: Sequence[bytes] = (), now_ms: int = NOW_MS
) -> Refusal | None:
    query = Authorise(loan=journal.new_id(), card=card, item=item_ref(number))
    answered = reply(library, journal, query, unreceipted, now_ms=now_ms)
    assert isinstance(answered, Authorised | NotAuthorised)
    return answered.reason if isinstance(answered, NotAuthorised) else None


def test_a_card_is_its_patron_in_part(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    answered = reply(library, journal, Identify(card="uid:AA01"))
    assert isinstance(answered, Identified)
    assert (answered.label, answered.tail, answered.loans, answered.limit, answered.blocked) == (
        "张*",
        "2031",
        0,
        2,
        False,
    )
    assert reply(library, journal, Identify(card="code:2000012031")) == answered
    blocked = reply(library, journal, Identify(card="uid:AA03"))
    assert isinstance(blocked, Identified)
    assert blocked.blocked


@pytest.mark.parametrize("card", ["uid:AA04", "uid:FFFF", "", "张"])
def test_a_lost_or_unknown_card_is_nobody(library_of: Open, journal: Journal, card: str) -> None:
    assert reply(library_of(journal), journal, Identify(card=card)) == NotIdentified(reason=Refusal.UNKNOWN_CARD)


@pytest.mark.parametrize(
    ("card", "number", "expected"),
    [
        ("uid:AA01", "I1", None),
        ("uid:AA02", "I6", None),
        ("uid:AA01", "I6", Refusal.ON_HOLD),
        ("uid:AA01", "REF", Refusal.NOT_FOR_LOAN),
        ("uid:AA01", "NONE", Refusal.UNKNOWN_ITEM),
        ("uid:AA03", "I1", Refusal.CARD_BLOCKED),
        ("uid:FFFF", "I1", Refusal.UNKNOWN_CARD),
    ],
)
def test_a_loan_is_decided_by_the_rules(
    library_of: Open, journal: Journal, card: str, number: str, expected: Refusal | None
) -> None:
    assert may_borrow(library_of(journal), journal, card, number) is expected


def test_a_permission_tells_title_and_local_due_date(library_of: Open, journal: Journal) -> None:
    late_evening_ms = int(datetime(2026, 11, 22, 17, 30, tzinfo=UTC).timestamp() * 1000)
    query = Authorise(loan=journal.new_id(), card="uid:AA01", item=item_ref("I2"))
    answered = reply(library_of(journal), journal, query, now_ms=late_evening_ms)
    assert answered == Authorised(loan=query.loan, due=date(2026, 12, 23), title="红楼梦", author="曹雪芹")


def test_a_tag_of_another_library_is_foreign(library_of: Open, journal: Journal) -> None:
    query = Authorise(loan=journal.new_id(), card="uid:AA01", item=item_ref("I1", "CN-999999"))
    answered = reply(library_of(journal), journal, query)
    assert isinstance(answered, NotAuthorised)
    assert answered.reason is Refusal.FOREIGN_ITEM


def test_the_same_request_gets_the_same_answer(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    query = Authorise(loan=journal.new_id(), card="uid:AA01", item=item_ref("I1"))
    first = reply(library, journal, query)
    tomorrow_ms = NOW_MS + 86_400_000
    assert reply(library, journal, query, now_ms=tomorrow_ms) == first
    assert library.rows("SELECT count(*) FROM permissions") == [(1,)]


def test_a_permission_reserves_for_a_while(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    assert may_borrow(library, journal, "uid:AA01", "I1") is None
    assert may_borrow(library, journal, "uid:AA02", "I1") is Refusal.ON_LOAN
    assert may_borrow(library, journal, "uid:AA01", "I2") is None
    assert may_borrow(library, journal, "uid:AA01", "I3") is Refusal.LIMIT_REACHED
    assert may_borrow(library, journal, "uid:AA02", "I1", now_ms=NOW_MS + RESERVED_MS + 1) is None


def test_an_opened_loan_adopts_its_permission(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    loan = journal.new_id()
    reply(library, journal, Authorise(loan=loan, card="uid:AA01", item=item_ref("I1")))
    journal.borrow("uid:AA01", item_ref("I1"), basis=Basis.ONLINE, loan=loan)
    library.take_all(journal)
    assert library.rows("SELECT objections FROM loans") == [("",)]
    identified = reply(library, journal, Identify(card="uid:AA01"))
    assert isinstance(identified, Identified)
    assert identified.loans == 1


def test_a_loan_opened_after_a_refusal_stands_as_disputed(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    loan = journal.new_id()
    reply(library, journal, Authorise(loan=loan, card="uid:AA03", item=item_ref("I1")))
    journal.borrow("uid:AA03", item_ref("I1"), basis=Basis.ONLINE, loan=loan)
    library.take_all(journal)
    assert library.rows("SELECT state, objections FROM loans") == [("confirmed", "disputed")]


def test_an_ended_loan_id_is_a_tombstone(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    item = item_ref("I1")
    loan = journal.ask("uid:AA01", item)
    journal.open(loan, item)
    journal.add(LoanVoided(loan=loan, item=item, reason=VoidReason.STILL_SECURED))
    query = Authorise(loan=loan, card="uid:AA01", item=item)
    taken_back = NotAuthorised(loan=loan, reason=Refusal.TAKEN_BACK)
    assert reply(library, journal, query, journal.encoded[2:]) == taken_back
    library.take_all(journal)
    assert reply(library, journal, query) == taken_back


def test_what_the_question_carries_counts(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    journal.borrow("uid:AA01", item_ref("I1"))
    journal.borrow("uid:AA01", item_ref("I2"))
    assert may_borrow(library, journal, "uid:AA01", "I3", journal.encoded[2:]) is Refusal.LIMIT_REACHED
    assert may_borrow(library, journal, "uid:AA02", "I1", journal.encoded[2:5]) is Refusal.ON_LOAN
    library.take_all(journal)
    assert may_borrow(library, journal, "uid:AA02", "I1", journal.encoded[2:5]) is Refusal.ON_LOAN
    sent = len(journal.encoded)
    journal.take_back(item_ref("I1"))
    assert may_borrow(library, journal, "uid:AA02", "I1", journal.encoded[sent:]) is None
    assert library.rows("SELECT count(*) FROM returns") == [(0,)]


def test_nonsense_among_the_carried_records_is_passed_over(library_of: Open, journal: Journal) -> None:
    assert (
        may_borrow(library_of(journal), journal, "uid:AA01", "I1", [b"{}", b"[]", b'"x"', journal.encoded[0]]) is None
    )


def test_a_return_is_routed(library_of: Open, journal: Journal) -> None:
    elsewhere = Journal("B", "YJ-02", KEYS)
    library = library_of(journal, elsewhere)
    home = reply(library, journal, RouteReturn(item=item_ref("I1")))
    assert home == Routed(item=item_ref("I1"), title="边城", author="沈从文")
    away = reply(library, elsewhere, RouteReturn(item=item_ref("I1")))
    assert isinstance(away, Routed)
    assert away.destination == "元江县图书馆因远镇分馆"
    held = reply(library, journal, RouteReturn(item=item_ref("I6")))
    assert isinstance(held, Routed)
    assert (held.destination, held.held) == ("元江县图书馆甘庄街道分馆", True)
    unknown = reply(library, journal, RouteReturn(item=item_ref("NONE")))
    assert unknown == NotRouted(item=item_ref("NONE"), reason=Refusal.UNKNOWN_ITEM)


def test_what_cannot_be_understood_gets_no_answer(library_of: Open, journal: Journal) -> None:
    library = library_of(journal)
    good = sealed(journal, Question(query=Identify(card="uid:AA01")))
    late = sealed(journal, Question(query=Identify(card="uid:AA01")), deadline_ms=NOW_MS - 1)
    misdirected = sealed(journal, Question(query=Identify(card="uid:AA01")), to="B")
    unknown = Asked("NOBODY", good.ask, good.payload)
    renamed = Asked("A", journal.new_id(), good.payload)
    junk = Asked("A", good.ask, b"\xff")
    long = Asked("A", good.ask, b" " * 200_000)
    assert library.take(late, misdirected, unknown, renamed, junk, long).answers == []
    assert len(library.take(good).answers) == 1
