"""A stage for captures: an ordinary driver is heard on what a test simulates, and again on the replay."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from drivers.capture import Head, encode_capture
from drivers.catalogue.table import make_device, models
from drivers.events import DeviceEvent
from drivers.links import TAP
from drivers.redaction.traffic import Driven
from drivers.simulators.config import ReplayConfig
from drivers.simulators.replayed import Replayed
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.pseudonyms import Pseudonyms
from provisioning.capturing.ear import Ear
from tests.integration.recorder import PATIENCE_S, served

KEY = bytes(range(32))
AFI = AfiPair()


class Heard:
    """What one device reported."""

    def __init__(self) -> None:
        self.events: list[DeviceEvent] = []
        self._news = asyncio.Event()

    def report(self, event: DeviceEvent) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, count: int) -> list[DeviceEvent]:
        """The first so many events, once they are there."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.events) < count:
                self._news.clear()
                await self._news.wait()
        return self.events[:count]


@asynccontextmanager
async def running(config: DeviceConfig) -> AsyncIterator[Heard]:
    heard = Heard()
    async with served(make_device(config, AFI, heard.report)):
        yield heard


async def captured(config: DeviceConfig, act: Callable[[Heard], Awaitable[None]]) -> tuple[bytes, list[DeviceEvent]]:
    """The capture's file of what `act` does with the device, and what was reported."""
    redaction = models()[config.model].redact
    assert redaction is not None
    ear = Ear(asyncio.get_running_loop().time, lambda: None)
    token = TAP.set(ear)
    try:
        async with running(config) as heard:
            await act(heard)
    finally:
        TAP.reset(token)
    happenings = redaction.traffic(ear.traffic, Driven(config.options, AFI), Pseudonyms(KEY))
    head = Head(version=1, model=config.model, program="test", options=redaction.options(config.options), afi=AFI)
    return encode_capture(head, happenings), heard.events


async def replayed(folder: Path, file: bytes, count: int, pace: float = 1.0) -> list[DeviceEvent]:
    """What the same driver reports of the replay, up to so many events."""
    (folder / "capture").write_bytes(file)
    device = Replayed(ReplayConfig(name="replay", link="replay", capture="capture", pace=pace), folder)
    facts = device.facts()
    config = DeviceConfig(name="desk", model=facts["model"], port=facts["port"], options=facts["options"])
    await device.plug()
    try:
        async with running(config) as heard:
            return await heard.until(count)
    finally:
        await device.unplug()
