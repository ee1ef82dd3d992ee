from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.events import BarcodeScanned, DeviceDown, DeviceUp, ScanFailed, ScanFault
from drivers.scanners.habits import Habits
from drivers.scanners.serial_scanner import SerialScanner
from drivers.serial_port import SerialLine
from drivers.simulators.pty_host import PtyHost
from drivers.supervisor import Backoff
from tests.integration.recorder import Recorder, served

QUICK = Backoff(first_s=0.005, cap_s=0.02)
GAP_S = 0.05
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
