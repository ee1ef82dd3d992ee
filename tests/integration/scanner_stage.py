"""A stage for scanners that take orders: simulated firmware, a link that may be hostile, a pty, what was reported."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from drivers.events import DeviceEvent, DeviceUp
from drivers.scanners.commanded import CommandedScanner
from drivers.scanners.conversation import Converse
from drivers.scanners.gm65 import gm65_speech
from drivers.scanners.habits import Habits
from drivers.scanners.honeywell import honeywell_speech
from drivers.scanners.newland import newland_speech
from drivers.scanners.speech import Speech, SpeechConversation
from drivers.scanners.zebra import SessionTrigger, ZebraConversation
from drivers.serial_port import SerialLine
from drivers.simulators.firmware import Firmware
from drivers.simulators.scanners.triggered import (
    Gm65Firmware,
    HoneywellFirmware,
    NewlandFirmware,
    TriggeredFirmware,
)
from drivers.supervisor import Backoff
from firmware_msgs.scanners.gm65 import Mode
from tests.integration.hostile import CLEAN, HostileLink, Manner, plugged

ANSWER_S = 0.05
PATIENCE_S = 20.0  # a hung test ends here; nothing is measured by it
QUICK = Backoff(first_s=0.005, cap_s=0.02)
HABITS = Habits(quiet_gap_s=0.05)
LINE = SerialLine(9600)

_Event = TypeVar("_Event", bound=DeviceEvent)


class Stage:
    """One driver and its events."""

    def __init__(self, port: Path, converse: Converse, link: HostileLink) -> None:
        self.link = link
        self.events: list[DeviceEvent] = []
        self.scanner = CommandedScanner("scanner", str(port), LINE, converse, self._report, backoff=QUICK)
        self._news = asyncio.Event()

    def _report(self, event: DeviceEvent) -> None:
        self.events.append(event)
        self._news.set()

    def of(self, kind: type[_Event]) -> list[_Event]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, kind: type[_Event], count: int = 1) -> list[_Event]:
        """All events of this kind, once there are so many."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.of(kind)) < count:
                self._news.clear()
                await self._news.wait()
        return self.of(kind)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.scanner.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def until(condition: Callable[[], bool]) -> None:
    """Return once it is true of the simulated firmware, which tells nobody."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - the firmware is no coroutine and has no event
            await asyncio.sleep(0.002)


@asynccontextmanager
async def running(
    port: Path, firmware: Firmware, converse: Converse, manner: Manner = CLEAN, *, is_up: bool = True
) -> AsyncIterator[Stage]:
    async with plugged(port, firmware, manner) as link:
        stage = Stage(port, converse, link)
        async with stage.served():
            if is_up:
                await stage.until(DeviceUp)
            yield stage


def zebra(trigger: SessionTrigger = SessionTrigger.ENABLE, habits: Habits = HABITS) -> Converse:
    return partial(ZebraConversation, trigger, habits, answer_s=ANSWER_S)


def spoken(speech: Speech[Any, Any], habits: Habits = HABITS) -> Converse:
    return partial(SpeechConversation, speech, habits, answer_s=ANSWER_S)


def families() -> Iterator[tuple[TriggeredFirmware, Converse]]:
    """Each family's firmware and how it is spoken to."""
    yield HoneywellFirmware(), spoken(honeywell_speech(("TRGMOD0",)))
    yield NewlandFirmware(), spoken(newland_speech(("SCNMOD0",)))
    yield Gm65Firmware(), spoken(gm65_speech(((0x0060, 1),), Mode.CONTINUOUS))
