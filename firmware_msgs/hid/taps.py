"""Which contacts are meant: one finger at a time, down and up at one place."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import Final, TypeAlias

from firmware_msgs.hid.contacts import Contact, Contacts

TAP_MM: Final = 8.0
"""A finger that strays no farther means where it came down: a trembling hand stays within, a swipe does not."""

PALM_MM: Final = 30.0
"""What touches along more than this is no fingertip (a thumb's is 20 to 25 mm)."""

REST_S: Final = 5.0
"""What lies still for longer is leant on or lies there; nobody presses a button for so long."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The panel's units per millimetre along each axis, and those of a contact's length (infinite: it tells none)."""

    x: float
    y: float
    major: float

    def distance_mm(self, one: Contact, other: Contact) -> float:
        """Between their centres."""
        return hypot((one.x - other.x) / self.x, (one.y - other.y) / self.y)


@dataclass(frozen=True, slots=True)
class Began:
    """A finger came down here, in the panel's units."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Ended:
    """It was lifted. Where it came down is meant."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Strayed:
    """It went too far, stayed too long or grew too large: nothing is meant."""


Touch: TypeAlias = Began | Ended | Strayed


class TapJudge:
    """Follows the one contact that counts. All that are down at the start, come while one counts, or are palms are
    ignored until they are lifted.
    """

    def __init__(self, scale: Scale, present: Contacts, palm_mm: float = PALM_MM) -> None:
        self._scale = scale
        self._palm_mm = palm_mm
        self._ignored = {contact.key for contact in present}
        self._press: Contact | None = None
        self._until_s = 0.0

    @property
    def deadline_s(self) -> float | None:
        """When `expire` is due; None while nothing is pressed."""
        return None if self._press is None else self._until_s

    def feed(self, contacts: Contacts, now_s: float) -> list[Touch]:
        """What these contacts, all that are down now, mean after those before."""
        down = {contact.key: contact for contact in contacts}
        touches = self.expire(now_s) + self._follow(down)
        self._ignored &= down.keys()
        if self._press is None:
            touches += self._begin(contacts, now_s)
        self._ignored |= {key for key in down if self._press is None or key != self._press.key}
        return touches

    def expire(self, now_s: float) -> list[Touch]:
        """What ends because it has lasted until now."""
        return self._stray() if self._press is not None and now_s >= self._until_s else []

    def end(self) -> list[Touch]:
        """The panel is gone, or contacts were lost."""
        return self._stray() if self._press is not None else []

    def _begin(self, contacts: Contacts, now_s: float) -> list[Touch]:
        self._press = next(filter(self._counts, contacts), None)
        self._until_s = now_s + REST_S
        return [] if self._press is None else [Began(self._press.x, self._press.y)]

    def _follow(self, down: dict[int, Contact]) -> list[Touch]:
        press = self._press
        if press is None:
            return []
        now = down.get(press.key)
        if now is None:
            self._press = None
            return [Ended(press.x, press.y)]
        is_tap = self._scale.distance_mm(press, now) <= TAP_MM and not self._is_palm(now)
        return [] if is_tap else self._stray()

    def _stray(self) -> list[Touch]:
        if self._press is not None:
            self._ignored.add(self._press.key)
        self._press = None
        return [Strayed()]

    def _counts(self, contact: Contact) -> bool:
        return contact.key not in self._ignored and not self._is_palm(contact)

    def _is_palm(self, contact: Contact) -> bool:
        return contact.is_palm or contact.major / self._scale.major > self._palm_mm
