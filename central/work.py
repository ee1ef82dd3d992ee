"""What the wire asks the bookkeeper to do, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from central.storage.inbox import Mark
from firmware_msgs.uplink.questions import Reply


@dataclass(frozen=True, slots=True)
class Publish:
    """Bytes from a terminal's event topic."""

    terminal: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """Bytes from a terminal's ask topic."""

    terminal: str
    ask: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Reminder:
    """A terminal (None: every one) must hear again what is durable."""

    terminal: str | None


Work: TypeAlias = Publish | Asked | Reminder


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply for the ask of a terminal."""

    terminal: str
    ask: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Notice:
    """Something for the monitor; never anything about a patron. `kind` is a record's type without its wrapping, or the
    name of an alarm.
    """

    time_ms: int
    terminal: str
    site: str
    kind: str
    alarm: bool = False


@dataclass(slots=True)
class Outcome:
    """What is to be told once the transaction is durable."""

    marks: dict[str, Mark] = field(default_factory=dict)
    answers: list[Answered] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    records: int = 0
