"""From pieces to the frames in them, and the count of all bytes that are in none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from drivers.capture import Left, Opened
from drivers.redaction.traffic import LinkOpened, Traffic

Frame = TypeVar("Frame")
Frame_co = TypeVar("Frame_co", covariant=True)


class StreamDecoder(Protocol[Frame_co]):
    """A protocol's own."""

    @property
    def buffered(self) -> int:
        """How many bytes wait for the rest of a frame."""

    def feed(self, data: bytes, /) -> Sequence[Frame_co]:
        """The frames that these bytes complete."""

    def reset(self) -> None:
        """Forget a frame begun."""


@dataclass(frozen=True, slots=True)
class Framed(Generic[Frame]):
    """One whole frame, when its last byte came."""

    at_s: float
    to_device: bool
    frame: Frame


Heard: TypeAlias = Opened | Framed[Frame] | Left


class _Direction(Generic[Frame]):
    """One direction's stream."""

    def __init__(self, decoder: StreamDecoder[Frame], encode: Callable[[Frame], bytes]) -> None:
        self._decoder = decoder
        self._encode = encode

    def feed(self, data: bytes) -> tuple[Sequence[Frame], int]:
        """The frames, and how many bytes are in none for sure."""
        held = self._decoder.buffered + len(data)
        frames = self._decoder.feed(data)
        return frames, held - sum(len(self._encode(frame)) for frame in frames) - self._decoder.buffered

    def drop(self) -> int:
        """Forget what was begun: so many bytes."""
        held = self._decoder.buffered
        self._decoder.reset()
        return held


def frames_of(
    traffic: Sequence[Traffic],
    decoders: tuple[StreamDecoder[Frame], StreamDecoder[Frame]],
    encode: Callable[[Frame], bytes],
) -> Iterator[Heard[Frame]]:
    """The frames, in order; `decoders` of what goes to the device and of what comes from it. An answer that was not
    whole when the next question went out never will be, as its driver sees it.
    """
    asking, answering = (_Direction(decoder, encode) for decoder in decoders)
    at_s = 0.0
    for each in traffic:
        at_s = each.at_s
        if isinstance(each, LinkOpened):
            yield from _left(at_s, asking.drop() + answering.drop())
            yield Opened(at_s=at_s)
            continue
        frames, left = (asking if each.to_device else answering).feed(each.data)
        if each.to_device:
            left += answering.drop()
        yield from _left(at_s, left)
        yield from (Framed(at_s, each.to_device, frame) for frame in frames)
    yield from _left(at_s, asking.drop() + answering.drop())


def _left(at_s: float, count: int) -> Iterator[Left]:
    if count:
        yield Left(at_s=at_s, count=count)
