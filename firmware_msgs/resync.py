"""Frames out of a stream of bytes, found again after noise, for protocols whose frame tells its length in its head."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

from firmware_msgs.buffer import ReceiveBuffer

Frame = TypeVar("Frame")

LengthOf: TypeAlias = Callable[[bytes], int | None]
"""How long a frame with this head says it is; 0: none can begin so; None: too few bytes to tell."""


class ResyncDecoder(Generic[Frame]):
    """Bytes in, frames out; the frames do not depend on how the bytes were split. Holds at most `longest` bytes.

    In step, right after a frame, the next head is trusted until `parse` proves it wrong (by None), so that nothing
    inside a frame can pass for one. Out of step, the first frame to be complete is taken and what was before it
    dropped. A head has at most `head` bytes.
    """

    def __init__(self, length_of: LengthOf, parse: Callable[[bytes], Frame | None], longest: int, head: int) -> None:
        self._length_of = length_of
        self._parse = parse
        self._buffer = ReceiveBuffer(longest)
        self._longest = longest
        self._head = head
        self._in_step = True
        self._searched = 0

    @property
    def buffered(self) -> int:
        """How many bytes wait for the rest of a frame."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that these bytes complete."""
        frames: list[Frame] = []
        while data:
            data = self._buffer.feed(data)
            while (frame := self._next()) is not None:
                frames.append(frame)
        return frames

    def flush(self) -> list[Frame]:
        """The line went quiet, so what was begun will not end: the whole frames that its head had hidden, if any."""
        self._in_step = False
        frames: list[Frame] = []
        while (frame := self._search(self._buffer.peek())) is not None:
            frames.append(frame)
            self._in_step = False
        self.reset()
        return frames

    def reset(self) -> None:
        """Forget a frame begun: the next byte starts afresh."""
        self._found(len(self._buffer))

    def _next(self) -> Frame | None:
        data = self._buffer.peek()
        if not self._in_step:
            return self._search(data)
        length = self._claimed(data, 0) if data else None
        if length is None or length > len(data):
            return None
        frame = self._parse(data[:length]) if length else None
        if frame is None:
            self._in_step = False
            return self._search(data)
        self._found(length)
        return frame

    def _search(self, data: bytes) -> Frame | None:
        """The frame that ends first. Those that end within `_searched` bytes were looked at before."""
        claims = [(start, self._claimed(data, start)) for start in range(len(data))]
        ends = sorted((start + length, start) for start, length in claims if length)
        for end, start in ends:
            if self._searched < end <= len(data) and (frame := self._parse(data[start:end])) is not None:
                self._found(end)
                return frame
        waiting = (start for start, length in claims if length is None or start + length > len(data))
        first = next(waiting, len(data))
        self._buffer.commit(first)
        self._searched = len(data) - first
        return None

    def _claimed(self, data: bytes, start: int) -> int | None:
        length = self._length_of(data[start : start + self._head])
        return 0 if length is not None and length > self._longest else length

    def _found(self, end: int) -> None:
        self._buffer.commit(end)
        self._in_step = True
        self._searched = 0
