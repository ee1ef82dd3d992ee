"""What the screen shows, as values without words: the screen process finds the words, in the patron's language."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TypeAlias

import msgspec

from firmware_msgs.hid.keypad import Key
from firmware_msgs.uplink.values import Refusal


class Action(StrEnum):
    """What a person can choose. The screen numbers them in the order given; the first is the default (Enter)."""

    FINISH = "finish"
    RETURN_ITEMS = "return_items"
    CANCEL = "cancel"


class Stage(StrEnum):
    """How far an item is; every step is a fact."""

    FOUND = "found"
    CHECKING = "checking"
    RELEASING = "releasing"
    LENT = "lent"
    REFUSED = "refused"
    TAKEN_EARLY = "taken_early"  # must come back to the pad
    ON_LOAN = "on_loan"  # lies here borrowed already: can be returned
    OFFERED = "offered"  # lies here with no card: can be returned, or borrowed with a card
    SECURING = "securing"
    RETURNED = "returned"
    FLAGGED = "flagged"  # recorded, but its tag could not be checked: staff will look
    FAILED = "failed"  # the tag could not be changed; nothing was recorded against the patron


class ItemLine(msgspec.Struct, frozen=True, kw_only=True):
    """One book. `title` is empty while unknown: then `item_id` (the barcode) names it; both empty: an unreadable tag.

    `missing_parts` names the parts of a set that are not on the pad; `destination` the site it must travel to.
    """

    key: str
    item_id: str
    stage: Stage
    title: str = ""
    author: str = ""
    due: date | None = None
    refusal: Refusal | None = None
    missing_parts: tuple[int, ...] = ()
    destination: str | None = None


class PatronLine(msgspec.Struct, frozen=True, kw_only=True):
    """`label` is a name in part (张*), `tail` the last digits of the printed number; both empty when not known."""

    label: str
    tail: str
    remaining: int


class Countdown(msgspec.Struct, frozen=True, kw_only=True):
    """Ends `remaining_s` seconds from when the view was sent unless somebody acts; starts at `total_s`."""

    total_s: int
    remaining_s: int


class Notice(StrEnum):
    """One thing to tell the person in front of the machine; each has its words and its remedy."""

    CARD_UNKNOWN = "card_unknown"
    CARD_UNREADABLE = "card_unreadable"
    CARD_BLOCKED = "card_blocked"
    CARD_NEEDS_LINK = "card_needs_link"  # offline, and the policy lends to known cards only
    SECOND_CARD = "second_card"
    CODE_UNREADABLE = "code_unreadable"
    CODE_FOREIGN = "code_foreign"
    CODE_EXPIRED = "code_expired"
    CODE_USED = "code_used"
    CODE_UNCHECKED = "code_unchecked"  # the main library's time is not known yet
    CODE_NOT_NEEDED = "code_not_needed"  # a book's code was scanned: lay the book on the pad instead
    LIMIT_REACHED = "limit_reached"
    POWER_LOST = "power_lost"
    ID_CARD = "id_card"  # an identity card was laid down, which no journey asks for here


class Trouble(StrEnum):
    """Why the terminal is out of service."""

    READER = "reader"
    JOURNAL = "journal"
    POWER = "power"


class StartingView(msgspec.Struct, frozen=True, kw_only=True, tag="starting"):
    """`settling` half-done records of the last run are being checked against the pad."""

    settling: int = 0


class IdleView(msgspec.Struct, frozen=True, kw_only=True, tag="idle"):
    """The public notice board. Without `cards` the card reader is out: returns only."""

    online: bool
    cards: bool = True
    notice: Notice | None = None


class IdentifyingView(msgspec.Struct, frozen=True, kw_only=True, tag="identifying"):
    """A card was presented; the main library is being asked."""


class VisitView(msgspec.Struct, frozen=True, kw_only=True, tag="visit"):
    """Books on the pad and what happens to each: borrowing where there is a patron, returning where there is none.

    Items that need the patron come first. `seen` is how many books the pad sees.
    """

    patron: PatronLine | None
    items: tuple[ItemLine, ...]
    seen: int
    online: bool
    actions: tuple[Action, ...]
    notice: Notice | None = None
    countdown: Countdown | None = None


class DoneView(msgspec.Struct, frozen=True, kw_only=True, tag="done"):
    """What came of the visit. `left` books lie on the pad that were not borrowed."""

    lent: tuple[ItemLine, ...]
    returned: tuple[ItemLine, ...]
    left: int
    actions: tuple[Action, ...]
    countdown: Countdown


class OutOfServiceView(msgspec.Struct, frozen=True, kw_only=True, tag="out_of_service"):
    """Nothing can be borrowed or returned here now."""

    trouble: Trouble


View: TypeAlias = StartingView | IdleView | IdentifyingView | VisitView | DoneView | OutOfServiceView


class SiteInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What every screen shows: names from the configuration. `hours` and `notices` are the site's own texts."""

    terminal: str
    site_name: str
    hours: str
    help_line: str
    notices: tuple[str, ...] = ()


class Hello(msgspec.Struct, frozen=True, kw_only=True, tag="hello"):
    """First message to a screen that has connected."""

    site: SiteInfo


class Shown(msgspec.Struct, frozen=True, kw_only=True, tag="shown"):
    """A view to show from now on, in place of the last."""

    view: View


class FingerDown(msgspec.Struct, frozen=True, kw_only=True, tag="finger_down"):
    """On the touch panel over this screen; fractions of it from its upper left corner, at least 0 and below 1."""

    x: float
    y: float


class FingerUp(msgspec.Struct, frozen=True, kw_only=True, tag="finger_up"):
    """It was lifted where it had come down: that is meant."""


class FingerLost(msgspec.Struct, frozen=True, kw_only=True, tag="finger_lost"):
    """It meant nothing."""


class KeyDown(msgspec.Struct, frozen=True, kw_only=True, tag="key_down"):
    """A key of the keypad beside this screen."""

    key: Key


class KeyKept(msgspec.Struct, frozen=True, kw_only=True, tag="key_kept"):
    """It has been down for the holding time."""

    key: Key


class Chosen(msgspec.Struct, frozen=True, kw_only=True, tag="chosen"):
    """A person chose an action of the present view."""

    action: Action


class Touched(msgspec.Struct, frozen=True, kw_only=True, tag="touched"):
    """A person did anything else on the screen or keypad: somebody is there."""


Felt: TypeAlias = FingerDown | FingerUp | FingerLost | KeyDown | KeyKept
ToScreen: TypeAlias = Hello | Shown | Felt
FromScreen: TypeAlias = Chosen | Touched
