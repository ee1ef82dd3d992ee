"""Finding a frame among bytes that are none, for protocols whose frame tells its length in its head."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Generic, TypeAlias, TypeVar

Frame = TypeVar("Frame")

LengthOf: TypeAlias = Callable[[bytes], int | None]
"""How long a frame with this head says it is; 0: none can begin so; None: too few bytes to tell."""


class FrameSearch(Generic[Frame]):
    """Looks at each byte as a possible head, which has at most `head` bytes, and at each possible frame once, when its
    last byte is there. Places are counted from where the search began.
    """

    def __init__(self, length_of: LengthOf, parse: Callable[[bytes], Frame | None], head: int) -> None:
        self._length_of = length_of
        self._parse = parse
        self._head = head
        self._dropped = 0
        self._seen = 0
        self._undecided: list[int] = []
        self._ends: list[tuple[int, int]] = []
        self._refuted: set[int] = set()

    def find(self, data: bytes) -> tuple[Frame, int] | None:
        """The frame that ends first, and where in `data` it ends. `data` begins where the last `drop` said."""
        self._look_at_heads(data)
        while self._ends and self._ends[0][0] <= self._dropped + len(data):
            end, head = (place - self._dropped for place in heappop(self._ends))
            frame = self._parse(data[head:end])
            if frame is not None:
                return frame, end
            self._refuted.add(head + self._dropped)
        return None

    def drop(self) -> int:
        """How many bytes at the front can belong to no frame any more; the caller drops them."""
        first = self._dropped
        while first in self._refuted:
            self._refuted.remove(first)
            first += 1
        count, self._dropped = first - self._dropped, first
        return count

    def _look_at_heads(self, data: bytes) -> None:
        end = self._dropped + len(data)
        heads = [*self._undecided, *range(self._seen, end)]
        self._seen = end
        self._undecided = [head for head in heads if not self._is_decided(head, data)]

    def _is_decided(self, head: int, data: bytes) -> bool:
        at = head - self._dropped
        length = self._length_of(data[at : at + self._head])
        if length:
            heappush(self._ends, (head + length, head))
        elif length == 0:
            self._refuted.add(head)
        return length is not None
