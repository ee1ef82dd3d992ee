from __future__ import annotations

from datetime import date

import pytest

from drivers.events import BarcodeScanned, CardPresented, DeviceDown, DeviceUp, IdCardRead, ItemPlaced
from firmware_msgs.config import Rules
from firmware_msgs.identity_card import IdentityCard, Sex
from firmware_msgs.tags.content import TagFault
from firmware_msgs.uplink.questions import Authorise, Authorised, NotAuthorised, NotIdentified
from firmware_msgs.uplink.records import (
    Body,
    LoanAsked,
    LoanConfirmed,
    LoanOpened,
    LoanRefused,
    LoanVoided,
)
from firmware_msgs.uplink.values import Basis, Refusal, VoidReason
from kiosk.session.effects import Ask, Commit, Effect, SetSecurity, StartTimer
from kiosk.session.events import AskFailed, CodeRefusal, JournalFailed, LinkDown, PatronCodeRefused, Timer, TimerFired
from kiosk.session.state import Borrowing, Done, Idle, OutOfService
from kiosk.session.views import (
    Action,
    Chosen,
    DoneView,
    IdentifyingView,
    IdleView,
    Notice,
    OutOfServiceView,
    Stage,
    Trouble,
    VisitView,
)
from tests.unit.session.terminal import RULES, Session, content

DUE = date(2027, 2, 14)


def authorise(session: Session, effects: list[Effect]) -> list[Effect]:
    out: list[Effect] = []
    for ask in session.asks(effects):
        if isinstance(ask.query, Authorise):
            out += session.answer(ask, Authorised(loan=ask.query.loan, due=DUE, title="三体", author="刘慈欣"))
    return out


def kinds(bodies: list[Body]) -> list[type[Body]]:
    return [type(body) for body in bodies]


def test_a_loan_online_goes_record_by_record() -> None:
    session = Session().start()
    session.identify()
    placed = session.place("E001", "10001")
    assert kinds(session.records(placed)) == [LoanAsked]
    assert session.writes(placed) == []
    opened = authorise(session, placed)
    assert kinds(session.records(opened)) == [LoanOpened]
    commit = next(i for i, effect in enumerate(opened) if isinstance(effect, Commit))
    write = next(i for i, effect in enumerate(opened) if isinstance(effect, SetSecurity))
    assert commit < write
    assert session.writes(opened) == [("E001", False)]
    confirmed = session.changed("E001", secured=False)
    (body,) = session.records(confirmed)
    assert isinstance(body, LoanConfirmed)
    assert body.verified
    view = session.view
    assert isinstance(view, VisitView)
    assert view.items[0].stage is Stage.LENT
    assert view.items[0].due == DUE
    assert view.items[0].title == "三体"
    assert view.patron is not None
    assert view.patron.remaining == 4


def test_only_the_question_carries_the_card_and_only_sealed_parts_name_the_patron() -> None:
    session = Session().start()
    session.identify("04FFEE")
    placed = session.place("E001", "10001")
    (commit,) = [effect for effect in placed if isinstance(effect, Commit)]
    assert commit.entries[0].patron is not None
    assert commit.entries[0].patron.card == "uid:04FFEE"
    assert "04FFEE" not in repr(commit.entries[0].body)


def test_books_laid_down_before_the_card_are_borrowed_when_it_comes() -> None:
    session = Session().start()
    session.place("E001", "10001")
    session.place("E002", "10002")
    view = session.view
    assert isinstance(view, VisitView)
    assert [line.stage for line in view.items] == [Stage.OFFERED, Stage.OFFERED]
    assert view.actions == (Action.RETURN_ITEMS,)
    session.effects.clear()
    session.identify()
    assert kinds(session.records(session.effects)) == [LoanAsked, LoanAsked]


def test_a_refusal_is_recorded_and_never_released() -> None:
    session = Session().start()
    session.identify()
    placed = session.place("E001", "10001")
    (ask,) = session.asks(placed)
    assert isinstance(ask.query, Authorise)
    out = session.answer(ask, NotAuthorised(loan=ask.query.loan, reason=Refusal.ON_HOLD, title="活着"))
    (body,) = session.records(out)
    assert isinstance(body, LoanRefused)
    assert body.reason is Refusal.ON_HOLD
    assert body.basis is Basis.ONLINE
    assert session.writes(session.effects) == []
    view = session.view
    assert isinstance(view, VisitView)
    assert (view.items[0].stage, view.items[0].refusal) == (Stage.REFUSED, Refusal.ON_HOLD)


