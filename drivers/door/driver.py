"""A door that is opened from outside by a relay.

**Nobody is ever locked in by this.** Leaving is the hardware's part and never ours: a handle or bar that opens the lock
mechanically, or a push button and the fire alarm's contact wired into the lock's own circuit, in front of the relay.
Our part is that the relay is released whenever nobody is in charge: at the end of each session with the board, at
shutdown, and, on a board with a timer, also when this process dies, for such a board is only ever asked to hold the
relay for a while. What a released relay means is the site's choice of lock:

- `unlocks_by_power` (an electric strike, “fail-secure”): released is locked from outside;
- otherwise (a magnet, “fail-safe”: power off unlocks): the relay is held while the door is locked, released is open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from drivers.door.board import OpenRelay, Relay
from drivers.errors import DeviceFault
from drivers.events import DoorFailed, DoorLocked, DoorUnlocked
from drivers.ports import Report
from drivers.supervisor import USUAL_BACKOFF, Backoff, Supervisor

CHECK_S = 2.0  # between orders that repeat the present state: a dead board is found out before somebody waits
GRACE_S = 2.0  # a board's timer runs this much longer than the door: it is the net, the driver keeps the time
LEASE_S = 10.0  # how long a dead process can hold a magnet: renewed at each check, so four may be lost in a row
FAREWELL_S = 1.0  # to release the relay at the end; a healthy board answers in 0.05 s, a dead one must not hold us up

_SHUT_DOWN = "The terminal stopped serving the door. It serves it again once it is up."
_NOT_THERE = "The relay board of the door is not connected. See to its cable and power."


@dataclass(frozen=True, slots=True)
class Pace:
    """The driver's times, for tests that cannot wait for them."""

    check_s: float = CHECK_S
    grace_s: float = GRACE_S
    lease_s: float = LEASE_S
    farewell_s: float = FAREWELL_S
    backoff: Backoff = USUAL_BACKOFF


class RelayDoor:
    """A `Door`. An order to a board that is away fails at once: nobody wants a door that opens later by itself."""

    def __init__(
        self,
        name: str,
        open_relay: OpenRelay,
        report: Report,
        *,
        unlocks_by_power: bool = True,
        pace: Pace = Pace(),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self._open_relay = open_relay
        self._report = report
        self._unlocks_by_power = unlocks_by_power
        self._pace = pace
        self._clock = clock
        self._is_open = False
        self._orders: list[float] = []
        self._ordered = asyncio.Event()
        self._unlocked_until_s = 0.0
        self._is_unlocked = False

    async def run(self) -> None:
        """Serve the door until cancelled."""
        await Supervisor(self.name, self._serve, self._report, backoff=self._pace.backoff).run()

    def unlock(self, for_s: float) -> None:
        """See `Door`. Raises ValueError for no time at all."""
        if for_s <= 0:
            raise ValueError(f"a door cannot be unlocked for {for_s} s")
        if not self._is_open:
            self._report(DoorFailed(self.name, _NOT_THERE))
            return
        self._orders.append(for_s)
        self._ordered.set()

    async def _serve(self, up: Callable[[], None]) -> None:
        reason = _SHUT_DOWN
        async with self._open_relay() as relay:
            try:
                await self._settle(relay)
                self._is_open = True
                up()
                await self._watch(relay)
            except DeviceFault as fault:
                reason = str(fault)
                raise
            finally:
                self._is_open = False
                self._give_up(reason)
                await self._leave(relay)

    async def _watch(self, relay: Relay) -> None:
        while True:
            self._ordered.clear()
            await self._settle(relay)
            await self._pause()

    async def _settle(self, relay: Relay) -> None:
        """Bring the relay to where the door should be now, and tell what changed."""
        orders, now_s = tuple(self._orders), self._clock()
        self._unlocked_until_s = max(self._unlocked_until_s, *(now_s + for_s for for_s in orders), 0)
        left_s = self._unlocked_until_s - now_s
        unlocked = left_s > 0
        if unlocked != self._unlocks_by_power:
            await relay.release()
        else:
            await relay.energise((left_s if unlocked else self._pace.lease_s) + self._pace.grace_s)
        del self._orders[: len(orders)]
        self._tell(len(orders), unlocked=unlocked)

    def _tell(self, orders: int, *, unlocked: bool) -> None:
        for _ in range(orders):
            self._report(DoorUnlocked(self.name))
        if self._is_unlocked and not unlocked:
            self._report(DoorLocked(self.name))
        self._is_unlocked = unlocked

    async def _pause(self) -> None:
        left_s = self._unlocked_until_s - self._clock()  # none, where a slow board took longer than the door is to stay
        with suppress(TimeoutError):
            async with asyncio.timeout(min(left_s, self._pace.check_s) if self._is_unlocked else self._pace.check_s):
                await self._ordered.wait()

    def _give_up(self, reason: str) -> None:
        """The orders not yet obeyed, or the door that nobody will lock on time, have failed."""
        for _ in range(len(self._orders) or int(self._is_unlocked)):
            self._report(DoorFailed(self.name, reason))
        self._orders.clear()
        self._is_unlocked, self._unlocked_until_s = False, 0.0

    async def _leave(self, relay: Relay) -> None:
        with suppress(DeviceFault, TimeoutError):
            async with asyncio.timeout(self._pace.farewell_s):
                await relay.release()
