"""The door driver over links that delay, lose and garble: it may fail, but what it tells of the door is so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest

from drivers.door.board import OpenRelay
from drivers.door.modbus import Timer
from drivers.events import DeviceDown, DeviceEvent, DeviceUp, DoorFailed, DoorLocked, DoorUnlocked
from drivers.simulators.relay_boards import LcusFirmware, ModbusFirmware
from drivers.simulators.relays import Relays
from tests.integration import hostile
from tests.integration.door_stage import ANSWER_S, QUICK, RELAY, Stage, lcus, lcus_board, modbus, modbus_board, running
from tests.integration.hostile import Manner

pytestmark = pytest.mark.usefixtures("no_leaks")

OPEN_S = 0.1
HARMFUL = hostile.harmful(late_s=1.5 * ANSWER_S)
Board = tuple[Relays, ModbusFirmware | LcusFirmware]
BOARDS: dict[str, tuple[Callable[[], Board], Callable[[Path], OpenRelay]]] = {
    "modbus with flash-on": (modbus_board, modbus(Timer.COIL)),
    "lcus that answers": (lambda: lcus_board(answers=True), lcus(answers=True)),
}
each_board = pytest.mark.parametrize("board", BOARDS)


@each_board
@pytest.mark.parametrize("manner", hostile.HARMLESS, ids=str)
async def test_a_slow_or_noisy_link_loses_nothing(tmp_path: Path, manner: Manner, board: str) -> None:
    make, door_of = BOARDS[board]
    _, firmware = make()
    async with running(tmp_path / "board", firmware, door_of, manner=manner) as (stage, door):
        for count in range(1, 4):
            door.unlock(OPEN_S)
            await stage.until(DoorLocked, count)
    assert [type(event) for event in stage.events] == [DeviceUp, *[DoorUnlocked, DoorLocked] * 3]


@each_board
@pytest.mark.parametrize("manner", HARMFUL, ids=str)
async def test_a_broken_link_never_makes_it_lie(tmp_path: Path, manner: Manner, board: str) -> None:
    make, door_of = BOARDS[board]
    relays, firmware = make()
    async with running(tmp_path / "board", firmware, door_of, manner=manner) as (stage, door):
        told = Told(relays, stage)
        for count in range(1, 4):
            door.unlock(OPEN_S)
            await ended(stage, count)
    told.assert_true()


@pytest.mark.parametrize("carried_out", [True, False])
async def test_unplugged_in_the_middle_of_an_order_the_door_has_failed_and_is_shut(
    tmp_path: Path, *, carried_out: bool
) -> None:
    relays, firmware = modbus_board()
    async with running(tmp_path / "board", firmware, modbus()) as (stage, door):
        stage.link.unplug_when(lambda data: b"\xff\x00" in data, carried_out=carried_out)
        door.unlock(60)
        await stage.until(DoorFailed)
        await stage.until(DeviceDown)
        assert relays.is_energised(RELAY) is carried_out
        stage.cable.plug()
        await stage.until(DeviceUp, 2)
        assert not relays.is_energised(RELAY)
    assert not stage.of(DoorUnlocked)


async def test_a_board_slower_than_the_door_is_to_stay_open_is_locked_at_once(tmp_path: Path) -> None:
    relays, firmware = modbus_board()
    slow, pace = hostile.delayed(0.6 * ANSWER_S), replace(QUICK, check_s=3600)
    async with running(tmp_path / "board", firmware, modbus(), manner=slow, pace=pace) as (stage, door):
        door.unlock(ANSWER_S)
        await stage.until(DoorLocked)
        assert not relays.is_energised(RELAY)


async def test_on_a_line_that_never_falls_silent_the_relay_is_released_all_the_same(tmp_path: Path) -> None:
    relays, firmware = lcus_board(answers=True)
    async with running(tmp_path / "board", firmware, lcus(answers=True)) as (stage, door):
        door.unlock(60)
        await stage.until(DoorUnlocked)
        chatter = asyncio.create_task(chatters(stage))
        await stage.orders(3)  # checks that nobody can hear confirmed
        await stage.stop()
        chatter.cancel()
        assert not relays.is_energised(RELAY)


async def chatters(stage: Stage) -> None:
    while True:
        stage.link.say(b"\x00\xff")
        await asyncio.sleep(ANSWER_S / 4)


async def ended(stage: Stage, count: int) -> None:
    """Return when so many orders have ended in one way or the other, and the door is served."""
    while len(stage.of(DoorLocked)) + len(stage.of(DoorFailed)) < count:
        await stage.news()
    while len(stage.of(DeviceUp)) <= len(stage.of(DeviceDown)):
        await stage.news()


class Told:
    """What was reported, beside how the relay had stood just before."""

    def __init__(self, relays: Relays, stage: Stage) -> None:
        self._relays = relays
        self._wrong: list[tuple[float, DeviceEvent]] = []
        stage.watch(self._check)

    def _check(self, event: DeviceEvent) -> None:
        match event:
            case DoorUnlocked() if not self._relays.is_energised(RELAY):
                self._wrong.append((monotonic(), event))
            case DoorLocked() if self._relays.is_energised(RELAY):
                self._wrong.append((monotonic(), event))
            case _:
                pass

    def assert_true(self) -> None:
        assert self._wrong == [], self._relays.log
