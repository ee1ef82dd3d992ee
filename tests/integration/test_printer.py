from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.events import DeviceDown, DeviceEvent, DeviceUp, PaperLoaded, PaperLow, PaperOut, Printed, PrintFailed
from drivers.printer.driver import Attachment, ReceiptPrinter
from drivers.printer.ways import Paper, TextAs
from drivers.simulators.printer import PaperImage, PaperRow, PrinterFirmware, Roll
from drivers.simulators.pty_host import PtyHost
from drivers.simulators.tcp_cable import TcpCable
from firmware_msgs.escpos.status import Cause
from firmware_msgs.receipt import Document, Line, QrCode
from tests.integration import hostile
from tests.integration.hostile import Manner
from tests.integration.printer_stage import ANSWER_S, LINE, PAPER, QUICK, RECEIPT, Stage, running

pytestmark = pytest.mark.usefixtures("no_leaks")

MANNERS = (hostile.CLEAN, hostile.ONE_BYTE_AT_A_TIME, hostile.delayed(0.02), hostile.late(1.5 * ANSWER_S))
"""Not noise and not tampering: the protocol has no checksums, so nothing can be told from either."""


@pytest.mark.parametrize("manner", MANNERS, ids=str)
async def test_receipts_come_out_in_order_as_they_were_meant(tmp_path: Path, manner: Manner) -> None:
    firmware = PrinterFirmware()
    async with running(tmp_path / "printer", firmware, manner) as stage:
        for number in range(3):
            stage.printer.print(f"job-{number}", RECEIPT)
        printed = await stage.until(Printed, 3)
    assert [event.job for event in printed] == ["job-0", "job-1", "job-2"]
    assert firmware.roll.receipts == [PAPER] * 3
    assert firmware.roll.hanging == []


async def test_over_the_network() -> None:
    firmware = PrinterFirmware()
    cable = TcpCable(firmware)
    await cable.plug()
    stage = Stage(cable.port, firmware)
    stage.start()
    stage.printer.print("job", RECEIPT)
    await stage.until(Printed)
    await cable.unplug()
    await stage.until(DeviceDown)
    stage.printer.print("later", RECEIPT)
    await cable.plug()
    await stage.until(Printed, 2)
    await stage.stop()
    await cable.unplug()
    assert firmware.roll.receipts == [PAPER] * 2


async def test_to_a_file(tmp_path: Path) -> None:
    firmware = PrinterFirmware()
    path = tmp_path / "paper"
    stage = Stage(f"file:{path}", firmware, answers=False)
    stage.start()
    for number in range(2):
        stage.printer.print(f"job-{number}", RECEIPT)
    await stage.until(Printed, 2)
    await stage.stop()
    list(firmware.feed(path.read_bytes()))
    assert firmware.roll.receipts == [PAPER] * 2


async def test_a_file_that_cannot_be_printed_to_says_why(tmp_path: Path) -> None:
    stage = Stage(f"file:{tmp_path}", PrinterFirmware(), answers=False)
    stage.start()
    (down,) = await stage.until(DeviceDown)
    await stage.stop()
    assert "Is a directory" in down.reason


async def test_a_roll_that_ends_in_the_middle_of_a_receipt_is_told_and_the_receipt_printed_anew(tmp_path: Path) -> None:
    firmware = PrinterFirmware(Roll(rows_left=22))
    async with running(tmp_path / "printer", firmware) as stage:
        stage.printer.print("job-0", RECEIPT)
        await stage.until(PaperLow)
        firmware.roll.rows_left = 2
        stage.printer.print("job-1", RECEIPT)
        await stage.until(PaperOut)
        assert [event.job for event in stage.of(Printed)] == ["job-0"]
        stage.say(firmware.load())
        await stage.until(PaperLoaded)
        await stage.until(Printed, 2)
    first, second = firmware.roll.receipts
    assert first == PAPER
    assert second == (*PAPER[:2], *PAPER)


async def test_a_printer_that_cannot_forget_prints_the_rest_and_then_the_whole(tmp_path: Path) -> None:
    firmware = PrinterFirmware(Roll(rows_left=2), knows_clear=False)
    async with running(tmp_path / "printer", firmware) as stage:
        stage.printer.print("job", RECEIPT)
        await stage.until(PaperOut)
        stage.say(firmware.load())
        (printed,) = await stage.until(Printed)
    assert printed.job == "job"
    assert firmware.roll.receipts == [PAPER, PAPER]


