"""What the session hears besides devices and the screen: the main library, the journal, time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from drivers.events import DeviceEvent
from firmware_msgs.uplink.questions import Reply
from kiosk.session.views import Chosen, Touched


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The main library can be asked."""


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The main library cannot be asked; records wait in the journal."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The main library's reply to an `Ask` effect."""

    ask: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class AskFailed:
    """No answer came within the deadline, or the question could not be sent."""

    ask: str


@dataclass(frozen=True, slots=True)
class JournalFailed:
    """A record could not be made durable. Nothing that depended on it has been done."""

    reason: str


class CodeRefusal(Enum):
    """Why a patron's QR code was not taken."""

    UNREADABLE = "unreadable"
    FOREIGN = "foreign"
    EXPIRED = "expired"
    USED = "used"
    UNCHECKED = "unchecked"  # it cannot be judged now


@dataclass(frozen=True, slots=True)
class PatronCodeRefused:
    """A patron's QR code was scanned that is not good."""

    reason: CodeRefusal


class Timer(Enum):
    """Each runs at most once; starting it again replaces it."""

    SETTLING = "settling"  # at start: time for the pad to show what lies on it
    IDLE = "idle"  # nobody does anything in a visit
    DONE = "done"  # the closing view
    NOTICE = "notice"  # a notice on the idle screen
    POWER = "power"  # on battery: the mains may come back


@dataclass(frozen=True, slots=True)
class TimerFired:
    """The timer has run out."""

    timer: Timer


SessionEvent: TypeAlias = (
    DeviceEvent
    | PatronCodeRefused
    | Chosen
    | Touched
    | LinkUp
    | LinkDown
    | Answered
    | AskFailed
    | JournalFailed
    | TimerFired
)
