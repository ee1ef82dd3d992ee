"""Whatever people, devices and links do, in any order: the order of a loan holds."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from drivers.events import (
    BarcodeScanned,
    BatteryLow,
    CardFailed,
    CardPresented,
    CardRemoved,
    DeviceDown,
    DeviceUp,
    ItemPlaced,
    ItemRemoved,
    PowerLost,
    PowerRestored,
    ScanFailed,
    ScanFault,
    SecurityChanged,
    SecurityFailed,
)
from firmware_msgs.tags.content import TagFault
from firmware_msgs.uplink.questions import (
    Authorise,
    Authorised,
    Identified,
    Identify,
    NotAuthorised,
    NotIdentified,
    NotRouted,
    Reply,
    RouteReturn,
)
from firmware_msgs.uplink.records import (
    Body,
    ItemReturned,
    LoanAsked,
    LoanConfirmed,
    LoanOpened,
    LoanRefused,
    LoanVoided,
    ReturnOpened,
    ReturnVoided,
)
from firmware_msgs.uplink.values import Refusal
from kiosk.policy import due_date
from kiosk.session.effects import Ask, Commit, Effect, SetSecurity
from kiosk.session.events import AskFailed, LinkDown, LinkUp, SessionEvent, Timer, TimerFired
from kiosk.session.state import Idle
from kiosk.session.views import Action, Chosen, Touched
from tests.unit.session.terminal import RULES, Session, content

UIDS = {"E001": ("1", 1, 1), "E002": ("2", 1, 1), "E003": ("500", 1, 2), "E004": ("500", 2, 2)}
uids = st.sampled_from(sorted(UIDS))
secured = st.sampled_from([True, False, None])

placing = st.builds(lambda uid, s: ItemPlaced("pad", uid, content(*UIDS[uid]), s), uids, secured)
removing = st.builds(lambda uid: ItemRemoved("pad", uid), uids)
answering = st.sampled_from(["pad answers", "pad answers", "library answers", "library is silent", "pad loses a write"])
people = st.one_of(
    st.sampled_from(
        [
            CardPresented("card", "04AA"),
            CardPresented("card", "04BB"),
            CardRemoved("card", "04AA"),
            CardFailed("card", "mute"),
            BarcodeScanned("scanner", "123"),
            ScanFailed("scanner", ScanFault.TOO_LONG),
            Touched(),
        ]
    ),
    st.builds(lambda action: Chosen(action=action), st.sampled_from(list(Action))),
)
mishaps = st.one_of(
    st.builds(lambda uid: ItemPlaced("pad", uid, TagFault.DAMAGED, None), uids),
    st.sampled_from(
        [
            LinkUp(),
            LinkDown(),
            DeviceDown("pad", "gone"),
            DeviceUp("pad"),
            DeviceDown("card", "gone"),
            DeviceUp("card"),
            PowerLost("ups", None),
            BatteryLow("ups"),
            PowerRestored("ups"),
            *(TimerFired(timer) for timer in Timer),
        ]
    ),
)
happenings: st.SearchStrategy[SessionEvent | str] = st.one_of(
    placing, placing, removing, answering, answering, answering, answering, people, mishaps
)
PATRON_FIRST: list[SessionEvent | str] = [CardPresented("card", "04AA"), "library answers"]
stories = st.tuples(st.sampled_from([[], PATRON_FIRST]), st.lists(happenings, min_size=20, max_size=80)).map(
    lambda s: s[0] + s[1]
)


VISITS_LEFT = 3
"""The present one, and that of a card that was presented meanwhile, each with room to spare."""


class World:
    """Answers what the session asks of pad and library, in the order asked."""

    def __init__(self, session: Session, data: st.DataObject) -> None:
        self.session = session
        self.data = data
        self.writes: list[SetSecurity] = []
        self.asks: list[Ask] = []
        self.trail: list[Effect] = []

    def feed(self, event: SessionEvent) -> None:
        for effect in self.session.feed(event):
            self.trail.append(effect)
            if isinstance(effect, SetSecurity):
                self.writes.append(effect)
            elif isinstance(effect, Ask):
                self.asks.append(effect)

    def happens(self, event: SessionEvent | str) -> None:
        if not isinstance(event, str):
            self.feed(event)
        elif event.startswith("pad") and self.writes:
            write = self.writes.pop(0)
            if event == "pad answers":
                self.feed(SecurityChanged("pad", write.uid, write.secured))
            else:
                self.feed(SecurityFailed("pad", write.uid, write.secured, self.data.draw(secured)))
        elif event.startswith("library") and self.asks:
            ask = self.asks.pop(0)
            if event == "library answers":
                self.session_answer(ask)
            else:
                self.feed(AskFailed(ask.ask))

    def session_answer(self, ask: Ask) -> None:
        before = len(self.session.effects)
        self.session.answer(ask, self.reply(ask))
        for effect in self.session.effects[before:]:
            self.trail.append(effect)
            if isinstance(effect, SetSecurity):
                self.writes.append(effect)
            elif isinstance(effect, Ask):
                self.asks.append(effect)

    def reply(self, ask: Ask) -> Reply:
        yes = self.data.draw(st.booleans())
        match ask.query:
            case Identify() if yes:
                return Identified(patron="p", label="张*", tail="2031", loans=0, limit=3)
            case Identify():
                return NotIdentified(reason=Refusal.UNKNOWN_CARD)
            case Authorise(loan=loan) if yes:
                now = self.session.moment
                return Authorised(loan=loan, due=due_date(RULES, now), title="三体")
            case Authorise(loan=loan):
                return NotAuthorised(loan=loan, reason=Refusal.ON_HOLD)
            case RouteReturn(item=item):
                return NotRouted(item=item, reason=Refusal.UNKNOWN_ITEM)

    def quiesce(self) -> None:
        """Everybody goes home: answers come, time runs out, the reader is back."""
        for event in (PowerRestored("ups"), DeviceUp("pad"), TimerFired(Timer.SETTLING)):
            self.feed(event)
        for _ in range(VISITS_LEFT):
            self.hear_all()
            for event in (TimerFired(Timer.IDLE), TimerFired(Timer.IDLE)):
                self.feed(event)
            self.hear_all()
            self.feed(TimerFired(Timer.DONE))

    def hear_all(self) -> None:
        while self.asks:
            self.happens("library is silent")
        while self.writes:
            self.happens("pad answers")


def opened_ids(body: Body) -> str | None:
    if isinstance(body, LoanAsked):
        return body.loan
    return body.giveback if isinstance(body, ReturnOpened) else None


def ended_id(body: Body) -> str | None:
    if isinstance(body, LoanConfirmed | LoanVoided | LoanRefused):
        return body.loan
    return body.giveback if isinstance(body, ItemReturned | ReturnVoided) else None


def check_order(trail: list[Effect]) -> None:
    """No tag is released without an open loan over it, and none secured without an open return or an undone loan."""
    open_loans: dict[str, set[str]] = {}
    asked: dict[str, set[str]] = {}
    open_returns: dict[str, set[str]] = {}
    for effect in trail:
        if isinstance(effect, SetSecurity):
            holders = open_loans if not effect.secured else open_returns | open_loans
            assert any(effect.uid in uids for uids in holders.values()), effect
        elif isinstance(effect, Commit):
            for entry in effect.entries:
                body = entry.body
                if isinstance(body, LoanAsked):
                    asked[body.loan] = set(body.uids)
                elif isinstance(body, LoanOpened):
                    open_loans[body.loan] = asked[body.loan]
                elif isinstance(body, ReturnOpened):
                    open_returns[body.giveback] = set(body.uids)
                ended = ended_id(body)
                if ended:
                    open_loans.pop(ended, None)
                    open_returns.pop(ended, None)


@given(stories, st.data())
def test_the_order_of_a_loan_holds(story: list[SessionEvent | str], data: st.DataObject) -> None:
    world = World(Session().start(), data)
    for event in story:
        world.happens(event)
    world.quiesce()
    assert isinstance(world.session.phase(), Idle)
    assert world.session.state.half_done == ()
    bodies = world.session.records(world.trail)
    begun = Counter(filter(None, map(opened_ids, bodies)))
    ended = Counter(filter(None, map(ended_id, bodies)))
    assert set(begun.values()) <= {1}
    assert begun == ended, "every asked or opened entry ends in exactly one end"
    check_order(world.trail)
