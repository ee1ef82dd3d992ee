"""The mains are gone: what is under way is finished, nothing new is begun, the machine ends in order."""

from __future__ import annotations

import pytest

from drivers.events import BatteryLow, CardPresented, DeviceDown, DeviceUp, PowerLost, PowerRestored
from firmware_msgs.uplink.questions import Identified
from kiosk.session.effects import Commit, Effect, PowerOff
from kiosk.session.events import Answered, SessionEvent, Timer, TimerFired
from kiosk.session.state import Borrowing, Done, Idle, OutOfService
from kiosk.session.views import Action, Chosen, Notice, OutOfServiceView, Trouble, VisitView
from tests.unit.session.terminal import RULES, Session

LOST, LOW, BACK = PowerLost("ups", 300), BatteryLow("ups"), PowerRestored("ups")


def session(*, online: bool = False) -> Session:
    rules = type(RULES)(owners=RULES.owners, power_off=("systemctl", "poweroff"))
    return Session(rules=rules).start(online=online)


def offs(effects: list[Effect]) -> int:
    return sum(isinstance(effect, PowerOff) for effect in effects)


def test_an_idle_terminal_stops_serving_at_once_and_says_why() -> None:
    terminal = session()
    terminal.feed(LOST)
    assert terminal.view == OutOfServiceView(trouble=Trouble.POWER)
    terminal.feed(CardPresented("card", "04AA"))
    assert isinstance(terminal.phase(), OutOfService)


def test_a_release_that_has_begun_is_finished_and_no_other_is_begun() -> None:
    terminal = session()
    terminal.identify()
    terminal.place("E001", "10001")
    terminal.feed(LOST)
    view = terminal.view
    assert isinstance(view, VisitView)
    assert view.notice is Notice.POWER_LOST
    assert terminal.writes(terminal.place("E002", "10002")) == []
    terminal.changed("E001", secured=False)
    assert isinstance(terminal.phase(), Done)
    terminal.feed(TimerFired(Timer.DONE))
    assert terminal.view == OutOfServiceView(trouble=Trouble.POWER)


def test_a_return_that_has_begun_is_finished_and_no_other_is_begun() -> None:
    terminal = session()
    terminal.feed(Chosen(action=Action.RETURN_ITEMS))
    terminal.place("E001", "10001", secured=False)
    terminal.feed(LOST)
    assert terminal.writes(terminal.place("E002", "10002", secured=False)) == []
    terminal.changed("E001", secured=True)
    assert isinstance(terminal.phase(), Done)


def test_a_patron_being_identified_is_not_let_in() -> None:
    terminal = session(online=True)
    (ask,) = terminal.asks(terminal.feed(CardPresented("card", "04AA")))
    terminal.feed(LOST)
    terminal.feed(Answered(ask.ask, Identified(patron="p", label="张*", tail="2031", loans=0, limit=3)))
    assert isinstance(terminal.phase(), OutOfService)


def test_a_card_at_the_closing_view_begins_no_visit() -> None:
    terminal = session()
    terminal.identify()
    terminal.place("E001", "10001")
    terminal.feed(LOST)
    terminal.changed("E001", secured=False)
    terminal.feed(CardPresented("card", "04BB"))
    assert isinstance(terminal.phase(), Done)


def test_the_mains_back_in_time_bring_it_back_with_what_lies_on_the_pad() -> None:
    terminal = session()
    terminal.place("E001", "10001")
    terminal.feed(LOST, BACK, TimerFired(Timer.SETTLING))
    assert isinstance(terminal.phase(), Idle)
    terminal.identify()
    assert isinstance(terminal.phase(), Borrowing)
    assert len(terminal.state.books) == 1
    assert terminal.state.books[0].uids == ("E001",)


def test_a_book_taken_while_the_mains_were_out_is_forgotten() -> None:
    terminal = session()
    terminal.place("E001", "10001")
    terminal.feed(LOST)
    terminal.remove("E001")
    terminal.feed(BACK, TimerFired(Timer.SETTLING))
    assert terminal.state.books == ()


def test_a_reader_lost_on_battery_keeps_it_out_of_service_until_both_are_back() -> None:
    terminal = session()
    terminal.feed(LOST, DeviceDown("pad", "gone"), DeviceUp("pad"), TimerFired(Timer.SETTLING))
    assert terminal.view == OutOfServiceView(trouble=Trouble.POWER)
    terminal.feed(BACK, TimerFired(Timer.SETTLING))
    assert isinstance(terminal.phase(), Idle)


@pytest.mark.parametrize("end", [(LOST, TimerFired(Timer.POWER)), (LOST, LOW), (LOW,)])
def test_it_is_switched_off_once_when_the_battery_has_served(end: tuple[SessionEvent, ...]) -> None:
    terminal = session()
    assert offs(terminal.feed(*end)) == 1
    assert offs(terminal.feed(LOW, TimerFired(Timer.POWER), BACK, LOST)) == 0


def test_it_is_not_switched_off_amid_a_release() -> None:
    terminal = session()
    terminal.identify()
    terminal.place("E001", "10001")
    assert offs(terminal.feed(LOST, LOW)) == 0
    effects = terminal.changed("E001", secured=False)
    assert offs(effects) == 1
    commit = next(at for at, effect in enumerate(effects) if isinstance(effect, Commit))
    assert commit < effects.index(PowerOff())


def test_without_a_command_it_stays_out_of_service_for_as_long_as_the_battery_lasts() -> None:
    terminal = Session().start(online=False)
    assert offs(terminal.feed(LOST, TimerFired(Timer.POWER), LOW)) == 0
    terminal.feed(BACK, TimerFired(Timer.SETTLING))
    assert isinstance(terminal.phase(), Idle)
