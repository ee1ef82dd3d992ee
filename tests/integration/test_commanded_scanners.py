"""Scanners that are told when to scan, over clean and hostile links."""

from __future__ import annotations

from functools import partial
from itertools import product
from pathlib import Path

import pytest

from drivers.events import BarcodeScanned, DeviceDown, DeviceUp, ScanFailed
from drivers.ports import Trigger
from drivers.scanners.conversation import Converse
from drivers.scanners.gm65 import gm65_speech
from drivers.scanners.honeywell import honeywell_speech
from drivers.simulators.firmware import Reply
from drivers.simulators.scanners.triggered import Gm65Firmware, HoneywellFirmware, TriggeredFirmware
from firmware_msgs.scanners.gm65 import Mode, Register
from tests.integration import hostile
from tests.integration.hostile import Manner
from tests.integration.scanner_stage import ANSWER_S, HABITS, Stage, families, running, spoken, until

pytestmark = pytest.mark.usefixtures("no_leaks")

CODES = [f"TSG{number:011}" for number in range(5)]
NAMES = ["honeywell", "newland", "gm65"]
FAMILIES = range(len(NAMES))


def family(index: int) -> tuple[TriggeredFirmware, Converse]:
    return list(families())[index]


def _scans(firmware: TriggeredFirmware, *, wanted: bool) -> bool:
    return firmware.is_scanning is wanted


def read(stage: Stage, firmware: TriggeredFirmware, text: str) -> None:
    assert firmware.is_scanning
    firmware.read()
    stage.link.say(text.encode() + b"\r")


@pytest.mark.parametrize("index", FAMILIES, ids=NAMES)
async def test_it_scans_until_told_otherwise_and_again_when_asked(tmp_path: Path, index: int) -> None:
    firmware, converse = family(index)
    async with running(tmp_path / "port", firmware, converse) as stage:
        scanner: Trigger = stage.scanner
        await until(lambda: firmware.is_scanning)
        for number, code in enumerate(CODES, 1):
            read(stage, firmware, code)
            assert await stage.until(BarcodeScanned, number)
            await until(lambda: firmware.is_scanning)
        scanner.set_scanning(wanted=False)
        await until(lambda: not firmware.is_scanning)
        scanner.set_scanning(wanted=True)
        await until(lambda: firmware.is_scanning)
    assert [event.text for event in stage.of(BarcodeScanned)] == CODES


@pytest.mark.parametrize("index", FAMILIES, ids=NAMES)
async def test_a_replug_keeps_the_last_wish(tmp_path: Path, index: int) -> None:
    firmware, converse = family(index)
    async with running(tmp_path / "port", firmware, converse) as stage:
        stage.scanner.set_scanning(wanted=False)
        await until(lambda: not firmware.is_scanning)
        stage.link.cable.unplug()
        (down,) = await stage.until(DeviceDown)
        assert "Plug it in again" in down.reason
        stage.scanner.set_scanning(wanted=True)
        stage.link.cable.plug()
        await stage.until(DeviceUp, 2)
        await until(lambda: firmware.is_scanning)


@pytest.mark.parametrize("index", FAMILIES, ids=NAMES)
async def test_a_code_from_before_the_scanner_was_served_is_forgotten(tmp_path: Path, index: int) -> None:
    firmware, converse = family(index)
    async with running(tmp_path / "port", firmware, converse, is_up=False) as stage:
        await stage.link.heard.wait()
        stage.link.say(CODES[0].encode() + b"\r")
        await stage.until(DeviceUp)
        stage.link.say(CODES[1].encode() + b"\r")
        await stage.until(BarcodeScanned)
    assert [event.text for event in stage.of(BarcodeScanned)] == CODES[1:2]


@pytest.mark.parametrize("index", FAMILIES, ids=NAMES)
async def test_a_code_between_question_and_answer_is_heard(tmp_path: Path, index: int) -> None:
    """The code is on the line before the answer to the order that stops the scanning."""
    firmware, converse = family(index)
    async with running(tmp_path / "port", firmware, converse) as stage:
        for number in range(1, 6):
            stage.link.say(CODES[0].encode() + b"\r")
            stage.scanner.set_scanning(wanted=bool(number % 2))
            await stage.until(BarcodeScanned, number)
    assert not stage.of(ScanFailed)
    assert not stage.of(DeviceDown)


