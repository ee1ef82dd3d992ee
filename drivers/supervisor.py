"""Keeps a device served: runs its session again and again, and tells each change between up and down exactly once."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

import structlog

from drivers.errors import DeviceFault
from drivers.events import DeviceDown, DeviceUp
from drivers.ports import Report

Session: TypeAlias = Callable[[Callable[[], None]], Awaitable[None]]
"""Opens the device, calls `up()` once it answers, serves it until it fails with a `DeviceFault`, and has closed
everything by then.
"""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before opening again: doubling from `first_s` to `cap_s`, each shortened at random by up to
    half so that devices of one broken hub do not return in step. After `healthy_s` up, it starts anew.
    """

    first_s: float = 0.25  # a replugged USB device needs about this long to get its name
    cap_s: float = 5.0  # nobody waits longer than this for a reader that was plugged in again
    healthy_s: float = 30.0  # shorter than this is a loose contact, not a recovery

    def after(self, previous_s: float | None) -> float:
        """The wait that follows a wait of `previous_s` (None: there was none)."""
        return self.first_s if previous_s is None else min(2 * previous_s, self.cap_s)


USUAL_BACKOFF = Backoff()


class Supervisor:
    """Supervises one device. Jitter (0 ≤ x < 1), sleep and clock are arguments for tests."""

    def __init__(
        self,
        device: str,
        session: Session,
        report: Report,
        *,
        backoff: Backoff = USUAL_BACKOFF,
        jitter: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._device = device
        self._session = session
        self._report = report
        self._backoff = backoff
        self._jitter = jitter
        self._sleep = sleep
        self._clock = clock
        self._is_up: bool | None = None
        self._up_since: float | None = None

    async def run(self) -> None:
        """Serve until cancelled. Only an error that is no `DeviceFault` (ours) gets out."""
        wait_s: float | None = None
        while True:
            reason = await self._serve_once()
            wait_s = self._backoff.after(None if self._was_healthy() else wait_s)
            self._went_down(reason)
            await self._sleep(wait_s * (1 - self._jitter() / 2))

    async def _serve_once(self) -> str:
        """Why the session ended."""
        reason = "The device ended its session by itself."
        try:
            await self._session(self._went_up)
        except* DeviceFault as faults:
            reason = str(_first(faults))
        return reason

    def _was_healthy(self) -> bool:
        return self._up_since is not None and self._clock() - self._up_since >= self._backoff.healthy_s

    def _went_up(self) -> None:
        if self._is_up:
            return
        self._is_up = True
        self._up_since = self._clock()
        _log.info("device_up", device=self._device)
        self._report(DeviceUp(self._device))

    def _went_down(self, reason: str) -> None:
        self._up_since = None
        if self._is_up is False:
            _log.debug("device_still_down", device=self._device, reason=reason)
            return
        self._is_up = False
        _log.warning("device_down", device=self._device, reason=reason)
        self._report(DeviceDown(self._device, reason))


def _first(faults: BaseExceptionGroup[DeviceFault]) -> DeviceFault:
    fault = faults.exceptions[0]
    return _first(fault) if isinstance(fault, BaseExceptionGroup) else fault
