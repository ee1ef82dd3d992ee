from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from drivers.events import DeviceDown, DeviceUp, KeyHeld, KeyPressed
from drivers.keypad import Keypad
from drivers.simulators.virtual_input import VirtualInput
from drivers.supervisor import Backoff
from firmware_msgs.hid.keypad import Key
from firmware_msgs.hid.typist import taps
from tests.input_devices import KEYBOARD, SINGLE_PANEL, at, key, now
from tests.integration.recorder import Recorder, served

QUICK = Backoff(first_s=0.005, cap_s=0.02)
HOLD_S = 0.05
KP5 = 76

pytestmark = pytest.mark.usefixtures("no_leaks")


class Stage:
    def __init__(self) -> None:
        self.device = VirtualInput(KEYBOARD)
        self.report = Recorder()
        opened = self.device.opened
        self.keypad = Keypad("keypad", "/dev/input/pad", self.report, hold_s=HOLD_S, open_port=opened, backoff=QUICK)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    stage.device.plug()
    async with served(stage.keypad):
        assert await stage.report.next() == DeviceUp("keypad")
        yield stage
    assert stage.report.is_empty


async def test_keys_are_told(stage: Stage) -> None:
    stage.device.send(now(taps(103, 28, 1)))
    for pressed in (Key.UP, Key.ENTER, Key.CANCEL):
        assert await stage.report.next() == KeyPressed("keypad", pressed)


async def test_a_key_that_stays_down_is_told_without_another_event(stage: Stage) -> None:
    stage.device.send(now([at(0, key(KP5, 1))]))
    assert await stage.report.next() == KeyPressed("keypad", Key.DIGIT_5)
    assert await stage.report.next() == KeyHeld("keypad", Key.DIGIT_5)
    stage.device.send(now([at(0, key(KP5, 0))]))


async def test_a_key_of_a_keypad_that_is_unplugged_is_not_held(stage: Stage) -> None:
    stage.device.send(now([at(0, key(103, 1)), at(0, key(KP5, 1))]))
    stage.device.unplug()
    events = [await stage.report.next() for _ in range(3)]
    assert events[:2] == [KeyPressed("keypad", Key.UP), KeyPressed("keypad", Key.DIGIT_5)]
    assert isinstance(events[2], DeviceDown)


async def test_a_panel_is_no_keypad() -> None:
    stage = Stage()
    stage.device.state = SINGLE_PANEL
    stage.device.plug()
    async with served(stage.keypad):
        fault = await stage.report.next()
        assert isinstance(fault, DeviceDown)
        assert "cannot be used as a keypad" in fault.reason
