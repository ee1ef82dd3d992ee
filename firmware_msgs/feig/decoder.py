"""From a stream of bytes to FEIG frames. What is no frame is passed over in silence, as the protocol asks."""

from __future__ import annotations

from collections.abc import Collection

from firmware_msgs.buffer import ReceiveBuffer
from firmware_msgs.feig.commands import Command
from firmware_msgs.feig.frames import (
    MAX_FRAME_BYTES,
    SHORTEST_ADVANCED,
    SHORTEST_STANDARD,
    STX,
    Frame,
    Framing,
    parse_frame,
)
from firmware_msgs.feig.search import FrameSearch

_KNOWN_COMMANDS = frozenset(Command)


class FrameDecoder:
    """Bytes in, frames out; the frames do not depend on how the bytes were split.

    In step, right after a frame, the next head is trusted until its checksum proves it wrong, so that nothing inside
    a frame, such as what somebody wrote on a tag, can pass for one. Out of step, the first frame to be complete with
    a right checksum is taken and everything before it dropped.

    `framings` are the forms to expect: a host that asks in advanced form alone is hardly ever misled by noise, for
    nearly every byte value could be the head of a standard frame.
    """

    def __init__(self, framings: Collection[Framing] = tuple(Framing)) -> None:
        self._framings = frozenset(framings)
        self._buffer = ReceiveBuffer(MAX_FRAME_BYTES)
        self._search: FrameSearch | None = None

    @property
    def buffered(self) -> int:
        """How many bytes wait for the rest of a frame; never more than MAX_FRAME_BYTES."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that these bytes complete."""
        frames: list[Frame] = []
        while data:
            data = self._buffer.feed(data)
            while (frame := self._next()) is not None:
                frames.append(frame)
        return frames

    def reset(self) -> None:
        """Forget a frame begun: the next byte starts afresh."""
        self._found(len(self._buffer))

    def _next(self) -> Frame | None:
        data = self._buffer.peek()
        if self._search is None:
            length = self._trusted_length(data)
            if length is None or length > len(data):
                return None
            frame = parse_frame(data[:length]) if length else None
            if frame is not None:
                self._found(length)
                return frame
            self._search = FrameSearch(self._claimed_length)
        return self._searched(self._search, data)

    def _searched(self, search: FrameSearch, data: bytes) -> Frame | None:
        found = search.find(data)
        if found is None:
            self._buffer.commit(search.drop())
            return None
        frame, end = found
        self._found(end)
        return frame

    def _found(self, end: int) -> None:
        self._buffer.commit(end)
        self._search = None

    def _trusted_length(self, data: bytes) -> int | None:
        """How many bytes the head at the front claims; 0: not worth waiting for; None: too few bytes to tell."""
        length = self._claimed_length(data, 0) if data else None
        if not length or data[0] == STX:
            return length
        if len(data) < SHORTEST_STANDARD - 2:
            return None
        return length if data[2] in _KNOWN_COMMANDS else 0

    def _claimed_length(self, data: bytes, start: int) -> int | None:
        """How long a frame that starts here says it is; 0: none can start here; None: too few bytes to tell."""
        if data[start] != STX:
            standard = Framing.STANDARD in self._framings and data[start] >= SHORTEST_STANDARD
            return data[start] if standard else 0
        if Framing.ADVANCED not in self._framings:
            return 0
        if start + 3 > len(data):
            return None
        length = int.from_bytes(data[start + 1 : start + 3], "big")
        return length if SHORTEST_ADVANCED <= length <= MAX_FRAME_BYTES else 0
