"""The SSI driver against a simulated scanner that resends until it is acknowledged."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drivers.events import BarcodeScanned, DeviceDown, DeviceUp, ScanFailed, ScanFault
from drivers.scanners.habits import Habits
from drivers.scanners.zebra import SessionTrigger
from drivers.simulators.scanners.zebra import ZebraFirmware, ZebraScanner
from firmware_msgs.check_digits import codabar_check_digit
from firmware_msgs.code_rules import Check, CodeRules
from tests.integration import hostile
from tests.integration.hostile import Manner
from tests.integration.scanner_stage import ANSWER_S, HABITS, Stage, running, until, zebra

pytestmark = pytest.mark.usefixtures("no_leaks")

RESEND_S = 0.1  # longer than the driver takes; a real one waits 2 s
CODES = [f"TSG{number:011}" for number in range(6)]
LABEL = "2999901234567" + codabar_check_digit("2999901234567")
SCAN_DISABLE = bytes.fromhex("04EA0400FF0E")
CODE_128, CODABAR, QR = 0x03, 0x02, 0x1C


class Held:
    """The scanner in somebody's hand."""

    def __init__(self, stage: Stage, firmware: ZebraFirmware) -> None:
        self.stage = stage
        self.firmware = firmware
        self.scanner = ZebraScanner(firmware, stage.link.say, RESEND_S)

    async def read(self, text: str, code_type: int = CODE_128) -> None:
        """Hold one code before it, and the next only when the beep came."""
        assert self.scanner.read(code_type, text.encode())
        await until(lambda: not self.firmware.is_waiting)


@asynccontextmanager
async def held(
    port: Path, manner: Manner = hostile.CLEAN, *, resends: int = 1000, habits: Habits = HABITS
) -> AsyncIterator[Held]:
    firmware = ZebraFirmware(resends)
    async with running(port, firmware, zebra(habits=habits), manner) as stage:
        hand = Held(stage, firmware)
        try:
            yield hand
        finally:
            hand.scanner.stop()


@pytest.mark.parametrize("manner", hostile.HARMLESS, ids=str)
async def test_a_slow_or_noisy_link_loses_nothing(tmp_path: Path, manner: Manner) -> None:
    async with held(tmp_path / "port", manner) as hand:
        for code in CODES:
            await hand.read(code)
        assert [event.text for event in hand.stage.of(BarcodeScanned)] == CODES


@pytest.mark.parametrize("manner", hostile.harmful(1.5 * ANSWER_S), ids=str)
async def test_over_a_broken_link_each_code_comes_once(tmp_path: Path, manner: Manner) -> None:
    async with held(tmp_path / "port", manner) as hand:
        for code in CODES:
            await hand.read(code)
        assert [event.text for event in hand.stage.of(BarcodeScanned)] == CODES


@pytest.mark.parametrize("manner", [hostile.CLEAN, hostile.ONE_BYTE_AT_A_TIME, hostile.LOSSY], ids=str)
async def test_a_long_code_comes_in_several_packets(tmp_path: Path, manner: Manner) -> None:
    text = "".join(f"{number:04}" for number in range(200))
    async with held(tmp_path / "port", manner, habits=Habits(length_max=1000)) as hand:
        await hand.read(text, QR)
        (scanned,) = await hand.stage.until(BarcodeScanned)
    assert scanned.text == text


async def test_one_code_scanned_twice_is_two_scans(tmp_path: Path) -> None:
    async with held(tmp_path / "port") as hand:
        await hand.read(CODES[0])
        await hand.read(CODES[0])
        assert len(await hand.stage.until(BarcodeScanned, 2)) == 2


async def test_scanning_is_switched_and_a_replug_keeps_the_wish(tmp_path: Path) -> None:
    async with held(tmp_path / "port") as hand:
        assert hand.firmware.is_enabled
        hand.stage.scanner.set_scanning(wanted=False)
        await until(lambda: not hand.firmware.is_enabled)
        assert not hand.scanner.read(CODE_128, b"TSG1")
        hand.stage.link.cable.unplug()
        await hand.stage.until(DeviceDown)
        hand.firmware.is_enabled = True
        hand.stage.link.cable.plug()
        await hand.stage.until(DeviceUp, 2)
        await until(lambda: not hand.firmware.is_enabled)
        hand.stage.scanner.set_scanning(wanted=True)
        await until(lambda: hand.firmware.is_enabled)
        await hand.read(CODES[0])
        await hand.stage.until(BarcodeScanned)


async def test_it_is_set_up_for_packets_and_old_scans_are_forgotten(tmp_path: Path) -> None:
    firmware = ZebraFirmware()
    list(firmware.read(CODE_128, b"SCANNED-BEFORE"))
    async with running(tmp_path / "port", firmware, zebra()) as stage:
        assert firmware.parameters[0xEE] == b"\x01"
        assert not firmware.is_waiting
        hand = Held(stage, firmware)
        await hand.read(CODES[0])
        hand.scanner.stop()
        assert [event.text for event in stage.of(BarcodeScanned)] == CODES[:1]


async def test_sessions_are_begun_again_after_each_code(tmp_path: Path) -> None:
    firmware = ZebraFirmware()
    async with running(tmp_path / "port", firmware, zebra(SessionTrigger.SESSION)) as stage:
        hand = Held(stage, firmware)
        for code in CODES:
            await until(lambda: firmware.in_session)
            await hand.read(code)
        await until(lambda: firmware.in_session)
        stage.scanner.set_scanning(wanted=False)
        await until(lambda: not firmware.in_session)
        hand.scanner.stop()


async def test_a_misread_label_is_told_and_a_patrons_code_passes(tmp_path: Path) -> None:
    habits = Habits(CodeRules(check=Check.CODABAR))
    async with held(tmp_path / "port", habits=habits) as hand:
        await hand.read(f"A{LABEL}B", CODABAR)
        await hand.read(f"A{LABEL[::-1]}B", CODABAR)
        await hand.read("SFQ1:AAAA", QR)
        assert [event.text for event in hand.stage.of(BarcodeScanned)] == [LABEL, "SFQ1:AAAA"]
        assert [event.fault for event in hand.stage.of(ScanFailed)] == [ScanFault.WRONG_CHECK]


async def test_unplugged_in_the_middle_of_an_order(tmp_path: Path) -> None:
    for carried_out in (False, True):
        async with held(tmp_path / "port") as hand:
            hand.stage.link.unplug_when(lambda data: SCAN_DISABLE in data, carried_out=carried_out)
            hand.stage.scanner.set_scanning(wanted=False)
            await hand.stage.until(DeviceDown)
            hand.stage.link.cable.plug()
            await hand.stage.until(DeviceUp, 2)
            await until(lambda: not hand.firmware.is_enabled)


async def test_half_a_packet_is_asked_for_again(tmp_path: Path) -> None:
    async with held(tmp_path / "port") as hand:
        (reply,) = hand.firmware.read(CODE_128, CODES[0].encode())
        hand.stage.link.say(reply.data[:7])
        (scanned,) = await hand.stage.until(BarcodeScanned)
    assert scanned.text == CODES[0]
