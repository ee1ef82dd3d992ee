"""The session's states: frozen values that carry their own data, and every transition between them as a table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Final, TypeAlias

from firmware_msgs.uplink.values import ItemRef, Refusal
from kiosk.session.views import Notice, Trouble, View

# --- What becomes of a book -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lying:
    """On the pad; nothing begun."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """Its tag can be neither borrowed nor returned here."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Checking:
    """`loan_asked` is journaled and the main library is asked."""

    loan: str


@dataclass(frozen=True, slots=True)
class Releasing:
    """`loan_opened` is journaled; the tags in `pending` are being released."""

    loan: str
    due: date
    pending: frozenset[str]
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Undoing:
    """A set of which a part would not release: the released parts in `pending` are being secured again."""

    loan: str
    due: date
    pending: frozenset[str]


@dataclass(frozen=True, slots=True)
class LoanSnatched:
    """Left the pad before its release could be read back; it may come back."""

    loan: str
    due: date


@dataclass(frozen=True, slots=True)
class Lent:
    """`loan_confirmed` is journaled."""

    loan: str
    due: date
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """`loan_refused` is journaled; the book must stay."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Securing:
    """`return_opened` is journaled; the tags in `pending` are being secured."""

    giveback: str
    pending: frozenset[str]
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class ReturnSnatched:
    """Left the pad before its securing could be read back."""

    giveback: str


@dataclass(frozen=True, slots=True)
class Returned:
    """`item_returned` is journaled."""

    verified: bool = True


@dataclass(frozen=True, slots=True)
class Failed:
    """Voided: the tag would not change, and nothing stands against the patron."""


Status: TypeAlias = (
    Lying
    | Unusable
    | Checking
    | Releasing
    | Undoing
    | LoanSnatched
    | Lent
    | Refused
    | Securing
    | ReturnSnatched
    | Returned
    | Failed
)

BUSY: Final = (Checking, Releasing, Undoing, Securing)
"""A visit does not close over these."""

BOOK_TRANSITIONS: Final[dict[type[Status], tuple[type[Status], ...]]] = {
    Lying: (Unusable, Checking, Releasing, Refused, Securing),
    Unusable: (Lying,),
    Checking: (Lying, Releasing, Refused),
    Releasing: (Lent, LoanSnatched, Undoing, Failed),
    Undoing: (Failed, Lent),
    LoanSnatched: (Lent, Releasing),
    Lent: (Lying, Securing),
    Refused: (Lying,),
    Securing: (Returned, ReturnSnatched, Failed),
    ReturnSnatched: (Returned, Securing),
    Returned: (Lying,),
    Failed: (Lying,),
}


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of a book. `secured` is what was last known of it."""

    device: str
    uid: str
    part: int
    secured: bool | None
    present: bool = True


@dataclass(frozen=True, slots=True)
class Book:
    """One item: a set's several tags are one book. `route` is the question asked about where it belongs, if any."""

    key: str
    item: ItemRef
    parts: int
    tags: tuple[Tag, ...]
    status: Status = field(default_factory=Lying)
    title: str = ""
    author: str = ""
    destination: str | None = None
    route: str | None = None

    @property
    def present(self) -> bool:
        """Any of its tags lies on the pad."""
        return any(tag.present for tag in self.tags)

    @property
    def uids(self) -> tuple[str, ...]:
        """Its tags, sorted."""
        return tuple(sorted(tag.uid for tag in self.tags))

    @property
    def missing_parts(self) -> tuple[int, ...]:
        """Parts of the set that do not lie on the pad. A tag that tells no part counts for any."""
        here = {tag.part for tag in self.tags if tag.present}
        if self.parts <= 1 or (0 in here and len(self.tags) >= self.parts):
            return ()
        return tuple(part for part in range(1, self.parts + 1) if part not in here)

    @property
    def on_loan(self) -> bool:
        """Its tags say that it was released."""
        return any(tag.secured is False for tag in self.tags)

    def becomes(self, status: Status) -> Book:
        """The book in its next status; only what the table allows."""
        if type(status) is not type(self.status) and type(status) not in BOOK_TRANSITIONS[type(self.status)]:
            raise AssertionError(f"a book cannot go from {type(self.status).__name__} to {type(status).__name__}")
        return replace(self, status=status)


# --- Who is in front of the machine -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Patron:
    """As far as it is known. `ref` is None where only the card is known (offline)."""

    card: str
    ref: str | None
    label: str
    tail: str
    remaining: int


@dataclass(frozen=True, slots=True)
class Starting:
    """Half-done work of the last run is looked for on the pad."""


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is known; books on the pad are offered for return."""

    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Identifying:
    """A card was presented and the main library is asked."""

    card: str
    ask: str


@dataclass(frozen=True, slots=True)
class Borrowing:
    """A patron's visit: books are borrowed as they arrive. `leaving`: it closes as soon as nothing is under way."""

    patron: Patron
    notice: Notice | None = None
    warned: bool = False
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class Returning:
    """A visit without a card: books are taken back as they arrive. `next_card` was presented meanwhile: its turn comes
    when this visit closes.
    """

    notice: Notice | None = None
    warned: bool = False
    leaving: bool = False
    next_card: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The closing view of a visit."""

    lent: tuple[Book, ...]
    returned: tuple[Book, ...]


@dataclass(frozen=True, slots=True)
class OutOfService:
    """Nothing can be recorded or read."""

    trouble: Trouble


Phase: TypeAlias = Starting | Idle | Identifying | Borrowing | Returning | Done | OutOfService

PHASE_TRANSITIONS: Final[dict[type[Phase], tuple[type[Phase], ...]]] = {
    Starting: (Idle, OutOfService),
    Idle: (Identifying, Borrowing, Returning, OutOfService),
    Identifying: (Borrowing, Idle, OutOfService),
    Borrowing: (Done, Idle, OutOfService),
    Returning: (Done, Idle, OutOfService),
    Done: (Idle, Identifying, Borrowing, OutOfService),
    OutOfService: (Starting,),
}


@dataclass(frozen=True, slots=True)
class HalfDone:
    """A loan or return that was opened and has no end yet; its tags will tell, if they are seen."""

    id: str
    item: ItemRef
    uids: tuple[str, ...]
    lending: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """The devices a terminal has, by what they are for."""

    item_readers: frozenset[str]
    card_readers: frozenset[str]


class Power(Enum):
    """Where the machine's power comes from."""

    MAINS = "mains"
    BATTERY = "battery"
    ENDING = "ending"  # on battery, and to be switched off as soon as nothing is under way
    OFF = "off"  # the order to switch off was given


@dataclass(frozen=True, slots=True)
class Terminal:
    """The whole state. `up` holds the devices that answer, `shown` the last view."""

    roster: Roster
    site: str
    phase: Phase = field(default_factory=Starting)
    books: tuple[Book, ...] = ()
    half_done: tuple[HalfDone, ...] = ()
    up: frozenset[str] = frozenset()
    online: bool = False
    power: Power = Power.MAINS
    shown: View | None = None

    def enters(self, phase: Phase) -> Terminal:
        """The terminal in its next phase; only what the table allows."""
        if type(phase) is not type(self.phase) and type(phase) not in PHASE_TRANSITIONS[type(self.phase)]:
            raise AssertionError(f"a terminal cannot go from {type(self.phase).__name__} to {type(phase).__name__}")
        return replace(self, phase=phase)
