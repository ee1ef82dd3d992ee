"""One reply after the other, each when its time has come, as a device does that does one thing at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from drivers.simulators.firmware import Reply


class InTurn:
    """Hands replies to `send`, in the order in which they were said. Must be made on the event loop."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._free_at_s = 0.0
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def say(self, reply: Reply) -> None:
        """Send it after the ones before it and its own delay; at once when that is now."""
        now_s = self._loop.time()
        self._free_at_s = max(self._free_at_s, now_s) + reply.delay_s
        if self._free_at_s <= now_s and not self._waiting:
            self._send(reply.data)
        else:
            self._waiting.append((self._free_at_s, reply.data))
            self._arm()

    def forget(self) -> None:
        """What was not sent yet is lost."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._waiting.clear()
        self._free_at_s = 0.0

    def _arm(self) -> None:
        if self._timer is None and self._waiting:
            self._timer = self._loop.call_at(self._waiting[0][0], self._send_due)

    def _send_due(self) -> None:
        self._timer = None
        self._send(self._waiting.popleft()[1])
        while self._waiting and self._waiting[0][0] <= self._loop.time():
            self._send(self._waiting.popleft()[1])
        self._arm()
