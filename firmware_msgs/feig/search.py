"""Finding a FEIG frame among bytes that are none."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush

from firmware_msgs.feig.frames import Frame, parse_frame


class FrameSearch:
    """Looks at each byte once as a possible head and at each possible frame once, when its last byte is there.

    `claimed_length` tells how long a frame is whose head is at a place of the data: 0 when none can be there, None when
    there are too few bytes to tell. Places are counted from where the search began.
    """

    def __init__(self, claimed_length: Callable[[bytes, int], int | None]) -> None:
        self._claimed_length = claimed_length
        self._dropped = 0
        self._next_head = 0
        self._ends: list[tuple[int, int]] = []
        self._heads: deque[int] = deque()
        self._refuted: set[int] = set()

    def find(self, data: bytes) -> tuple[Frame, int] | None:
        """The frame that ends first, and where in `data` it ends. `data` begins where the last `drop` said."""
        self._claim(data)
        while self._ends and self._ends[0][0] <= self._dropped + len(data):
            end, head = (place - self._dropped for place in heappop(self._ends))
            frame = parse_frame(data[head:end])
            if frame is not None:
                return frame, end
            self._refuted.add(head + self._dropped)
        return None

    def drop(self) -> int:
        """How many bytes at the front can belong to no frame any more; the caller drops them."""
        while self._heads and self._heads[0] in self._refuted:
            self._refuted.remove(self._heads.popleft())
        first = self._heads[0] if self._heads else self._next_head
        count, self._dropped = first - self._dropped, first
        return count

    def _claim(self, data: bytes) -> None:
        while (at := self._next_head - self._dropped) < len(data):
            length = self._claimed_length(data, at)
            if length is None:
                return
            if length:
                heappush(self._ends, (self._next_head + length, self._next_head))
                self._heads.append(self._next_head)
            self._next_head += 1
