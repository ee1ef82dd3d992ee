"""An item reader: our FEIG driver on the kernel's FTDI driver, against our simulated firmware at its true pace."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drivers.simulators.feig.firmware import FeigFirmware
from drivers.simulators.timing import exchange_s
from drivers.simulators.virtual_tag import Field, VirtualTag, library_tag
from firmware_msgs.config import AfiPair
from firmware_msgs.feig.answers import Done
from firmware_msgs.feig.tag_requests import WriteAfi
from firmware_msgs.tags.content import TagContent, Usage
from scripts.virtual_machine.bench import Bench
from scripts.virtual_machine.machine import Machine
from scripts.virtual_machine.serial_device import SerialDevice
from scripts.virtual_machine.suite import Check, Suite, expect
from scripts.virtual_machine.usb import Usb

NAME: Final = "pad"
MODEL: Final = "feig-iscan"
SERIAL: Final = "shufang-pad"
PATH: Final = f"/dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_{SERIAL}-if00-port0"
SOCKET: Final = 1
AFI: Final = AfiPair()
UID: Final = "E004015000000001"
ITEM_ID: Final = "3420001"
RETRIES_S: Final = 6.0
"""Longer than the driver waits between two tries."""


@dataclass(slots=True)
class Pad:
    """A reader with its adapter, and a book."""

    bench: Bench
    usb: Usb
    field: Field
    firmware: FeigFirmware
    reader: SerialDevice
    tag: VirtualTag
    adapter: str = ""
    line: Path = Path()

    async def add_adapter(self) -> None:
        """Plug the USB adapter in, without its reader."""
        chardev, self.line = await self.usb.line()
        self.adapter = await self.usb.plug("usb-serial", SOCKET, chardev=chardev, serial=SERIAL)

    async def placed(self, *, secured: bool) -> None:
        """The book is told as lying there."""
        report = await self.bench.expect(NAME, "ItemPlaced", uid=UID, secured=secured)
        expect(f"{report['content']} was read from the tag", is_so=report["content"]["item_id"] == ITEM_ID)


@asynccontextmanager
async def on_stage(machine: Machine) -> AsyncIterator[Pad]:
    """The driver serves a reader that is not there yet."""
    tag = library_tag(UID, TagContent("iso28560-3", ITEM_ID, "CN-XX", 1, 1, Usage.CIRCULATING), AFI.secured)
    field = Field()
    firmware = FeigFirmware(field)
    pad = Pad(machine.bench, machine.usb, field, firmware, SerialDevice(firmware), tag)
    machine.bench.serve(NAME, MODEL, PATH)
    await machine.bench.expect(NAME, "DeviceDown")
    yield pad
    pad.reader.unplug()
    await machine.bench.dismiss(NAME)


async def comes_up(pad: Pad) -> None:
    await pad.add_adapter()
    await pad.reader.plug(pad.line)
    await pad.bench.expect(NAME, "DeviceUp")


async def is_placed(pad: Pad) -> None:
    pad.field.place(pad.tag)
    await pad.placed(secured=True)


async def changes_security(pad: Pad) -> None:
    for secured in (False, True):
        begun_s = time.monotonic()
        pad.bench.secure(NAME, UID, secured=secured)
        await pad.bench.expect(NAME, "SecurityChanged", uid=UID, secured=secured)
        took_s = time.monotonic() - begun_s
        expect(f"it took only {took_s * 1000:.0f} ms", is_so=took_s >= _least_s(AFI.value(secured=secured)))
        expect(f"the tag holds {pad.tag.afi:02X}", is_so=pad.tag.afi == AFI.value(secured=secured))


def _least_s(afi: int) -> float:
    """What the line and the air take for writing an AFI."""
    return exchange_s(WriteAfi(UID, afi), Done())


async def is_removed(pad: Pad) -> None:
    pad.field.remove(UID)
    await pad.bench.expect(NAME, "ItemRemoved", uid=UID)


async def survives_a_write_that_was_taken(pad: Pad) -> None:
    pad.reader.unplug_when(lambda: pad.tag.afi == AFI.on_loan)
    await _cut_in_a_write(pad)
    await pad.placed(secured=False)


async def survives_a_write_that_was_lost(pad: Pad) -> None:
    pad.tag.afi = AFI.secured
    pad.firmware.faults.torn_writes.append(False)
    pad.reader.unplug_when(lambda: not pad.firmware.faults.torn_writes)
    await _cut_in_a_write(pad)
    await pad.placed(secured=True)


async def _cut_in_a_write(pad: Pad) -> None:
    pad.bench.secure(NAME, UID, secured=False)
    await pad.bench.expect(NAME, "SecurityFailed", uid=UID, wanted=False, read_back=None)
    await pad.bench.expect(NAME, "DeviceDown")
    await pad.reader.plug(pad.line)
    await pad.bench.expect(NAME, "DeviceUp")


async def outlives_its_link(pad: Pad) -> None:
    await pad.bench.run("udevadm", "control", "--stop-exec-queue")
    pad.reader.unplug()
    await pad.bench.expect(NAME, "DeviceDown")
    await pad.bench.run("sh", "-c", f"test -L {PATH} && test ! -e {PATH}")
    await pad.bench.expect_silence(NAME, RETRIES_S)
    await pad.bench.run("udevadm", "control", "--start-exec-queue")
    await pad.reader.plug(pad.line)
    await pad.bench.expect(NAME, "DeviceUp")
    await pad.placed(secured=True)


async def survives_its_adapter(pad: Pad) -> None:
    await pad.usb.unplug(pad.adapter)
    await pad.bench.expect(NAME, "DeviceDown")
    pad.reader.unplug()
    await pad.add_adapter()
    await pad.reader.plug(pad.line)
    await pad.bench.expect(NAME, "DeviceUp")
    await pad.placed(secured=True)


SUITE: Final = Suite(
    "item reader",
    on_stage,
    (
        Check("plugged in at run time, it comes up by its by-id link", comes_up),
        Check("a tag laid down is read", is_placed),
        Check("security is written and read back, both ways, at the pace of line and air", changes_security),
        Check("a tag taken away is told", is_removed),
        Check("laid down again, it is told again", is_placed),
        Check("unplugged in a write the tag took: down, back, and what the tag holds", survives_a_write_that_was_taken),
        Check("unplugged in a write the tag lost: down, back, and what the tag holds", survives_a_write_that_was_lost),
        Check("a by-id link that outlives the device holds nothing up", outlives_its_link),
        Check("the adapter drawn and plugged in again at run time", survives_its_adapter),
    ),
)
