"""The decoders of byte streams, and what is asked of each: bounded, and the same however the bytes are split."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from firmware_msgs.hid.input_events import MAX_REPORT_BYTES, ReportDecoder
from firmware_msgs.relay import lcus


class BrokenDecoderError(Exception):
    """A fault found."""


class StreamDecoder(Protocol):
    """Bytes in, messages out. Raises nothing."""

    def feed(self, data: bytes, /) -> Sequence[object]:
        """The messages that these bytes complete."""

    @property
    def buffered(self) -> int:
        """How many bytes wait for the rest of one."""


@dataclass(frozen=True, slots=True)
class Stream:
    """`cap` is the largest message the protocol's module accepts."""

    make: Callable[[], StreamDecoder]
    cap: int

    def check(self, data: bytes) -> None:
        """Whole, and cut at places that the data itself names."""
        whole = self._messages([data])
        cuts = sorted({byte % (len(data) + 1) for byte in data[:8]})
        pieces = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        if self._messages(pieces) != whole:
            raise BrokenDecoderError("the messages depend on how the bytes were split")

    def _messages(self, pieces: Sequence[bytes]) -> list[object]:
        decoder = self.make()
        found: list[object] = []
        for piece in pieces:
            found.extend(decoder.feed(piece))
            if decoder.buffered > self.cap:
                raise BrokenDecoderError("more is buffered than the largest message")
        return found


STREAMS: Final[Mapping[str, Stream]] = MappingProxyType(
    {
        "input-events": Stream(ReportDecoder, MAX_REPORT_BYTES),
        "lcus": Stream(lcus.FrameDecoder, lcus.FRAME_BYTES),
    }
)
