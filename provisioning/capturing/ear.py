"""What went over a device's link, in memory only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from drivers.redaction.traffic import LinkOpened, Piece, Traffic

MAX_BYTES: Final = 32 << 20
"""No more memory than a terminal can spare; some hours of a pad, which is looked at several times a second."""

_PIECE_BYTES = 200
"""What a piece takes besides its bytes."""

_DIGITS_OF_A_SECOND = 6  # the kernel's own clock tells no more


class Ear:
    """A `Tap`. Remembers what fits `MAX_BYTES` and no more; `full` is called then."""

    def __init__(self, clock: Callable[[], float], full: Callable[[], object]) -> None:
        self._clock = clock
        self._full = full
        self._began_s = clock()
        self._traffic: list[Traffic] = []
        self._room = MAX_BYTES

    @property
    def traffic(self) -> tuple[Traffic, ...]:
        """All that was heard, in order."""
        return tuple(self._traffic)

    @property
    def has_heard_bytes(self) -> bool:
        """Either way."""
        return self._room < MAX_BYTES

    def opened(self, address: str) -> None:  # noqa: ARG002 - a port may name a place or a person
        """See `Tap`."""
        self._traffic.append(LinkOpened(self._now_s()))

    def sent(self, data: bytes) -> None:
        """See `Tap`."""
        self._hear(data, to_device=True)

    def received(self, data: bytes) -> None:
        """See `Tap`."""
        self._hear(data, to_device=False)

    def _hear(self, data: bytes, *, to_device: bool) -> None:
        size = _PIECE_BYTES + len(data)
        if size > self._room:
            self._full()
            return
        self._room -= size
        self._traffic.append(Piece(self._now_s(), to_device, data))

    def _now_s(self) -> float:
        return round(self._clock() - self._began_s, _DIGITS_OF_A_SECOND)
