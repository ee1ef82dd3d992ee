"""What a device reported, and waiting for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from drivers.events import DeviceEvent
from drivers.ports import Device

PATIENCE_S = 20.0  # a hung test ends here; nothing is measured by it


class Recorder:
    """A `Report` that remembers. Each event is waited for once, in order."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[DeviceEvent] = asyncio.Queue()

    def __call__(self, event: DeviceEvent) -> None:
        self._events.put_nowait(event)

    async def next(self) -> DeviceEvent:
        async with asyncio.timeout(PATIENCE_S):
            return await self._events.get()

    @property
    def is_empty(self) -> bool:
        return self._events.empty()


@asynccontextmanager
async def served(device: Device) -> AsyncIterator[None]:
    """The device runs; it must not end by itself."""
    task = asyncio.create_task(device.run())
    try:
        yield
    finally:
        assert not task.done(), task
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
