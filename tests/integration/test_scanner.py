from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.events import BarcodeScanned, DeviceDown, DeviceUp, ScanFailed, ScanFault
from drivers.scanners.habits import FLOOD_CODES, Habits
from drivers.scanners.serial_scanner import SerialScanner
from drivers.serial_port import SerialLine
from drivers.simulators.pty_host import PtyHost
from drivers.supervisor import Backoff
from firmware_msgs.check_digits import codabar_check_digit
from firmware_msgs.code_rules import Check, CodeRules
from tests.integration.recorder import Recorder, served

QUICK = Backoff(first_s=0.005, cap_s=0.02)
GAP_S = 0.05
LABEL = "2123401234567" + codabar_check_digit("2123401234567")
HABITS = Habits(length_max=64, quiet_gap_s=GAP_S)

pytestmark = pytest.mark.usefixtures("no_leaks")


class Stage:
    def __init__(self, link: Path, habits: Habits = HABITS) -> None:
        self.host = PtyHost(link, lambda _: None)
        self.report = Recorder()
        self.scanner = SerialScanner("scanner", str(link), SerialLine(9600), self.report, habits=habits, backoff=QUICK)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path / "scanner")
    stage.host.plug()
    async with served(stage.scanner):
        assert await stage.report.next() == DeviceUp("scanner")
        yield stage
    stage.host.unplug()
    assert stage.report.is_empty


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t"])
async def test_each_terminator_ends_a_code(stage: Stage, end: bytes) -> None:
    stage.host.send(b"TSG00123456789" + end + b"9787020002207" + end)
    assert await stage.report.next() == BarcodeScanned("scanner", "TSG00123456789")
    assert await stage.report.next() == BarcodeScanned("scanner", "9787020002207")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"TSG\x1b[31m001", ScanFault.UNPRINTABLE),
        (b"TSG\x00001", ScanFault.UNPRINTABLE),
        ("TSG\u202e001".encode(), ScanFault.UNPRINTABLE),
        (b"\xff\xfe\x80", ScanFault.NOT_TEXT),
        (b"9" * 65, ScanFault.TOO_LONG),
    ],
)
async def test_what_is_no_code_is_told_and_never_shown(stage: Stage, line: bytes, fault: ScanFault) -> None:
    stage.host.send(line + b"\r")
    assert await stage.report.next() == ScanFailed("scanner", fault)


@pytest.mark.parametrize("text", ["[bold red]TSG[/]", "{0}%s$(reboot)", "借书证 001", "' OR 1=1 --"])
async def test_markup_is_only_text(stage: Stage, text: str) -> None:
    stage.host.send(text.encode() + b"\r")
    assert await stage.report.next() == BarcodeScanned("scanner", text)


async def test_what_the_scanner_adds_is_taken_off(tmp_path: Path) -> None:
    rules = CodeRules(prefix="\x02", suffix="\x03", aim=True, check=Check.CODABAR)
    stage = Stage(tmp_path / "scanner", Habits(rules, quiet_gap_s=GAP_S))
    stage.host.plug()
    async with served(stage.scanner):
        assert await stage.report.next() == DeviceUp("scanner")
        stage.host.send(f"\x02]F0A{LABEL}B\x03\r\x02]Q1SFQ1:AB\x03\r\x02]F0{LABEL[::-1]}\x03\r{LABEL}\r".encode())
        assert await stage.report.next() == BarcodeScanned("scanner", LABEL)
        assert await stage.report.next() == BarcodeScanned("scanner", "SFQ1:AB")
        assert await stage.report.next() == ScanFailed("scanner", ScanFault.WRONG_CHECK)
        assert await stage.report.next() == ScanFailed("scanner", ScanFault.INCOMPLETE)
    stage.host.unplug()


async def test_a_quiet_gap_may_be_all_that_ends_a_code(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "scanner", Habits(quiet_gap_s=GAP_S, ends_by_gap=True))
    stage.host.plug()
    async with served(stage.scanner):
        assert await stage.report.next() == DeviceUp("scanner")
        for code in ("TSG00123456789", "9787020002207"):
            stage.host.send(code[:5].encode())
            stage.host.send(code[5:].encode())
            assert await stage.report.next() == BarcodeScanned("scanner", code)
    stage.host.unplug()


async def test_half_a_code_does_not_spoil_the_next(stage: Stage) -> None:
    stage.host.send(b"TSG0012")
    await asyncio.sleep(4 * GAP_S)
    stage.host.send(b"TSG00999\r")
    assert await stage.report.next() == BarcodeScanned("scanner", "TSG00999")


async def test_a_flood_of_noise_leaves_the_scanner_usable(stage: Stage) -> None:
    for _ in range(100):
        stage.host.send(b"\xa5" * 1024)
        await asyncio.sleep(0)
    await asyncio.sleep(4 * GAP_S)
    stage.host.send(b"TSG00999\r")
    assert await stage.report.next() == BarcodeScanned("scanner", "TSG00999")


async def test_what_sends_codes_without_end_is_no_scanner(stage: Stage) -> None:
    stage.host.send(b"\xa5\r" * 500)
    faults = 0
    while not isinstance(event := await stage.report.next(), DeviceDown):
        faults += event == ScanFailed("scanner", ScanFault.NOT_TEXT)
    assert faults == FLOOD_CODES
    assert "Check that it is a scanner" in event.reason
    assert await stage.report.next() == DeviceUp("scanner")
    stage.host.send(b"TSG00999\r")
    assert await stage.report.next() == BarcodeScanned("scanner", "TSG00999")


async def test_unplugged_and_plugged_in_again_it_is_told_once_each(stage: Stage) -> None:
    for _ in range(3):
        stage.host.unplug()
        down = await stage.report.next()
        assert isinstance(down, DeviceDown)
        assert "Plug it in again" in down.reason
        await asyncio.sleep(10 * QUICK.cap_s)
        stage.host.plug()
        assert await stage.report.next() == DeviceUp("scanner")
        stage.host.send(b"TSG00999\r")
        assert await stage.report.next() == BarcodeScanned("scanner", "TSG00999")
