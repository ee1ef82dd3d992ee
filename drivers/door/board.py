"""One relay of a relay board, as a door needs it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias


class Relay(Protocol):
    """Both orders return when they are confirmed as far as the board can confirm anything, and may be repeated. They
    raise `DeviceFault` when the relay does not obey.
    """

    async def energise(self, at_most_s: float) -> None:
        """Attract it. A board with a timer of its own releases it after `at_most_s`, whatever becomes of us."""

    async def release(self) -> None:
        """Let it fall."""


OpenRelay: TypeAlias = Callable[[], AbstractAsyncContextManager[Relay]]
"""Opens the board; raises `DeviceFault`."""
