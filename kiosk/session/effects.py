"""What the session wants done, in order. The runner does it; nothing here does anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from firmware_msgs.uplink.questions import Query
from firmware_msgs.uplink.records import Body, PatronPart
from firmware_msgs.uplink.values import ItemRef
from kiosk.session.events import Timer
from kiosk.session.views import View


@dataclass(frozen=True, slots=True)
class Entry:
    """A record to be. `patron` is sealed into the body's `patron` field when it is journaled."""

    body: Body
    patron: PatronPart | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """Make the entries durable before any later effect is begun. If it fails, later effects are dropped."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class SetSecurity:
    """Write a tag's security; ends in one SecurityChanged or SecurityFailed."""

    device: str
    uid: str
    secured: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the main library; ends in one Answered or AskFailed. `card` and `item` name the unreceipted records that
    must go with it.
    """

    ask: str
    query: Query
    card: str | None = None
    item: ItemRef | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """The view from now on."""

    view: View


@dataclass(frozen=True, slots=True)
class StartTimer:
    """`after_ms` from now."""

    timer: Timer
    after_ms: int


@dataclass(frozen=True, slots=True)
class StopTimer:
    """Does nothing if it is not running."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class PowerOff:
    """Everything is recorded: end, and have the machine switched off."""


Effect: TypeAlias = Commit | SetSecurity | Ask | Show | StartTimer | StopTimer | PowerOff
