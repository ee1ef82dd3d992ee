"""A stage for the UHF drivers: simulated firmware of any family, a link that may be hostile, a real pty, and what was
reported.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final, TypeAlias, TypeVar

from drivers.events import DeviceEvent
from drivers.pad.presence import Debounce
from drivers.pad.reader import Pace, PadReader
from drivers.ports import Report
from drivers.simulators.uhf.a0 import A0Firmware
from drivers.simulators.uhf.chafon import ChafonFirmware
from drivers.simulators.uhf.virtual_tag import UhfField, UhfTag, alliance_tag, library_tag
from drivers.supervisor import Backoff
from drivers.uhf import a0_dialect, a0_reader, chafon_dialect, chafon_reader
from drivers.uhf.a0_reader import A0Reader
from drivers.uhf.chafon_reader import ChafonReader
from firmware_msgs.chafon.answers import Layout
from firmware_msgs.config import AfiPair
from firmware_msgs.tags.content import TagContent, Usage
from tests.integration.hostile import CLEAN, HostileLink, Manner

AFI = AfiPair()
PATIENCE_S = 20.0  # a hung test ends here; nothing is measured by it
ANSWER_S = 0.05
INVENTORY_S = 0.15  # each of its frames may be delayed
QUICK = Pace(debounce=Debounce(removal_s=0.05), backoff=Backoff(first_s=0.01, cap_s=0.05), idle_pause_s=0.005)
FLOOR_DBM: Final = -60

Firmware: TypeAlias = A0Firmware | ChafonFirmware
_Event = TypeVar("_Event", bound=DeviceEvent)


@dataclass(frozen=True)
class Family:
    name: str
    firmware: Callable[[UhfField], Firmware]
    reader: Callable[[str, Report, Callable[[], float], int | None], PadReader]
    write_command: int
    command_at: int

    def __str__(self) -> str:
        return self.name

    def writes(self, data: bytes) -> bool:
        return data[self.command_at] == self.write_command


def _a0_reader(port: str, report: Report, clock: Callable[[], float], power_dbm: int | None) -> PadReader:
    timeouts = a0_dialect.Timeouts(answer_s=ANSWER_S, tag_s=ANSWER_S, inventory_s=INVENTORY_S)
    setup = a0_reader.Setup(power_dbm=power_dbm, floor_dbm=FLOOR_DBM, timeouts=timeouts)
    return A0Reader("pad", port, AFI, report, setup=setup, pace=QUICK, clock=clock)


def _chafon(layout: Layout) -> Family:
    def reader(port: str, report: Report, clock: Callable[[], float], power_dbm: int | None) -> PadReader:
        timeouts = chafon_dialect.Timeouts(answer_s=ANSWER_S, tag_s=ANSWER_S, inventory_s=INVENTORY_S)
        setup = chafon_reader.Setup(layout=layout, power_dbm=power_dbm, floor=FLOOR_DBM + 129, timeouts=timeouts)
        return ChafonReader("pad", port, AFI, report, setup=setup, pace=QUICK, clock=clock)

    return Family(layout.value, lambda field_: ChafonFirmware(field_, layout, pace=0), reader, 0x03, 2)


A0: Final = Family("a0", lambda field_: A0Firmware(field_, pace=0), _a0_reader, 0x82, 3)
READER_18: Final = _chafon(Layout.READER_18)
READER_288: Final = _chafon(Layout.READER_288)
FAMILIES: Final = (A0, READER_18, READER_288)


def uid_of(number: int) -> str:
    return f"E2801160200000{number:010X}"


def content_of(number: int, format_: str = "iso28560-4") -> TagContent:
    if format_ == "gaoxiao":
        return TagContent("gaoxiao", f"TSG{number:09}", "10248", 1, 1, Usage.CIRCULATING)
    return TagContent("iso28560-4", f"TSG{number:011}", "CN-530428", 1, 1, Usage.CIRCULATING)


def book(number: int, format_: str = "iso28560-4", *, secured: bool = True) -> UhfTag:
    content = content_of(number, format_)
    if format_ == "gaoxiao":
        return alliance_tag(uid_of(number), content, on_loan=not secured)
    return library_tag(uid_of(number), content, AFI.value(secured=secured))


def is_secured(tag: UhfTag) -> bool:
    return AFI.meaning(tag.bank.pc.afi) is True if tag.bank.pc.iso else not tag.epc[0] & 0x80


class Stage:
    def __init__(self, family: Family, port: Path, manner: Manner, power_dbm: int | None) -> None:
        self.field = UhfField()
        self.events: list[DeviceEvent] = []
        self.firmware = family.firmware(self.field)
        self.link = HostileLink(self.firmware, manner)
        self.cable = self.link.on(port)
        self.reader = family.reader(str(port), self._report, monotonic, power_dbm)
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def _report(self, event: DeviceEvent) -> None:
        self.events.append(event)
        self._news.set()

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

    async def several_looks(self) -> None:
        """Return after looks enough to have repeated or removed something wrongly."""
        for _ in range(10):
            self.link.heard.clear()
            async with asyncio.timeout(PATIENCE_S):
                await self.link.heard.wait()

    def start(self) -> None:
        self._task = asyncio.create_task(self.reader.run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self.cable.unplug()


@asynccontextmanager
async def running(
    family: Family, port: Path, manner: Manner = CLEAN, power_dbm: int | None = None
) -> AsyncIterator[Stage]:
    stage = Stage(family, port, manner, power_dbm)
    stage.cable.plug()
    stage.start()
    try:
        yield stage
    finally:
        await stage.stop()
