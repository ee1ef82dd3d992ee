"""A driver with an error of its own is one device down, and nothing else."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from drivers.events import DeviceDown, DeviceUp
from kiosk import guarding
from tests.integration.recorder import Recorder


class Broken:
    """Comes up and falls over."""

    name = "pad"

    def __init__(self, report: Recorder) -> None:
        self._report = report

    async def run(self) -> None:
        self._report(DeviceUp(self.name))
        raise ExceptionGroup("of its own", [ZeroDivisionError("secret bytes")])


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarding, "AGAIN_AFTER_S", 0.0)


async def test_it_is_told_as_down_and_tried_again() -> None:
    report = Recorder()
    task = asyncio.create_task(guarding.keep_running(Broken(report), report))
    for _ in range(3):
        assert await report.next() == DeviceUp("pad")
        down = await report.next()
        assert isinstance(down, DeviceDown)
        assert "stopped by an error of its own (ExceptionGroup)" in down.reason
        assert "secret" not in down.reason
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
