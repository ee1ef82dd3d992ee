"""Where in the whole an error stands that was found in a part of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from firmware_msgs.errors import DecodeError


@contextmanager
def part_from(start: int) -> Iterator[None]:
    """For decoding what begins at byte `start` of a whole: a DecodeError then tells its position in the whole."""
    try:
        yield
    except DecodeError as error:
        if error.position is None:
            raise
        raise DecodeError(error.kind, error.detail, start + error.position) from error