def test_offline_asks_and_opens_in_one_commit() -> None:
    session = Session().start(online=False)
    session.identify()
    placed = session.place("E001", "10001")
    (commit,) = [effect for effect in placed if isinstance(effect, Commit)]
    assert kinds([entry.body for entry in commit.entries]) == [LoanAsked, LoanOpened]
    opened = commit.entries[1].body
    assert isinstance(opened, LoanOpened)
    assert opened.basis is Basis.OFFLINE
    assert session.writes(placed) == [("E001", False)]


def test_offline_the_limit_of_the_site_holds() -> None:
    session = Session().start(online=False)
    session.identify()
    for number in range(4):
        session.place(f"E{number:03}", str(10000 + number))
    bodies = session.records(session.effects)
    assert sum(isinstance(body, LoanOpened) for body in bodies) == RULES.offline_limit
    (refusal,) = [body for body in bodies if isinstance(body, LoanRefused)]
    assert refusal.reason is Refusal.LIMIT_REACHED
    assert refusal.basis is Basis.OFFLINE


def test_without_offline_lending_a_card_needs_the_link() -> None:
    session = Session(rules=Rules(owners=("CN-530428",), offline_lending=False)).start(online=False)
    session.identify()
    view = session.view
    assert isinstance(view, IdleView)
    assert view.notice is Notice.CARD_NEEDS_LINK


def test_no_answer_means_the_site_decides() -> None:
    session = Session().start()
    session.identify()
    (ask,) = session.asks(session.place("E001", "10001"))
    out = session.feed(AskFailed(ask.ask))
    (opened,) = session.records(out)
    assert isinstance(opened, LoanOpened)
    assert opened.basis is Basis.OFFLINE
    assert session.feed(AskFailed(ask.ask)) == []


def test_a_late_answer_changes_nothing() -> None:
    session = Session().start()
    session.identify()
    (ask,) = session.asks(session.place("E001", "10001"))
    out = session.remove("E001")
    (voided,) = session.records(out)
    assert isinstance(voided, LoanVoided)
    assert voided.reason is VoidReason.NEVER_RELEASED
    assert isinstance(ask.query, Authorise)
    assert session.answer(ask, Authorised(loan=ask.query.loan, due=DUE, title="三体")) == []


def test_an_unknown_card_is_told_and_the_next_one_works() -> None:
    session = Session().start()
    asks = session.asks(session.feed(CardPresented("card", "04DEAD")))
    assert isinstance(session.view, IdentifyingView)
    session.answer(asks[0], NotIdentified(reason=Refusal.UNKNOWN_CARD))
    view = session.view
    assert isinstance(view, IdleView)
    assert view.notice is Notice.CARD_UNKNOWN
    session.identify()
    assert isinstance(session.phase(), Borrowing)


def test_a_second_card_is_not_taken_for_the_first() -> None:
    session = Session().start()
    session.identify("04AA")
    session.feed(CardPresented("card", "04BB"))
    view = session.view
    assert isinstance(view, VisitView)
    assert view.notice is Notice.SECOND_CARD
    placed = session.place("E001", "10001")
    (commit,) = [effect for effect in placed if isinstance(effect, Commit)]
    assert commit.entries[0].patron is not None
    assert commit.entries[0].patron.card == "uid:04AA"


def test_a_code_identifies_too_but_an_endless_one_does_not() -> None:
    session = Session().start()
    (ask,) = session.asks(session.feed(BarcodeScanned("scanner", "20310001")))
    assert ask.card == "code:20310001"
    other = Session().start()
    assert other.asks(other.feed(BarcodeScanned("scanner", "9" * 65))) == []


@pytest.mark.parametrize("fault", list(TagFault))
def test_an_unreadable_tag_is_named_and_nothing_is_recorded(fault: TagFault) -> None:
    session = Session().start()
    session.identify()
    assert session.records(session.place_fault("E0FF", fault)) == []
    view = session.view
    assert isinstance(view, VisitView)
    assert view.items[0].refusal is Refusal.UNREADABLE_TAG


def test_a_book_of_another_library_is_named() -> None:
    session = Session().start()
    session.identify()
    out = session.feed(ItemPlaced("pad", "E0AA", content("77", owner="CN310000"), secured=True))
    assert session.records(out) == []
    view = session.view
    assert isinstance(view, VisitView)
    assert view.items[0].refusal is Refusal.FOREIGN_ITEM


