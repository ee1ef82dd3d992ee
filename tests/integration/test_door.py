from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from drivers.door.board import OpenRelay
from drivers.door.modbus import Timer
from drivers.events import DeviceDown, DeviceUp, DoorFailed, DoorLocked, DoorUnlocked
from drivers.simulators.relay_boards import LcusFirmware, ModbusFirmware
from drivers.simulators.relays import RelayFault, Relays
from tests.integration.door_stage import (
    QUICK,
    RELAY,
    Stage,
    lcus,
    lcus_board,
    modbus,
    modbus_board,
    moves,
    running,
    spans_s,
)
from tests.integration.hostile import CLEAN

pytestmark = pytest.mark.usefixtures("no_leaks")

Board = tuple[Relays, ModbusFirmware | LcusFirmware]
BOARDS: dict[str, tuple[Callable[[], Board], Callable[[Path], OpenRelay]]] = {
    "modbus": (modbus_board, modbus()),
    "modbus with flash-on": (modbus_board, modbus(Timer.COIL)),
    "modbus with timer registers": (modbus_board, modbus(Timer.REGISTERS)),
    "lcus": (lambda: lcus_board(answers=False), lcus(answers=False)),
    "lcus that answers": (lambda: lcus_board(answers=True), lcus(answers=True)),
}
each_board = pytest.mark.parametrize("board", BOARDS)


@each_board
async def test_a_strike_is_powered_while_the_door_is_unlocked(tmp_path: Path, board: str) -> None:
    make, door_of = BOARDS[board]
    relays, firmware = make()
    async with running(tmp_path / "board", firmware, door_of) as (stage, door):
        ordered_s = monotonic()
        door.unlock(0.2)
        await stage.until(DoorUnlocked)
        await stage.until(DoorLocked)
    assert moves(relays) == [True, False]
    assert relays.log[-1].at_s - ordered_s >= 0.2
    assert [type(event) for event in stage.events] == [DeviceUp, DoorUnlocked, DoorLocked]


@each_board
async def test_a_magnet_is_held_while_the_door_is_locked_and_let_go_at_the_end(tmp_path: Path, board: str) -> None:
    make, door_of = BOARDS[board]
    relays, firmware = make()
    async with running(tmp_path / "board", firmware, door_of, unlocks_by_power=False) as (stage, door):
        assert relays.is_energised(RELAY)
        door.unlock(0.1)
        await stage.until(DoorLocked)
        await stage.orders()
        assert relays.is_energised(RELAY)
    assert moves(relays) == [True, False, True, False]


@each_board
async def test_shut_down_while_unlocked_it_releases_the_relay_and_says_so(tmp_path: Path, board: str) -> None:
    make, door_of = BOARDS[board]
    relays, firmware = make()
    async with running(tmp_path / "board", firmware, door_of) as (stage, door):
        door.unlock(60)
        await stage.until(DoorUnlocked)
        await stage.stop()
        (failed,) = stage.of(DoorFailed)
        assert "stopped serving" in failed.reason
    assert moves(relays) == [True, False]


async def test_a_second_order_prolongs_the_first(tmp_path: Path) -> None:
    relays, firmware = modbus_board()
    async with running(tmp_path / "board", firmware, modbus()) as (stage, door):
        door.unlock(0.3)
        await stage.until(DoorUnlocked)
        await asyncio.sleep(0.1)
        door.unlock(0.6)
        await stage.until(DoorLocked)
    assert len(stage.of(DoorUnlocked)) == 2
    assert moves(relays) == [True, False]
    assert spans_s(relays.log)[0] >= 0.7


@pytest.mark.parametrize("timer", [Timer.COIL, Timer.REGISTERS])
async def test_a_board_with_a_timer_releases_the_strike_of_a_dead_process(tmp_path: Path, timer: Timer) -> None:
    relays, firmware = modbus_board()
    async with running(tmp_path / "board", firmware, modbus(timer)) as (stage, door):
        door.unlock(0.3)
        await stage.until(DoorUnlocked)
        stage.cable.unplug()  # nothing we say arrives any more
        await asyncio.sleep(0.3 + QUICK.grace_s)
    assert moves(relays) == [True, False]
    assert 0.3 <= spans_s(relays.log)[0] <= 0.3 + QUICK.grace_s + 0.2


async def test_a_board_with_a_timer_lets_the_magnet_of_a_dead_process_go(tmp_path: Path) -> None:
    relays, firmware = modbus_board()
    async with running(tmp_path / "board", firmware, modbus(Timer.COIL), unlocks_by_power=False) as (stage, _):
        await stage.orders(10)
        assert moves(relays) == [True]
        stage.cable.unplug()
        await asyncio.sleep(QUICK.lease_s + QUICK.grace_s)
    assert moves(relays) == [True, False]


async def test_a_board_that_lost_its_power_for_a_moment_holds_the_magnet_again(tmp_path: Path) -> None:
    relays, firmware = modbus_board()
    async with running(tmp_path / "board", firmware, modbus(), unlocks_by_power=False) as (stage, _):
        relays.lose_power()
        await stage.orders(6)
        assert relays.is_energised(RELAY)


async def test_an_order_to_a_board_that_is_away_fails_at_once_and_is_not_kept(tmp_path: Path) -> None:
    relays, firmware = modbus_board()
    async with running(tmp_path / "board", firmware, modbus()) as (stage, door):
        stage.cable.unplug()
        await stage.until(DeviceDown)
        door.unlock(60)
        (failed,) = stage.of(DoorFailed)
        assert "not connected" in failed.reason
        stage.cable.plug()
        await stage.until(DeviceUp, 2)
        await stage.orders(6)
    assert moves(relays) == []


async def test_lost_while_unlocked_the_door_has_failed(tmp_path: Path) -> None:
    _, firmware = modbus_board()
    async with running(tmp_path / "board", firmware, modbus()) as (stage, door):
        door.unlock(60)
        await stage.until(DoorUnlocked)
        stage.cable.unplug()
        (failed,) = await stage.until(DoorFailed)
        assert "Plug it in again" in failed.reason
        stage.cable.plug()
        await stage.until(DeviceUp, 2)
    assert stage.of(DoorLocked) == []


@pytest.mark.parametrize("board", ["modbus", "lcus that answers"])
@pytest.mark.parametrize("fault", list(RelayFault))
async def test_a_board_that_does_not_obey_is_told(tmp_path: Path, board: str, fault: RelayFault) -> None:
    make, door_of = BOARDS[board]
    relays, firmware = make()
    async with running(tmp_path / "board", firmware, door_of) as (stage, door):
        relays.fault = fault
        door.unlock(60)
        (failed,) = await stage.until(DoorFailed)
        assert failed.reason == (await stage.until(DeviceDown))[0].reason
        assert not stage.of(DoorUnlocked)
        relays.fault = None
        await stage.until(DeviceUp, 2)
        assert not relays.is_energised(RELAY)


async def test_a_relay_that_the_board_does_not_have_is_told(tmp_path: Path) -> None:
    relays, firmware = modbus_board()
    relays.count = 1
    stage = Stage(tmp_path / "board", firmware, modbus(), manner=CLEAN)
    stage.cable.plug()
    stage.start(unlocks_by_power=True)
    (down,) = await stage.until(DeviceDown)
    assert "no such address" in down.reason
    await stage.stop()
    stage.cable.unplug()