async def test_without_paper_from_the_start_jobs_wait_and_fail_in_time(tmp_path: Path) -> None:
    firmware = PrinterFirmware(Roll(rows_left=0))
    async with running(tmp_path / "printer", firmware, pace=replace(QUICK, keep_s=0.2)) as stage:
        assert len(stage.of(PaperOut)) == 1
        stage.printer.print("job", RECEIPT)
        (failed,) = await stage.until(PrintFailed)
        assert "no paper" in failed.reason
        stage.say(firmware.load())
        await stage.until(PaperLoaded)
    assert firmware.roll.receipts == []


@pytest.mark.parametrize("cause", [Cause.COVER_OPEN, Cause.FAILURE])
async def test_an_open_cover_or_a_failure_is_told_and_the_job_waits(tmp_path: Path, cause: Cause) -> None:
    firmware = PrinterFirmware()
    async with running(tmp_path / "printer", firmware) as stage:
        firmware.begin(cause)
        stage.printer.print("job", RECEIPT)
        (down,) = await stage.until(DeviceDown)
        assert ("cover" if cause is Cause.COVER_OPEN else "failure") in down.reason
        stage.say(firmware.end(cause))
        await stage.until(DeviceUp, 2)
        await stage.until(Printed)
    assert firmware.roll.receipts == [PAPER]


async def test_a_job_that_cannot_be_printed_at_all_fails_alone(tmp_path: Path) -> None:
    firmware = PrinterFirmware()
    async with running(tmp_path / "printer", firmware) as stage:
        stage.printer.print("too much", Document((QrCode("x" * 501),)))
        stage.printer.print("job", RECEIPT)
        (printed,) = await stage.until(Printed)
        (failed,) = stage.of(PrintFailed)
        assert (failed.job, printed.job) == ("too much", "job")
        assert "QR" in failed.reason
        assert not stage.of(DeviceDown)


async def test_a_code_wider_than_the_paper_fails_alone(tmp_path: Path) -> None:
    narrow = Attachment(f"file:{tmp_path / 'paper'}", LINE, Paper(columns=32, text_as=TextAs.IMAGE), answers=False)
    events: asyncio.Queue[DeviceEvent] = asyncio.Queue()
    printer = ReceiptPrinter("printer", narrow, events.put_nowait)
    printer.print("too wide", Document((QrCode("x" * 500),)))
    printer.print("job", Document((QrCode("x" * 100),)))
    task = asyncio.create_task(printer.run())
    assert await events.get() == DeviceUp("printer")
    failed = await events.get()
    assert isinstance(failed, PrintFailed)
    assert "wider than this paper" in failed.reason
    assert await events.get() == Printed("printer", "job")
    task.cancel()
    await asyncio.wait([task])


async def test_a_printer_that_dies_over_the_same_receipt_again_and_again_is_spared_it(tmp_path: Path) -> None:
    firmware = PrinterFirmware()
    async with running(tmp_path / "printer", firmware) as stage:
        stage.link.unplug_when(lambda data: b"\x1dV" in data, carried_out=False)
        stage.printer.print("job", RECEIPT)
        for count in range(1, 4):
            await stage.until(DeviceDown, count)
            if count < 3:
                stage.link.unplug_when(lambda data: b"\x1dV" in data, carried_out=False)
            stage.cable.plug()
            await stage.until(DeviceUp, count + 1)
        (failed,) = await stage.until(PrintFailed)
        assert "Plug it in again" in failed.reason
    assert firmware.roll.receipts == []


async def test_unplugged_in_the_middle_of_a_receipt_it_prints_it_again(tmp_path: Path) -> None:
    firmware = PrinterFirmware()
    async with running(tmp_path / "printer", firmware) as stage:
        stage.link.unplug_when(lambda data: b"\x1dV" in data, carried_out=True)
        stage.printer.print("job", RECEIPT)
        await stage.until(DeviceDown)
        stage.cable.plug()
        await stage.until(Printed)
    assert len(stage.of(Printed)) == 1
    assert firmware.roll.receipts == [PAPER, PAPER]


