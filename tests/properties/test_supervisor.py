from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import DeviceSilent
from drivers.events import DeviceDown, DeviceEvent, DeviceUp
from drivers.supervisor import Backoff, Supervisor

BACKOFF = Backoff(first_s=1, cap_s=8, healthy_s=30)


@dataclass(frozen=True)
class Session:
    """Declares itself up so many times, lasts, then fails; `grouped`: as out of a task group."""

    ups: int
    lasts_s: int
    grouped: bool = False


SESSIONS = st.lists(st.builds(Session, st.integers(0, 2), st.integers(0, 100), st.booleans()), min_size=1, max_size=20)


class Script:
    """Plays sessions one after the other on a clock of its own, then is cancelled."""

    def __init__(self, sessions: list[Session], jitter: float) -> None:
        self._left = list(sessions)
        self._now_s = 0.0
        self.waits_s: list[float] = []
        self.events: list[DeviceEvent] = []
        self._supervisor = Supervisor(
            "pad",
            self._session,
            self.events.append,
            backoff=BACKOFF,
            jitter=lambda: jitter,
            sleep=self._sleep,
            clock=lambda: self._now_s,
        )

    def play(self) -> None:
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(self._supervisor.run())

    async def _session(self, up: Callable[[], None]) -> None:
        session = self._left.pop(0)
        for _ in range(session.ups):
            up()
        self._now_s += session.lasts_s
        fault = DeviceSilent("It does not answer.")
        if session.grouped:
            raise ExceptionGroup("two tasks", [ExceptionGroup("inner", [fault])])
        raise fault

    async def _sleep(self, wait_s: float) -> None:
        self.waits_s.append(wait_s)
        if not self._left:
            raise asyncio.CancelledError


@given(SESSIONS, st.floats(0, 1, exclude_max=True))
def test_each_change_is_told_exactly_once(sessions: list[Session], jitter: float) -> None:
    script = Script(sessions, jitter)
    script.play()
    wanted: list[DeviceEvent] = []
    for session in sessions:
        if session.ups:
            wanted.append(DeviceUp("pad"))
        if session.ups or not wanted:
            wanted.append(DeviceDown("pad", "It does not answer."))
    assert script.events == wanted


@given(SESSIONS, st.floats(0, 1, exclude_max=True))
def test_waits_double_to_their_cap_and_start_anew_after_health(sessions: list[Session], jitter: float) -> None:
    script = Script(sessions, jitter)
    script.play()
    whole_s = 0.0
    for session, waited_s in zip(sessions, script.waits_s, strict=True):
        healthy = bool(session.ups) and session.lasts_s >= BACKOFF.healthy_s
        whole_s = BACKOFF.first_s if healthy or not whole_s else min(2 * whole_s, BACKOFF.cap_s)
        assert whole_s / 2 <= waited_s <= whole_s


async def test_a_fault_of_our_own_gets_out() -> None:
    async def broken(_: Callable[[], None]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Supervisor("pad", broken, lambda _: None).run()


async def test_a_device_that_ends_by_itself_is_down() -> None:
    events: list[DeviceEvent] = []

    async def brief(up: Callable[[], None]) -> None:
        up()

    async def stop(_: float) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Supervisor("pad", brief, events.append, sleep=stop).run()
    assert [type(event) for event in events] == [DeviceUp, DeviceDown]
