"""Devices that type as USB keyboards: our scanner and keypad drivers on the kernel's HID driver."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from scripts.virtual_machine.bench import Bench
from scripts.virtual_machine.keyboard import Keyboard
from scripts.virtual_machine.machine import SCREENS, Machine
from scripts.virtual_machine.suite import Check, Suite
from scripts.virtual_machine.usb import Usb, path_of

SCANNER: Final = "hid-scanner"
KEYPAD: Final = "keypad"
CONSOLE: Final = "console"
CONSOLE_PATH: Final = "/dev/tty1"
LEFT_CODE: Final = "TSG00123456789"
RIGHT_CODE: Final = "9787302-Ab_c/7"
GAP_S: Final = 10.0
"""A busy emulated machine pauses within a code for longer than any scanner does."""
TAP_S: Final = 0.05
HOLD_S: Final = 1.2
"""Longer than the keypad's own holding time."""


@dataclass(slots=True)
class Side:
    """A USB socket, what types there, and its driver's name."""

    name: str
    socket: int
    bench: Bench
    usb: Usb
    keyboard: Keyboard
    plugged: str = ""

    @property
    def path(self) -> str:
        """Where the driver finds it: by its socket, for two of one make differ in nothing else."""
        return f"/dev/input/by-path/{path_of(self.socket)}-event-kbd"

    async def plug(self) -> None:
        """Plug a keyboard in."""
        self.plugged = await self.usb.plug("usb-kbd", self.socket, display=self.keyboard.screen)

    async def unplug(self) -> None:
        """Draw it out."""
        await self.usb.unplug(self.plugged)

    async def scan(self, code: str) -> None:
        """Scan a code."""
        await self.keyboard.type(f"{code}\n")

    async def told(self, code: str) -> None:
        """The driver tells this code."""
        await self.bench.expect(self.name, "BarcodeScanned", text=code)


@dataclass(frozen=True, slots=True)
class Counter:
    """Two scanners of one make beside a console."""

    bench: Bench
    left: Side
    right: Side


@asynccontextmanager
async def on_stage(machine: Machine) -> AsyncIterator[Counter]:
    """Somebody listens at the console; nothing is plugged in."""
    left, right = (
        Side(name, socket, machine.bench, machine.usb, Keyboard(machine.qmp, screen))
        for name, socket, screen in (("left", 3, SCREENS[0]), ("right", 4, SCREENS[1]))
    )
    await machine.bench.listen_at(CONSOLE, CONSOLE_PATH)
    yield Counter(machine.bench, left, right)
    for name in (left.name, right.name, CONSOLE):
        await machine.bench.dismiss(name)


async def console_hears_a_keyboard(counter: Counter) -> None:
    await counter.left.plug()
    await counter.bench.run("udevadm", "wait", "--timeout=20", counter.left.path)
    await counter.left.keyboard.type(f"{LEFT_CODE}\n")
    await counter.bench.expect(CONSOLE, "Typed", text=LEFT_CODE)


async def scanner_is_grabbed(counter: Counter) -> None:
    counter.bench.serve("left", SCANNER, counter.left.path, quiet_gap_s=GAP_S)
    await counter.bench.expect("left", "DeviceUp")
    await counter.left.scan(LEFT_CODE)
    await counter.left.told(LEFT_CODE)
    await counter.bench.expect_silence(CONSOLE)


async def comes_up(counter: Counter) -> None:
    counter.bench.serve("right", SCANNER, counter.right.path, quiet_gap_s=GAP_S)
    await counter.bench.expect("right", "DeviceDown")
    await counter.right.plug()
    await counter.bench.expect("right", "DeviceUp")


async def are_told_apart(counter: Counter) -> None:
    await asyncio.gather(counter.left.scan(LEFT_CODE), counter.right.scan(RIGHT_CODE))
    await counter.left.told(LEFT_CODE)
    await counter.right.told(RIGHT_CODE)
    await counter.bench.expect_silence(CONSOLE)


async def survives_unplugging(counter: Counter) -> None:
    await counter.right.keyboard.type(RIGHT_CODE[:4])
    await counter.right.unplug()
    await counter.bench.expect("right", "DeviceDown")
    await counter.right.plug()
    await counter.bench.expect("right", "DeviceUp")
    await counter.right.scan(RIGHT_CODE)
    await counter.right.told(RIGHT_CODE)


async def keypad_is_read(counter: Counter) -> None:
    await counter.bench.dismiss("right")
    counter.bench.serve("right", KEYPAD, counter.right.path)
    await counter.bench.expect("right", "DeviceUp")
    await counter.right.keyboard.press("up", TAP_S)
    await counter.bench.expect("right", "KeyPressed", key="up")
    await counter.right.keyboard.press("ret", HOLD_S)
    await counter.bench.expect("right", "KeyPressed", key="enter")
    await counter.bench.expect("right", "KeyHeld", key="enter")
    await counter.bench.expect_silence(CONSOLE)


SUITE: Final = Suite(
    "scanner and keypad",
    on_stage,
    (
        Check("a keyboard that nobody grabs is heard at the console", console_hears_a_keyboard),
        Check("a code is told, and nothing of it reaches the console", scanner_is_grabbed),
        Check("a second one of the same make, plugged in at run time, comes up", comes_up),
        Check("two that scan at the same time are told apart by their sockets", are_told_apart),
        Check("drawn in the middle of a code and plugged in again: half a code is none", survives_unplugging),
        Check("a keypad's key is told, and one that is held", keypad_is_read),
    ),
)
