from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.events import BarcodeScanned, DeviceDown, DeviceEvent, DeviceUp, ScanFailed, ScanFault
from drivers.hid_scanner import HidScanner
from drivers.ports import Report
from drivers.simulators.virtual_input import VirtualInput, VirtualInputs
from drivers.supervisor import Backoff
from firmware_msgs.hid import codes
from firmware_msgs.hid.input_events import Lost, encode_report
from firmware_msgs.hid.keys import Ending, Typing
from firmware_msgs.hid.typist import Typist, taps
from tests.input_devices import KEYBOARD, SLOT_PANEL
from tests.integration.recorder import Recorder, served

QUICK = Backoff(first_s=0.005, cap_s=0.02)
GAP_S = 0.1

pytestmark = pytest.mark.usefixtures("no_leaks")


class Stage:
    """Two scanners of one make, each at a socket of its own."""

    def __init__(self, folder: Path, typing: Typing) -> None:
        self.nodes = {str(folder / f"event{number}"): VirtualInput(KEYBOARD) for number in (0, 1)}
        self.keyboards = list(self.nodes.values())
        self.links = [folder / "by-path-left", folder / "by-path-right"]
        for link, node in zip(self.links, self.nodes, strict=True):
            link.symlink_to(node)
        self.report = Recorder()
        self._open = VirtualInputs(self.nodes).open
        self._typing = typing

    def scanner(self, at: int, name: str = "scanner", report: Report | None = None) -> HidScanner:
        path = str(self.links[at])
        return HidScanner(name, path, self._typing, report or self.report, open_port=self._open, backoff=QUICK)

    def scan(self, text: str, at: int = 0, terminator: int | None = codes.KEY_ENTER) -> None:
        self.keyboards[at].send(Typist().text(text, terminator, start_s=time.monotonic()))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, Typing(quiet_gap_s=GAP_S, length_max=64))


@pytest.fixture
async def served_stage(stage: Stage) -> AsyncIterator[Stage]:
    stage.keyboards[0].plug()
    async with served(stage.scanner(0)):
        assert await stage.report.next() == DeviceUp("scanner")
        yield stage
    assert stage.report.is_empty
    assert not stage.keyboards[0].is_grabbed


async def test_codes_are_reported(served_stage: Stage) -> None:
    served_stage.scan("TSG00123456789")
    assert await served_stage.report.next() == BarcodeScanned("scanner", "TSG00123456789")
    assert served_stage.keyboards[0].is_grabbed


async def test_a_code_may_come_a_byte_at_a_time(served_stage: Stage) -> None:
    data = b"".join(map(encode_report, Typist().text("A1", start_s=time.monotonic())))
    for at in range(len(data)):
        served_stage.keyboards[0].send_bytes(data[at : at + 1])
        await asyncio.sleep(0)
    assert await served_stage.report.next() == BarcodeScanned("scanner", "A1")


async def test_what_is_no_code_is_told(served_stage: Stage) -> None:
    served_stage.scan("9" * 65)
    assert await served_stage.report.next() == ScanFailed("scanner", ScanFault.TOO_LONG)


async def test_half_a_code_does_not_spoil_the_next(served_stage: Stage) -> None:
    served_stage.scan("TSG0012", terminator=None)
    await asyncio.sleep(4 * GAP_S)
    served_stage.scan("TSG00999")
    assert await served_stage.report.next() == BarcodeScanned("scanner", "TSG00999")


async def test_a_scanner_without_enter(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Typing(ending=Ending.GAP, quiet_gap_s=GAP_S))
    stage.keyboards[0].plug()
    async with served(stage.scanner(0)):
        assert await stage.report.next() == DeviceUp("scanner")
        stage.scan("TSG00123456789", terminator=None)
        assert await stage.report.next() == BarcodeScanned("scanner", "TSG00123456789")


async def test_lost_reports_drop_the_code_and_the_keys_are_asked_anew(served_stage: Stage) -> None:
    keyboard = served_stage.keyboards[0]
    start_s = time.monotonic()
    keyboard.state = replace(KEYBOARD, caps_lock=True)
    keyboard.send([*Typist().text("TSG", None, start_s=start_s), Lost(start_s)])
    keyboard.send(taps(30, codes.KEY_ENTER, start_s=start_s))
    assert await served_stage.report.next() == BarcodeScanned("scanner", "A")
    keyboard.state = KEYBOARD


async def test_two_scanners_of_one_make_are_told_apart(stage: Stage) -> None:
    for keyboard in stage.keyboards:
        keyboard.plug()
    async with served(stage.scanner(0, "left")):
        assert await stage.report.next() == DeviceUp("left")
        async with served(stage.scanner(1, "right")):
            assert await stage.report.next() == DeviceUp("right")
            left = Typist().text("L1", start_s=time.monotonic())
            right = Typist().text("R1", start_s=time.monotonic())
            for pair in zip(left, right, strict=True):
                for keyboard, report in zip(stage.keyboards, pair, strict=True):
                    keyboard.send([report])
                await asyncio.sleep(0)
            scanned = [await stage.report.next(), await stage.report.next()]
            assert {repr(each) for each in scanned} == {
                repr(BarcodeScanned("left", "L1")),
                repr(BarcodeScanned("right", "R1")),
            }


async def test_unplugged_and_plugged_in_again_it_is_told_once_each(served_stage: Stage) -> None:
    for _ in range(3):
        served_stage.scan("half", terminator=None)
        served_stage.keyboards[0].unplug()  # the link stays: it can outlive its device
        down = await served_stage.report.next()
        assert isinstance(down, DeviceDown)
        assert "Plug it in again" in down.reason
        await asyncio.sleep(4 * QUICK.cap_s)
        served_stage.keyboards[0].plug()
        assert await served_stage.report.next() == DeviceUp("scanner")
        served_stage.scan("TSG00999")
        assert await served_stage.report.next() == BarcodeScanned("scanner", "TSG00999")


async def test_a_missing_scanner_and_one_that_is_held_by_another(stage: Stage) -> None:
    async with served(stage.scanner(0)):
        down = await stage.report.next()
        assert isinstance(down, DeviceDown)
        assert "no device at" in down.reason
        stage.keyboards[0].plug()
        assert await stage.report.next() == DeviceUp("scanner")
        async with served(stage.scanner(0, "second")):
            down = await stage.report.next()
            assert isinstance(down, DeviceDown)
            assert down.device == "second"
            assert "Another program is using" in down.reason


async def test_a_device_without_characters_is_no_scanner(stage: Stage) -> None:
    stage.keyboards[0].state = SLOT_PANEL
    stage.keyboards[0].plug()
    async with served(stage.scanner(0)):
        down = await stage.report.next()
        assert isinstance(down, DeviceDown)
        assert "cannot be used as a scanner" in down.reason


async def test_a_code_scanned_at_the_very_moment_it_comes_up_is_whole(stage: Stage) -> None:
    """Asking the kernel how the keys stand makes it forget what was typed: done too late, it ate the first key."""

    def report(event: DeviceEvent) -> None:
        if isinstance(event, DeviceUp):
            stage.scan("9787302")
        stage.report(event)

    stage.keyboards[0].plug()
    async with served(stage.scanner(0, report=report)):
        assert await stage.report.next() == DeviceUp("scanner")
        assert await stage.report.next() == BarcodeScanned("scanner", "9787302")