def test_a_set_waits_for_its_missing_part() -> None:
    session = Session().start()
    session.identify()
    session.place("E001", "500", part=1, parts=3)
    session.place("E003", "500", part=3, parts=3)
    assert session.records(session.effects) == []
    view = session.view
    assert isinstance(view, VisitView)
    (line,) = view.items
    assert (line.refusal, line.missing_parts) == (Refusal.INCOMPLETE_SET, (2,))
    placed = session.place("E002", "500", part=2, parts=3)
    (asked,) = session.records(placed)
    assert isinstance(asked, LoanAsked)
    assert asked.uids == ("E001", "E002", "E003")
    opened = authorise(session, placed)
    assert sorted(session.writes(opened)) == [("E001", False), ("E002", False), ("E003", False)]
    assert session.records(session.changed("E001", secured=False)) == []
    assert session.records(session.changed("E003", secured=False)) == []
    assert kinds(session.records(session.changed("E002", secured=False))) == [LoanConfirmed]


def test_a_set_that_releases_only_in_part_is_secured_again_and_voided() -> None:
    session = Session().start()
    session.identify()
    session.place("E001", "500", part=1, parts=2)
    authorise(session, session.place("E002", "500", part=2, parts=2))
    session.changed("E001", secured=False)
    for _ in range(RULES.release_attempts - 1):
        assert session.writes(session.failed("E002", wanted=False, read_back=True)) == [("E002", False)]
    undo = session.failed("E002", wanted=False, read_back=True)
    assert session.writes(undo) == [("E001", True)]
    assert session.records(undo) == []
    (body,) = session.records(session.changed("E001", secured=True))
    assert isinstance(body, LoanVoided)
    assert body.reason is VoidReason.STILL_SECURED


def test_a_tag_that_stays_secured_voids_the_loan() -> None:
    session = Session().start(online=False)
    session.identify()
    session.place("E001", "10001")
    for _ in range(RULES.release_attempts - 1):
        assert session.writes(session.failed("E001", wanted=False, read_back=True)) == [("E001", False)]
    (body,) = session.records(session.failed("E001", wanted=False, read_back=True))
    assert isinstance(body, LoanVoided)
    view = session.view
    assert isinstance(view, VisitView)
    assert view.items[0].stage is Stage.FAILED


def snatched() -> Session:
    session = Session().start(online=False)
    session.identify()
    session.place("E001", "10001")
    session.remove("E001")
    assert session.records(session.failed("E001", wanted=False, read_back=None)) == []
    view = session.view
    assert isinstance(view, VisitView)
    assert view.items[0].stage is Stage.TAKEN_EARLY
    return session


def test_snatched_and_back_released_is_confirmed() -> None:
    session = snatched()
    (body,) = session.records(session.place("E001", "10001", secured=False))
    assert isinstance(body, LoanConfirmed)
    assert body.verified


def test_snatched_and_back_secured_is_released_again() -> None:
    session = snatched()
    out = session.place("E001", "10001", secured=True)
    assert session.writes(out) == [("E001", False)]
    assert session.records(out) == []
    (body,) = session.records(session.changed("E001", secured=False))
    assert isinstance(body, LoanConfirmed)


def test_snatched_and_gone_stands_unverified() -> None:
    session = snatched()
    (body,) = session.records(session.feed(Chosen(action=Action.FINISH)))
    assert isinstance(body, LoanConfirmed)
    assert not body.verified
    view = session.view
    assert isinstance(view, DoneView)
    assert view.lent[0].stage is Stage.FLAGGED


def test_leaving_waits_for_a_release_that_has_begun() -> None:
    session = Session().start(online=False)
    session.identify()
    session.place("E001", "10001")
    session.feed(Chosen(action=Action.FINISH))
    assert isinstance(session.phase(), Borrowing)
    session.changed("E001", secured=False)
    assert isinstance(session.phase(), Done)
    view = session.view
    assert isinstance(view, DoneView)
    assert len(view.lent) == 1
    session.feed(TimerFired(Timer.DONE))
    assert isinstance(session.phase(), Idle)


def test_nobody_there_warns_first_then_ends() -> None:
    session = Session().start()
    session.identify()
    session.feed(TimerFired(Timer.IDLE))
    view = session.view
    assert isinstance(view, VisitView)
    assert view.countdown is not None
    session.feed(TimerFired(Timer.IDLE))
    assert isinstance(session.view, IdleView)


def test_the_next_patron_sees_nothing_of_the_last() -> None:
    session = Session().start(online=False)
    session.identify("04AA")
    session.place("E001", "10001")
    session.changed("E001", secured=False)
    session.feed(Chosen(action=Action.FINISH))
    session.remove("E001")
    session.feed(Chosen(action=Action.FINISH))
    assert session.state.books == ()
    assert "04AA" not in repr(session.state)


