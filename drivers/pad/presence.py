"""Which tags lie on a pad. An arrival counts at its first sighting; only a removal is debounced."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Debounce:
    """When a tag counts as taken away: not seen for `removal_s` and in `misses` looks in a row."""

    removal_s: float = 0.5  # a book shifted on the pad loses contact for some tenths of a second
    misses: int = 3  # one look may miss a tag that lies on another; three in a row hardly ever do


@dataclass(frozen=True, slots=True)
class _Sighting:
    last_s: float
    misses: int = 0


class Presence:
    """The tags reported as placed and not yet as removed. Times are seconds of any steady clock."""

    def __init__(self, debounce: Debounce) -> None:
        self._debounce = debounce
        self._sightings: dict[str, _Sighting] = {}

    def __contains__(self, uid: str) -> bool:
        return uid in self._sightings

    def see(self, uid: str, now_s: float) -> None:
        """The tag is here now."""
        self._sightings[uid] = _Sighting(now_s)

    def miss_all_but(self, seen: Collection[str], now_s: float) -> list[str]:
        """A whole look saw only these; returns the tags that count as removed now, and forgets them."""
        for uid in self._sightings.keys() - set(seen):
            sighting = self._sightings[uid]
            self._sightings[uid] = _Sighting(sighting.last_s, sighting.misses + 1)
        removed = [uid for uid, sighting in self._sightings.items() if self._is_gone(sighting, now_s)]
        for uid in removed:
            del self._sightings[uid]
        return removed

    @property
    def is_unsettled(self) -> bool:
        """Whether a tag was missed in the last look and may be going."""
        return any(sighting.misses for sighting in self._sightings.values())

    def _is_gone(self, sighting: _Sighting, now_s: float) -> bool:
        waited = now_s - sighting.last_s >= self._debounce.removal_s
        return waited and sighting.misses >= self._debounce.misses
