"""What a people counter's running counts say of the people who passed."""

from __future__ import annotations

from typing import Final

MOST_AT_ONCE: Final = 100_000
"""More than this between two readings, even of a whole night, are no people: the counter began anew or was set."""

_LIMIT: Final = 1 << 32


class Tally:
    """Differences of counts that go from 2³² - 1 to 0 and may be set back at any time."""

    def __init__(self) -> None:
        self._last: tuple[int, ...] | None = None

    def since_last(self, counts: tuple[int, ...]) -> tuple[int, ...]:
        """How many each count grew by since the last reading; none in the first, which only says where it stands."""
        last, self._last = self._last, counts
        return tuple(map(_grown, last or counts, counts))


def _grown(last: int, now: int) -> int:
    grown = (now - last) % _LIMIT
    if grown <= MOST_AT_ONCE:
        return grown
    return now if now <= MOST_AT_ONCE else 0
