from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from drivers.events import ContactBegan, ContactEnded, ContactLost, DeviceDown, DeviceUp
from drivers.simulators.virtual_input import VirtualInput
from drivers.supervisor import Backoff
from drivers.touch_panel import TouchPanel
from firmware_msgs.hid import codes
from firmware_msgs.hid.input_events import Lost, Report
from firmware_msgs.hid.touch import PanelSetup
from tests.input_devices import KEYBOARD, SLOT_PANEL, at, down, now, up
from tests.integration.recorder import Recorder, served

QUICK = Backoff(first_s=0.005, cap_s=0.02)
TAP: list[Report] = [at(0, *down(0, 45, 100, 50)), at(0.1, *up(0))]
BEGAN, ENDED = ContactBegan("panel", 0.25, 0.25), ContactEnded("panel", 0.25, 0.25)

pytestmark = pytest.mark.usefixtures("no_leaks")


class Stage:
    def __init__(self) -> None:
        self.device = VirtualInput(SLOT_PANEL)
        self.report = Recorder()
        self.panel = TouchPanel(
            "panel", "/dev/input/panel", PanelSetup(), self.report, open_port=self.device.opened, backoff=QUICK
        )


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    stage.device.plug()
    async with served(stage.panel):
        assert await stage.report.next() == DeviceUp("panel")
        yield stage
    assert stage.report.is_empty


async def test_a_tap_is_told_as_it_happens(stage: Stage) -> None:
    stage.device.send(now(TAP[:1]))
    assert await stage.report.next() == BEGAN
    stage.device.send(now(TAP[1:]))
    assert await stage.report.next() == ENDED


async def test_a_finger_on_a_panel_that_is_unplugged_means_nothing(stage: Stage) -> None:
    stage.device.send(now(TAP[:1]))
    assert await stage.report.next() == BEGAN
    stage.device.unplug()
    assert await stage.report.next() == ContactLost("panel")
    assert isinstance(await stage.report.next(), DeviceDown)
    stage.device.plug()
    assert await stage.report.next() == DeviceUp("panel")


async def test_after_lost_reports_what_lies_there_is_ignored_until_it_is_lifted(stage: Stage) -> None:
    stage.device.send(now(TAP[:1]))
    assert await stage.report.next() == BEGAN
    tracking_ids = {codes.ABS_MT_TRACKING_ID: (45,) + (-1,) * 9}
    stage.device.state = replace(SLOT_PANEL, slots={**SLOT_PANEL.slots, **tracking_ids})
    stage.device.send([Lost(0)])
    assert await stage.report.next() == ContactLost("panel")
    stage.device.send(now([*TAP[1:], *TAP]))
    assert [await stage.report.next(), await stage.report.next()] == [BEGAN, ENDED]


async def test_a_burst_is_read_whole(stage: Stage) -> None:
    stage.device.send(now(TAP * 20))
    assert [await stage.report.next() for _ in range(40)] == [BEGAN, ENDED] * 20


async def test_a_keyboard_is_no_panel() -> None:
    stage = Stage()
    stage.device.state = KEYBOARD
    stage.device.plug()
    async with served(stage.panel):
        fault = await stage.report.next()
        assert isinstance(fault, DeviceDown)
        assert "cannot be used as a touch panel" in fault.reason
        await asyncio.sleep(0)