@pytest.mark.parametrize("index", FAMILIES, ids=NAMES)
@pytest.mark.parametrize("manner", [hostile.CLEAN, hostile.ONE_BYTE_AT_A_TIME, hostile.delayed(0.01)], ids=str)
async def test_a_slow_link_loses_nothing(tmp_path: Path, manner: Manner, index: int) -> None:
    """No noise: a line of text has nothing by which to be found in it."""
    firmware, converse = family(index)
    async with running(tmp_path / "port", firmware, converse, manner) as stage:
        for number, code in enumerate(CODES, 1):
            await until(lambda: firmware.is_scanning)
            read(stage, firmware, code)
            await stage.until(BarcodeScanned, number)
        stage.scanner.set_scanning(wanted=False)
        await until(lambda: not firmware.is_scanning)
    assert [event.text for event in stage.of(BarcodeScanned)] == CODES
    assert not stage.of(ScanFailed)


@pytest.mark.parametrize("index", FAMILIES, ids=NAMES)
@pytest.mark.parametrize("manner", [hostile.LOSSY, hostile.late(1.5 * ANSWER_S)], ids=str)
async def test_a_broken_link_never_leaves_the_scanning_wrong(tmp_path: Path, manner: Manner, index: int) -> None:
    firmware, converse = family(index)
    async with running(tmp_path / "port", firmware, converse, manner) as stage:
        for wanted in [False, True] * 3:
            stage.scanner.set_scanning(wanted=wanted)
            if index:  # Honeywell does not answer its trigger: what is lost is told again after RENEW_S
                await until(partial(_scans, firmware, wanted=wanted))


@pytest.mark.parametrize("index", FAMILIES, ids=NAMES)
async def test_noise_is_no_code(tmp_path: Path, index: int) -> None:
    firmware, converse = family(index)
    async with running(tmp_path / "port", firmware, converse) as stage:
        stage.link.say(b"\xa5\x02\x00\xff\x01\x16TSG\r" + CODES[1].encode() + b"\r")
        (scanned,) = await stage.until(BarcodeScanned)
    assert scanned.text == CODES[1]
    assert stage.of(ScanFailed)


async def test_a_scanner_that_does_not_answer_is_told_with_what_to_check(tmp_path: Path) -> None:
    class Mute:
        def feed(self, _data: bytes, /) -> list[Reply]:
            return []

    converse = spoken(honeywell_speech(()))
    async with running(tmp_path / "port", Mute(), converse, is_up=False) as stage:
        (down,) = await stage.until(DeviceDown)
    assert "does not answer" in down.reason
    assert "RS-232" in down.reason


@pytest.mark.parametrize(("setup", "words"), [("XXXXXX1", "does not know XXXXXX1"), ("TRGMODx", "does not allow")])
async def test_a_setting_that_the_scanner_refuses_is_named(tmp_path: Path, setup: str, words: str) -> None:
    converse = spoken(honeywell_speech((setup,)))
    async with running(tmp_path / "port", HoneywellFirmware(), converse, is_up=False) as stage:
        (down,) = await stage.until(DeviceDown)
    assert words in down.reason


async def test_a_modules_lamps_and_sounds_stay_as_they_were(tmp_path: Path) -> None:
    firmware = Gm65Firmware()
    before = firmware.registers[Register.MODE]
    converse = spoken(gm65_speech(((0x0060, 0x41),), Mode.SENSING), HABITS)
    async with running(tmp_path / "port", firmware, converse) as stage:
        assert firmware.registers[0x0060] == 0x41
        assert firmware.registers[Register.MODE] == before & ~3 | Mode.SENSING
        stage.scanner.set_scanning(wanted=False)
        await until(lambda: firmware.registers[Register.MODE] == before & ~3 | Mode.BY_COMMAND)


async def test_unplugged_in_the_middle_of_an_order(tmp_path: Path) -> None:
    for carried_out, index in product([False, True], FAMILIES[1:]):
        firmware, converse = family(index)
        async with running(tmp_path / "port", firmware, converse) as stage:
            stage.link.unplug_when(lambda _data: True, carried_out=carried_out)
            stage.scanner.set_scanning(wanted=False)
            await stage.until(DeviceDown)
            stage.link.cable.plug()
            await stage.until(DeviceUp, 2)
            await until(partial(_scans, firmware, wanted=False))
