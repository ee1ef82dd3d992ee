"""What is fuzzed: every reading of `provision decode`, every decoder of a stream, and the recognition of tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

import msgspec

from firmware_msgs.errors import DecodeError
from firmware_msgs.tags.detect import read_content
from provisioning.decoding.reading import Reading
from provisioning.decoding.table import READINGS
from scripts.fuzzing.streams import STREAMS

Target: TypeAlias = Callable[[bytes], None]
"""Takes any bytes; whatever it raises is a fault found."""


def _read(reading: Reading) -> Target:
    """A reading answers JSON or a `DecodeError`."""

    def target(data: bytes) -> None:
        try:
            said = reading(data)
        except DecodeError:
            return
        msgspec.json.encode(said)

    return target


def _recognise(data: bytes) -> None:
    """The first byte is the tag's DSFID."""
    if data:
        read_content(data[0], data[1:])


TARGETS: Final[Mapping[str, Target]] = MappingProxyType(
    {
        **{f"reading-{name}": _read(reading) for name, reading in READINGS.items()},
        **{f"stream-{name}": stream.check for name, stream in STREAMS.items()},
        "tag-recognition": _recognise,
    }
)