async def test_a_mute_printer_is_told(tmp_path: Path) -> None:
    firmware = PrinterFirmware()
    async with running(tmp_path / "printer", firmware) as stage:
        firmware.is_mute = True
        (down,) = await stage.until(DeviceDown)
        assert "does not answer" in down.reason
        firmware.is_mute = False
        await stage.until(DeviceUp, 2)


async def test_what_talks_without_end_is_no_printer(tmp_path: Path) -> None:
    host = PtyHost(tmp_path / "printer", lambda _: None)
    host.plug()
    stage = Stage(str(tmp_path / "printer"), PrinterFirmware())
    stage.start()
    stage.printer.print("job", RECEIPT)
    try:
        while not any("talks without end" in down.reason for down in stage.of(DeviceDown)):
            host.send(b"\x00\x12\x0c\x80")  # in order, real-time, in order again, and what is no status
            await asyncio.sleep(ANSWER_S / 4)
    finally:
        await stage.stop()
        host.unplug()
    assert not stage.of(Printed)


async def test_at_the_end_what_was_not_printed_has_failed(tmp_path: Path) -> None:
    firmware = PrinterFirmware(Roll(rows_left=0))
    async with running(tmp_path / "printer", firmware) as stage:
        for number in range(2):
            stage.printer.print(f"job-{number}", RECEIPT)
        await stage.stop()
        assert [event.job for event in stage.of(PrintFailed)] == ["job-0", "job-1"]


async def test_text_can_go_as_images(tmp_path: Path) -> None:
    firmware = PrinterFirmware()
    path = tmp_path / "paper"
    attachment = Attachment(f"file:{path}", LINE, Paper(columns=32, text_as=TextAs.IMAGE), answers=False)
    printed = asyncio.Event()
    printer = ReceiptPrinter("printer", attachment, lambda event: printed.set() if isinstance(event, Printed) else None)
    printer.print("job", Document((Line("书房"), Line("书房", large=True), QrCode("x"))))
    task = asyncio.create_task(printer.run())
    await printed.wait()
    task.cancel()
    await asyncio.wait([task])
    list(firmware.feed(path.read_bytes()))
    ((small, large, code),) = firmware.roll.receipts
    assert isinstance(small, PaperImage)
    assert isinstance(large, PaperImage)
    assert isinstance(code, PaperImage)
    assert (small.width, small.height, large.height) == (384, 30, 60)
    assert 0 < 2 * ink(small) < ink(large)
    left_half = [row[:6] for row in rows(small)]  # two characters of 24 dots
    assert ink(small) == sum(int.from_bytes(row).bit_count() for row in left_half)


def rows(image: PaperImage) -> list[bytes]:
    size = image.width // 8
    return [image.dots[at : at + size] for at in range(0, len(image.dots), size)]


def ink(image: PaperImage) -> int:
    return int.from_bytes(image.dots).bit_count()


async def test_a_font_that_is_missing_is_told(tmp_path: Path) -> None:
    events: list[object] = []
    told = asyncio.Event()
    paper = Paper(text_as=TextAs.IMAGE, font=str(tmp_path / "none.ttc"))

    def report(event: object) -> None:
        events.append(event)
        if isinstance(event, DeviceDown) and any(isinstance(each, PrintFailed) for each in events):
            told.set()

    printer = ReceiptPrinter(
        "printer", Attachment(f"file:{tmp_path / 'paper'}", LINE, paper, answers=False), report, pace=QUICK
    )
    printer.print("job", RECEIPT)
    task = asyncio.create_task(printer.run())
    await told.wait()
    task.cancel()
    await asyncio.wait([task])
    (failed,) = [event for event in events if isinstance(event, PrintFailed)]
    assert "fonts-noto-cjk" in failed.reason


async def test_control_characters_in_a_title_are_no_orders(tmp_path: Path) -> None:
    firmware = PrinterFirmware()
    async with running(tmp_path / "printer", firmware) as stage:
        stage.printer.print("job", Document((Line("a\x1dVb\x10\x04\x02c"),)))
        await stage.until(Printed)
    assert firmware.roll.receipts == [(PaperRow("a Vb   c"),)]
