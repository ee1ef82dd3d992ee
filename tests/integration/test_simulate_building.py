"""`simulate` as a process: relay boards and printers, driven through the catalogue and failed by orders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.catalogue.table import make_device
from drivers.events import DeviceDown, DeviceUp, DoorFailed, DoorLocked, DoorUnlocked, PaperLoaded, PaperOut, Printed
from drivers.ports import Device, Door, Printer
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.receipt import Document, Line, QrCode
from tests.integration.recorder import Recorder, served
from tests.integration.test_simulate import Simulate

CONFIG = """
command_socket = "commands"
devices = [
  { kind = "relay", name = "modbus", link = "modbus", relays = 4, unit = 7 },
  { kind = "relay", name = "lcus", link = "lcus", speaks = "lcus", answers = true },
  { kind = "printer", name = "printer", link = "printer" },
]
"""


@pytest.fixture
def simulate(tmp_path: Path) -> Iterator[Simulate]:
    simulate = Simulate(tmp_path, CONFIG)
    try:
        simulate.ready()
        yield simulate
    finally:
        assert simulate.end() == ""


def device(simulate: Simulate, model: str, name: str, report: Recorder, **options: str | float | bool) -> Device:
    config = DeviceConfig(name=name, model=model, port=str(simulate.folder / name), options=options)
    return make_device(config, AfiPair(), report)


async def facts(simulate: Simulate, name: str) -> dict[str, Any]:
    (found,) = [each for each in (await simulate.must(command="state"))["devices"] if each["name"] == name]
    return dict(found)


@pytest.mark.parametrize(
    ("model", "name", "options"),
    [("modbus-relay", "modbus", {"unit": 7, "relay": 3}), ("lcus-relay", "lcus", {"relay": 3, "answers": True})],
)
async def test_a_door_opens_and_fails(simulate: Simulate, model: str, name: str, options: dict[str, int]) -> None:
    report = Recorder()
    door = device(simulate, model, name, report, **options)
    async with served(door):
        assert isinstance(door, Door)
        assert await report.next() == DeviceUp(name)
        door.unlock(0.2)
        assert await report.next() == DoorUnlocked(name)
        assert (await facts(simulate, name))["energised"] == [3]
        assert await report.next() == DoorLocked(name)
        assert (await facts(simulate, name))["energised"] == []
        assert (await facts(simulate, name))["moves"]["3"] == 2


async def test_a_relay_that_sticks_is_told(simulate: Simulate) -> None:
    report = Recorder()
    door = device(simulate, "modbus-relay", "modbus", report, unit=7)
    async with served(door):
        assert isinstance(door, Door)
        assert await report.next() == DeviceUp("modbus")
        await simulate.must(command="fault", device="modbus", kind="stuck")
        door.unlock(60)
        assert isinstance(await report.next(), DoorFailed)
        assert isinstance(await report.next(), DeviceDown)
        await simulate.must(command="clear", device="modbus")
        assert await report.next() == DeviceUp("modbus")


async def test_a_receipt_is_printed_and_read(simulate: Simulate) -> None:
    report = Recorder()
    printer = device(simulate, "receipt-printer", "printer", report)
    async with served(printer):
        assert isinstance(printer, Printer)
        assert await report.next() == DeviceUp("printer")
        await simulate.must(command="fault", device="printer", kind="paper_out")
        assert await report.next() == PaperOut("printer")
        printer.print("job", Document((Line("书房"), QrCode("x"))))
        await simulate.must(command="clear", device="printer")
        assert await report.next() == PaperLoaded("printer")
        assert await report.next() == Printed("printer", "job")
    assert (await facts(simulate, "printer"))["receipts"] == [["书房", "[QR x]"]]


async def test_a_fault_a_device_cannot_have_is_refused(simulate: Simulate) -> None:
    for name, kind in (("modbus", "paper_out"), ("printer", "stuck")):
        answer = await simulate.order(command="fault", device=name, kind=kind)
        assert "cannot fail" in answer["error"]
