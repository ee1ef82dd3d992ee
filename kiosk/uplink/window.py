"""Which records are under way to the main library. Pure: time is an argument, in seconds of any steady clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from firmware_msgs.uplink.records import MAX_BATCH

WINDOW: Final = 4_000
"""Records under way at most: keeps the main library busy through two of its commits, and costs 3 MB at the broker."""

SILENCE_S: Final = 10.0
"""No progress for this long while connected: what is under way counts as lost (design section 3)."""

MAX_SILENCE_S: Final = 300.0
"""Cap of the doubling: a main library that is down for long is offered its records once in five minutes."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The next publish: up to `limit` records that follow `after`."""

    after: int
    limit: int


@dataclass(frozen=True, slots=True)
class Window:
    """All up to `mark` have a receipt, all up to `sent` were published. `silent_at_s` is when to send again."""

    mark: int
    sent: int
    silence_s: float = SILENCE_S
    silent_at_s: float | None = None

    def next_batch(self, head: int) -> Batch | None:
        """None: nothing may be published now."""
        limit = min(head, self.mark + WINDOW) - self.sent
        return Batch(after=self.sent, limit=min(limit, MAX_BATCH)) if limit > 0 else None

    def published(self, sequence: int, now_s: float) -> Window:
        """All up to `sequence` were handed to the broker."""
        silent_at_s = now_s + self.silence_s if self.silent_at_s is None else self.silent_at_s
        return replace(self, sent=sequence, silent_at_s=silent_at_s)

    def receipted(self, mark: int, now_s: float) -> Window:
        """A receipt says that all up to `mark` are durable; no less than before."""
        if mark == self.mark:
            return self
        under_way = mark < self.sent
        return Window(mark=mark, sent=max(mark, self.sent), silent_at_s=now_s + SILENCE_S if under_way else None)

    def rewound(self, mark: int) -> Window:
        """The main library begins anew after `mark`: so does this."""
        return Window(mark=mark, sent=mark)

    def silent(self, now_s: float) -> Window:
        """Nothing was heard: from the mark again if the time has come, and more patiently the next time."""
        if self.silent_at_s is None or now_s < self.silent_at_s:
            return self
        return Window(mark=self.mark, sent=self.mark, silence_s=min(2 * self.silence_s, MAX_SILENCE_S))
