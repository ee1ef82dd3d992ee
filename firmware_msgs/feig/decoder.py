"""From a stream of bytes to FEIG frames. What is no frame is passed over in silence, as the protocol asks."""

from __future__ import annotations

from collections.abc import Collection

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
from firmware_msgs.resync import ResyncDecoder

_KNOWN_COMMANDS = frozenset(Command)
_HEAD_BYTES = 3


class FrameDecoder(ResyncDecoder[Frame]):
    """Bytes in, frames out; holds at most MAX_FRAME_BYTES.

    `framings` are the forms to expect: a host that asks in advanced form alone is hardly ever misled by noise, for
    nearly every byte value could be the head of a standard frame.
    """

    def __init__(self, framings: Collection[Framing] = tuple(Framing)) -> None:
        self._framings = frozenset(framings)
        super().__init__(self._length, parse_frame, MAX_FRAME_BYTES, _HEAD_BYTES, self._trusted_length)

    def _length(self, head: bytes) -> int | None:
        if head[0] != STX:
            standard = Framing.STANDARD in self._framings and head[0] >= SHORTEST_STANDARD
            return head[0] if standard else 0
        if Framing.ADVANCED not in self._framings:
            return 0
        if len(head) < _HEAD_BYTES:
            return None
        length = int.from_bytes(head[1:], "big")
        return length if length >= SHORTEST_ADVANCED else 0

    def _trusted_length(self, head: bytes) -> int | None:
        """A standard head is worth waiting for only before a command that we know."""
        length = self._length(head)
        if not length or head[0] == STX:
            return length
        if len(head) < _HEAD_BYTES:
            return None
        return length if head[2] in _KNOWN_COMMANDS else 0
