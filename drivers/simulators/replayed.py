"""A device that plays a capture, on a pty or the network."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from drivers.capture import Capture, CaptureError, decode_capture
from drivers.catalogue.model import Interface
from drivers.catalogue.table import models
from drivers.simulators.commands import Fault
from drivers.simulators.config import ReplayConfig
from drivers.simulators.errors import SimulationError
from drivers.simulators.firmware import Reply
from drivers.simulators.line import Line
from drivers.simulators.replay import ReplayFirmware


class Replayed:
    """See `SimulatedDevice`. Plugged in again, it begins anew. What it says of its own accord comes at its time after
    that; `pace` scales all times.
    """

    def __init__(self, config: ReplayConfig, folder: Path) -> None:
        self.name = config.name
        self._pace = config.pace
        self._capture = _read(folder / config.capture)
        _check_link(config.name, self._capture)
        self._firmware = ReplayFirmware(self._capture)
        self._line = Line(config, folder, self)
        self._timers: list[asyncio.TimerHandle] = []

    def feed(self, data: bytes) -> Iterable[Reply]:
        """See `Firmware`."""
        return [replace(reply, delay_s=self._pace * reply.delay_s) for reply in self._firmware.feed(data)]

    def facts(self) -> dict[str, Any]:
        """See `SimulatedDevice`. `model` and `options` are what it was captured with."""
        head = self._capture.head
        return {
            "name": self.name,
            "kind": "replay",
            "port": self._line.port,
            "plugged": self._line.is_plugged,
            "model": head.model,
            "options": head.options,
        }

    def fail(self, fault: Fault) -> None:
        """See `SimulatedDevice`."""
        raise SimulationError(f"“{self.name}” plays a capture, which cannot fail by “{fault.kind}”.")

    def clear(self) -> None:
        """See `SimulatedDevice`."""

    async def plug(self) -> None:
        """See `SimulatedDevice`."""
        if self._line.is_plugged:
            return
        self._firmware = ReplayFirmware(self._capture)
        await self._line.plug()
        self._begin()

    async def unplug(self) -> None:
        """See `SimulatedDevice`."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        await self._line.unplug()

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        at_s = loop.time()
        for reply in self._firmware.unasked:
            at_s += self._pace * reply.delay_s
            self._timers.append(loop.call_at(at_s, self._line.say, Reply(reply.data)))


def _check_link(name: str, capture: Capture) -> None:
    """Cards and input devices hang on no link."""
    model = models().get(capture.head.model)
    if model is not None and model.interface in (Interface.PCSC, Interface.INPUT):
        raise SimulationError(
            f"“{name}” is a {model.interface.value}, whose captures are played in tests only (docs/captures.md)."
        )


def _read(path: Path) -> Capture:
    try:
        return decode_capture(path.read_bytes())
    except OSError as error:
        raise SimulationError(f"{path} cannot be read: {error.strerror}.") from error
    except CaptureError as error:
        raise SimulationError(f"{path} is no capture: {error}.") from error