def test_a_lost_reader_ends_the_visit_and_the_tag_settles_what_was_under_way() -> None:
    session = Session().start(online=False)
    session.identify()
    session.place("E001", "10001")
    session.feed(DeviceDown("pad", "unplugged"))
    view = session.view
    assert isinstance(view, OutOfServiceView)
    assert view.trouble is Trouble.READER
    assert [work.uids for work in session.state.half_done] == [("E001",)]
    session.feed(DeviceUp("pad"))
    (body,) = session.records(session.place("E001", "10001", secured=True))
    assert isinstance(body, LoanVoided)
    session.feed(TimerFired(Timer.SETTLING))
    assert session.state.half_done == ()


def test_a_journal_that_fails_stops_the_terminal() -> None:
    session = Session().start()
    session.identify()
    session.feed(JournalFailed("disk full"))
    assert isinstance(session.phase(), OutOfService)
    assert session.place("E001", "10001") == []
    session.feed(DeviceDown("pad", "x"), DeviceUp("pad"), TimerFired(Timer.SETTLING))
    assert isinstance(session.phase(), OutOfService)


def test_a_lost_link_is_shown_and_the_visit_goes_on() -> None:
    session = Session().start()
    session.identify()
    session.feed(LinkDown())
    view = session.view
    assert isinstance(view, VisitView)
    assert not view.online
    placed = session.place("E001", "10001")
    assert not [effect for effect in placed if isinstance(effect, Ask)]
    assert session.writes(placed) == [("E001", False)]


def test_a_set_whose_part_is_lifted_while_it_is_checked_can_still_be_borrowed() -> None:
    session = Session().start()
    session.identify()
    session.place("E001", "500", part=1, parts=2)
    session.place("E002", "500", part=2, parts=2)
    (voided,) = session.records(session.remove("E002"))
    assert isinstance(voided, LoanVoided)
    (asked,) = session.records(session.place("E002", "500", part=2, parts=2))
    assert isinstance(asked, LoanAsked)
    assert asked.uids == ("E001", "E002")


def test_a_tag_that_comes_and_goes_keeps_no_visit_open_and_is_asked_about_once() -> None:
    session = Session().start()
    session.identify()
    (ask,) = session.asks(session.place("E001", "10001"))
    assert isinstance(ask.query, Authorise)
    session.answer(ask, NotAuthorised(loan=ask.query.loan, reason=Refusal.ON_HOLD))
    session.effects.clear()
    for _ in range(50):
        session.remove("E001")
        session.place("E001", "10001")
    assert session.records(session.effects) == []
    assert not [effect for effect in session.effects if isinstance(effect, StartTimer)]


def test_a_refused_book_that_was_put_away_is_no_longer_shown() -> None:
    session = Session().start()
    session.identify()
    session.place_fault("E0FF", TagFault.DAMAGED)
    session.remove("E0FF")
    view = session.view
    assert isinstance(view, VisitView)
    assert (view.items, view.seen) == ((), 0)


def test_a_second_tag_with_a_number_that_is_lent_already_is_a_book_of_its_own() -> None:
    session = Session().start(online=False)
    session.identify()
    session.place("E001", "500", part=1, parts=2)
    session.place("E002", "500", part=2, parts=2)
    session.changed("E001", secured=False)
    session.changed("E002", secured=False)
    session.place("E003", "500", part=2, parts=2)
    view = session.view
    assert isinstance(view, VisitView)
    assert [line.stage for line in view.items] == [Stage.LENT, Stage.REFUSED]
    assert view.items[1].refusal is Refusal.INCOMPLETE_SET


@pytest.mark.parametrize(
    ("reason", "notice"),
    [
        (CodeRefusal.UNREADABLE, Notice.CODE_UNREADABLE),
        (CodeRefusal.FOREIGN, Notice.CODE_FOREIGN),
        (CodeRefusal.EXPIRED, Notice.CODE_EXPIRED),
        (CodeRefusal.USED, Notice.CODE_USED),
        (CodeRefusal.UNCHECKED, Notice.CODE_UNCHECKED),
    ],
)
def test_a_phones_code_that_is_not_good_is_told_with_its_reason(reason: CodeRefusal, notice: Notice) -> None:
    session = Session().start()
    session.feed(PatronCodeRefused(reason))
    assert session.view == IdleView(online=True, notice=notice)


def test_a_scanned_identity_card_is_told_that_it_is_not_used_here() -> None:
    session = Session().start()
    card = IdentityCard("甲", Sex.UNKNOWN, date(1990, 1, 1), "990101199001010000", None)
    session.feed(IdCardRead("id", card))
    assert session.view == IdleView(online=True, notice=Notice.ID_CARD)
