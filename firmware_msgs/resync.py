"""Frames out of a stream of bytes, found again after noise, for protocols whose frame tells its length in its head."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic

from firmware_msgs.buffer import ReceiveBuffer
from firmware_msgs.frame_search import Frame, FrameSearch, LengthOf


class ResyncDecoder(Generic[Frame]):
    """Bytes in, frames out; the frames do not depend on how the bytes were split. Holds at most `longest` bytes.

    In step, right after a frame, the next head is trusted until `parse` proves it wrong (by None), so that nothing
    inside a frame can pass for one. Out of step, the first frame to be complete is taken and what was before it
    dropped. A head has at most `head` bytes; `trusted` may be stricter than `length_of` with a head in step.
    """

    def __init__(
        self,
        length_of: LengthOf,
        parse: Callable[[bytes], Frame | None],
        longest: int,
        head: int,
        trusted: LengthOf | None = None,
    ) -> None:
        self._length_of = length_of
        self._trusted = trusted or length_of
        self._parse = parse
        self._buffer = ReceiveBuffer(longest)
        self._longest = longest
        self._head = head
        self._search: FrameSearch[Frame] | None = None

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
        frames: list[Frame] = []
        while (frame := self._searched(self._buffer.peek())) is not None:
            frames.append(frame)
        self.reset()
        return frames

    def reset(self) -> None:
        """Forget a frame begun: the next byte starts afresh."""
        self._found(len(self._buffer))

    def _next(self) -> Frame | None:
        data = self._buffer.peek()
        if self._search is not None:
            return self._searched(data)
        length = self._bounded(self._trusted(data[: self._head])) if data else None
        if length is None or length > len(data):
            return None
        frame = self._parse(data[:length]) if length else None
        if frame is None:
            return self._searched(data)
        self._found(length)
        return frame

    def _searched(self, data: bytes) -> Frame | None:
        """The frame that ends first, and in step again; else out of step from now on."""
        search = self._search = self._search or FrameSearch(self._claimed, self._parse, self._head)
        found = search.find(data)
        if found is None:
            self._buffer.commit(search.drop())
            return None
        frame, end = found
        self._found(end)
        return frame

    def _claimed(self, head: bytes) -> int | None:
        return self._bounded(self._length_of(head))

    def _bounded(self, length: int | None) -> int | None:
        return 0 if length is not None and length > self._longest else length

    def _found(self, end: int) -> None:
        self._buffer.commit(end)
        self._search = None
