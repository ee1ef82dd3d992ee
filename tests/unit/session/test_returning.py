from __future__ import annotations

from drivers.events import CardPresented
from firmware_msgs.uplink.questions import Identify, Routed, RouteReturn
from firmware_msgs.uplink.records import ItemReturned, ReturnOpened, ReturnVoided
from firmware_msgs.uplink.values import VoidReason
from kiosk.session.effects import Ask, Commit, SetSecurity
from kiosk.session.events import AskFailed, LinkDown, LinkUp
from kiosk.session.state import Identifying, Returning
from kiosk.session.views import Action, Chosen, DoneView, Stage, VisitView
from tests.unit.session.terminal import RULES, Session

RETURN = Chosen(action=Action.RETURN_ITEMS)
FINISH = Chosen(action=Action.FINISH)


def test_books_with_no_card_are_offered_and_returned_when_asked() -> None:
    session = Session().start()
    session.place("E001", "10001", secured=False)
    assert session.records(session.effects) == []
    out = session.feed(RETURN)
    assert isinstance(session.phase(), Returning)
    (opened,) = session.records(out)
    assert isinstance(opened, ReturnOpened)
    commit = next(i for i, effect in enumerate(out) if isinstance(effect, Commit))
    write = next(i for i, effect in enumerate(out) if isinstance(effect, SetSecurity))
    assert commit < write
    assert session.writes(out) == [("E001", True)]
    (body,) = session.records(session.changed("E001", secured=True))
    assert isinstance(body, ItemReturned)
    assert body.verified
    assert body.giveback == opened.giveback


def test_further_books_are_returned_as_they_arrive() -> None:
    session = Session().start()
    session.place("E001", "10001", secured=False)
    session.feed(RETURN)
    (opened,) = session.records(session.place("E002", "10002", secured=False))
    assert isinstance(opened, ReturnOpened)
    session.changed("E001", secured=True)
    session.changed("E002", secured=True)
    session.feed(FINISH)
    view = session.view
    assert isinstance(view, DoneView)
    assert len(view.returned) == 2


def test_the_answer_names_the_book_and_where_it_must_go() -> None:
    session = Session().start()
    asks = [e for e in session.place("E001", "10001", secured=False) if isinstance(e, Ask)]
    assert isinstance(asks[0].query, RouteReturn)
    session.answer(asks[0], Routed(item=asks[0].query.item, title="边城", author="沈从文", destination="甘庄分馆"))
    session.feed(RETURN)
    session.changed("E001", secured=True)
    view = session.view
    assert isinstance(view, VisitView)
    assert (view.items[0].title, view.items[0].destination) == ("边城", "甘庄分馆")
    assert view.items[0].stage is Stage.RETURNED


def test_in_a_patrons_visit_a_borrowed_book_is_returned_only_when_asked() -> None:
    session = Session().start()
    session.identify()
    session.place("E001", "10001", secured=False)
    view = session.view
    assert isinstance(view, VisitView)
    assert view.items[0].stage is Stage.ON_LOAN
    assert view.actions == (Action.RETURN_ITEMS, Action.FINISH)
    out = session.feed(RETURN)
    (commit,) = [effect for effect in out if isinstance(effect, Commit)]
    assert commit.entries[0].patron is not None
    session.changed("E001", secured=True)
    assert isinstance(session.records(session.effects)[-1], ItemReturned)


def test_a_tag_that_stays_unsecured_voids_the_return() -> None:
    session = Session().start()
    session.place("E001", "10001", secured=False)
    session.feed(RETURN)
    for _ in range(RULES.release_attempts - 1):
        assert session.writes(session.failed("E001", wanted=True, read_back=False)) == [("E001", True)]
    (body,) = session.records(session.failed("E001", wanted=True, read_back=False))
    assert isinstance(body, ReturnVoided)
    assert body.reason is VoidReason.STILL_ON_LOAN


def test_snatched_while_securing_then_back() -> None:
    session = Session().start()
    session.place("E001", "10001", secured=False)
    session.feed(RETURN)
    session.remove("E001")
    session.failed("E001", wanted=True, read_back=None)
    assert session.writes(session.place("E001", "10001", secured=False)) == [("E001", True)]
    (body,) = session.records(session.changed("E001", secured=True))
    assert isinstance(body, ItemReturned)
    assert body.verified


def test_snatched_while_securing_and_gone_is_unverified() -> None:
    session = Session().start()
    session.place("E001", "10001", secured=False)
    session.feed(RETURN)
    session.remove("E001")
    session.failed("E001", wanted=True, read_back=None)
    (body,) = session.records(session.feed(FINISH))
    assert isinstance(body, ItemReturned)
    assert not body.verified


def test_a_card_during_a_return_has_its_turn_when_nothing_is_under_way() -> None:
    session = Session().start()
    session.place("E001", "10001", secured=False)
    session.feed(RETURN)
    assert session.asks(session.feed(CardPresented("card", "04AA"))) == []
    assert isinstance(session.phase(), Returning)
    (ask,) = session.asks(session.changed("E001", secured=True))
    assert isinstance(ask.query, Identify)
    assert ask.query.card == "uid:04AA"
    assert isinstance(session.phase(), Identifying)


def test_a_question_about_a_book_that_failed_is_asked_again_when_the_library_is_back() -> None:
    session = Session().start()
    (ask,) = session.asks(session.place("E001", "10001", secured=False))
    session.feed(AskFailed(ask.ask), LinkDown())
    (again,) = session.asks(session.feed(LinkUp()))
    assert again.query == ask.query
