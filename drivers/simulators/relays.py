"""Relays that do not exist, and when each of their contacts moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum


@dataclass(frozen=True, slots=True)
class Contact:
    """A relay was attracted or fell. Relays count from 1."""

    at_s: float
    relay: int
    energised: bool


class RelayFault(Enum):
    """How a board can fail its host."""

    SILENT = "silent"  # it carries out orders and answers none
    DEAD = "dead"  # neither
    STUCK = "stuck"  # it answers, but no contact moves any more (and says so when asked)


@dataclass(slots=True)
class Relays:
    """A board's relays. `clock` tells when; timers of the board's own run out by it."""

    clock: Callable[[], float]
    count: int = 8
    fault: RelayFault | None = None
    _log: list[Contact] = field(default_factory=list)
    _until_s: dict[int, float] = field(default_factory=dict)

    def switch(self, relay: int, *, energised: bool, for_s: float | None = None) -> None:
        """Move it; with `for_s` it falls by itself."""
        self._run_out()
        if self.fault in (RelayFault.STUCK, RelayFault.DEAD):
            return
        self._until_s.pop(relay, None)
        if energised and for_s is not None:
            self._until_s[relay] = self.clock() + for_s
        self._move(Contact(self.clock(), relay, energised))

    def is_energised(self, relay: int) -> bool:
        """How it stands now."""
        self._run_out()
        return self._stands(relay)

    def lose_power(self) -> None:
        """Every relay falls."""
        self._run_out()
        self._until_s.clear()
        for relay in range(1, self.count + 1):
            self._move(Contact(self.clock(), relay, energised=False))

    @property
    def log(self) -> tuple[Contact, ...]:
        """Every move so far."""
        self._run_out()
        return tuple(self._log)

    def _run_out(self) -> None:
        now_s = self.clock()
        for relay, until_s in sorted(self._until_s.items(), key=lambda pair: pair[1]):
            if until_s <= now_s:
                del self._until_s[relay]
                self._move(Contact(until_s, relay, energised=False))

    def _stands(self, relay: int) -> bool:
        return next((move.energised for move in reversed(self._log) if move.relay == relay), False)

    def _move(self, contact: Contact) -> None:
        if self._stands(contact.relay) != contact.energised:
            self._log.append(contact)
