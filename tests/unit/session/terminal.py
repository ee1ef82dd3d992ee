"""A session without a machine around it: feeds events, keeps every effect in order."""

from __future__ import annotations

from dataclasses import dataclass, field

from drivers.events import CardPresented, DeviceUp, ItemPlaced, ItemRemoved, SecurityChanged, SecurityFailed
from firmware_msgs.config import Rules
from firmware_msgs.tags.content import TagContent, TagFault, Usage
from firmware_msgs.uplink.questions import Identified, Identify, Reply
from firmware_msgs.uplink.records import Body
from firmware_msgs.uplink.values import ClockQuality
from kiosk.moment import Moment
from kiosk.session.effects import Ask, Commit, Effect, SetSecurity, Show
from kiosk.session.events import Answered, LinkUp, SessionEvent, Timer, TimerFired
from kiosk.session.machine import step
from kiosk.session.state import HalfDone, Phase, Roster, Terminal
from kiosk.session.views import View

RULES = Rules(owners=("CN-530428",))
ROSTER = Roster(item_readers=frozenset({"pad"}), card_readers=frozenset({"card"}))
OWNER = "CN530428"


def content(item_id: str, part: int = 1, parts: int = 1, owner: str = OWNER) -> TagContent:
    return TagContent("iso28560-3", item_id, owner, parts, part, Usage.CIRCULATING)


@dataclass
class Session:
    """`effects` are all effects since the last `forget`."""

    rules: Rules = RULES
    half_done: tuple[HalfDone, ...] = ()
    effects: list[Effect] = field(default_factory=list)
    ticks: int = 0

    def __post_init__(self) -> None:
        self.state = Terminal(roster=ROSTER, site="yinyuan", half_done=self.half_done)

    def feed(self, *events: SessionEvent) -> list[Effect]:
        new: list[Effect] = []
        for event in events:
            self.ticks += 1
            self.state, effects = step(self.state, event, self.rules, self.moment)
            new += effects
        self.effects += new
        return new

    @property
    def moment(self) -> Moment:
        return Moment(1_800_000_000_000 + self.ticks, self.ticks, ClockQuality.SYNCHRONISED, self.ticks.to_bytes(16))

    def phase(self) -> Phase:
        return self.state.phase

    def start(self, *, online: bool = True) -> Session:
        self.feed(DeviceUp("pad"), DeviceUp("card"), TimerFired(Timer.SETTLING))
        if online:
            self.feed(LinkUp())
        return self

    def place(
        self, uid: str, item_id: str, *, secured: bool | None = True, part: int = 1, parts: int = 1
    ) -> list[Effect]:
        return self.feed(ItemPlaced("pad", uid, content(item_id, part, parts), secured))

    def place_fault(self, uid: str, fault: TagFault) -> list[Effect]:
        return self.feed(ItemPlaced("pad", uid, fault, None))

    def remove(self, uid: str) -> list[Effect]:
        return self.feed(ItemRemoved("pad", uid))

    def changed(self, uid: str, *, secured: bool) -> list[Effect]:
        return self.feed(SecurityChanged("pad", uid, secured))

    def failed(self, uid: str, *, wanted: bool, read_back: bool | None) -> list[Effect]:
        return self.feed(SecurityFailed("pad", uid, wanted, read_back))

    def answer(self, ask: Ask, reply: Reply) -> list[Effect]:
        return self.feed(Answered(ask.ask, reply))

    def identify(self, card: str = "04A1B2C3", *, limit: int = 5, loans: int = 0) -> None:
        asks = self.asks(self.feed(CardPresented("card", card)))
        if asks:
            assert isinstance(asks[0].query, Identify)
            self.answer(asks[0], Identified(patron="p-1", label="张*", tail="2031", loans=loans, limit=limit))

    @staticmethod
    def asks(effects: list[Effect]) -> list[Ask]:
        return [effect for effect in effects if isinstance(effect, Ask)]

    @staticmethod
    def records(effects: list[Effect]) -> list[Body]:
        return [entry.body for effect in effects if isinstance(effect, Commit) for entry in effect.entries]

    @staticmethod
    def writes(effects: list[Effect]) -> list[tuple[str, bool]]:
        return [(effect.uid, effect.secured) for effect in effects if isinstance(effect, SetSecurity)]

    @property
    def view(self) -> View:
        return [effect.view for effect in self.effects if isinstance(effect, Show)][-1]
