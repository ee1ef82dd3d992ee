"""A stage for the door driver: a simulated board, a link that may be hostile, a real pty, and what was reported."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import TypeVar

from drivers.door.board import OpenRelay
from drivers.door.driver import Pace, RelayDoor
from drivers.door.lcus import LcusBoard
from drivers.door.modbus import ModbusBoard, Timer
from drivers.events import DeviceEvent, DeviceUp
from drivers.serial_port import SerialLine
from drivers.simulators.firmware import Firmware
from drivers.simulators.relay_boards import LcusFirmware, ModbusFirmware
from drivers.simulators.relays import Contact, Relays
from drivers.supervisor import Backoff
from tests.integration.hostile import CLEAN, HostileLink, Manner

PATIENCE_S = 20.0  # a hung test ends here; nothing is measured by it
ANSWER_S = 0.05
QUICK = Pace(check_s=0.05, grace_s=0.3, lease_s=0.5, farewell_s=1.0, backoff=Backoff(first_s=0.01, cap_s=0.05))
RELAY = 2

_Event = TypeVar("_Event", bound=DeviceEvent)


def modbus(timer: Timer = Timer.NONE) -> Callable[[Path], OpenRelay]:
    return lambda port: (
        ModbusBoard(str(port), SerialLine(9600), unit=1, relay=RELAY, timer=timer, patience_s=ANSWER_S).open
    )


def lcus(*, answers: bool) -> Callable[[Path], OpenRelay]:
    return lambda port: LcusBoard(str(port), RELAY, answers, patience_s=ANSWER_S, quiet_s=2 * ANSWER_S).open


class Stage:
    def __init__(self, port: Path, firmware: Firmware, door: Callable[[Path], OpenRelay], manner: Manner) -> None:
        self.link = HostileLink(firmware, manner)
        self.cable = self.link.on(port)
        self.events: list[DeviceEvent] = []
        self._news = asyncio.Event()
        self._observers: list[Callable[[DeviceEvent], None]] = []
        self._door = door(port)
        self._task: asyncio.Task[None] | None = None

    def start(self, *, unlocks_by_power: bool, pace: Pace = QUICK) -> RelayDoor:
        door = RelayDoor("door", self._door, self._report, unlocks_by_power=unlocks_by_power, pace=pace)
        self._task = asyncio.create_task(door.run())
        return door

    def of(self, kind: type[_Event]) -> list[_Event]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, kind: type[_Event], count: int = 1) -> list[_Event]:
        """All events of this kind, once there are so many."""
        while len(self.of(kind)) < count:
            await self.news()
        return self.of(kind)

    async def news(self) -> None:
        """Return at the next event."""
        self._news.clear()
        async with asyncio.timeout(PATIENCE_S):
            await self._news.wait()

    def watch(self, observer: Callable[[DeviceEvent], None]) -> None:
        """Have each event shown to this one at the moment it is reported."""
        self._observers.append(observer)

    async def orders(self, count: int = 3) -> None:
        """Return after so many more writes of the driver."""
        for _ in range(count):
            self.link.heard.clear()
            async with asyncio.timeout(PATIENCE_S):
                await self.link.heard.wait()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def _report(self, event: DeviceEvent) -> None:
        self.events.append(event)
        for observer in self._observers:
            observer(event)
        self._news.set()


@asynccontextmanager
async def running(
    port: Path,
    firmware: Firmware,
    door: Callable[[Path], OpenRelay],
    *,
    manner: Manner = CLEAN,
    unlocks_by_power: bool = True,
    pace: Pace = QUICK,
) -> AsyncIterator[tuple[Stage, RelayDoor]]:
    stage = Stage(port, firmware, door, manner)
    stage.cable.plug()
    running_door = stage.start(unlocks_by_power=unlocks_by_power, pace=pace)
    try:
        await stage.until(DeviceUp)
        yield stage, running_door
    finally:
        await stage.stop()
        stage.cable.unplug()


def modbus_board() -> tuple[Relays, ModbusFirmware]:
    relays = Relays(monotonic, count=4)
    return relays, ModbusFirmware(relays)


def lcus_board(*, answers: bool) -> tuple[Relays, LcusFirmware]:
    relays = Relays(monotonic, count=4)
    return relays, LcusFirmware(relays, answers=answers)


def moves(relays: Relays) -> list[bool]:
    """How the door's relay moved; no other may."""
    assert {contact.relay for contact in relays.log} <= {RELAY}
    return [contact.energised for contact in relays.log]


def spans_s(log: tuple[Contact, ...]) -> list[float]:
    """How long the relay was energised each time."""
    return [after.at_s - before.at_s for before, after in pairwise(log) if before.energised]
