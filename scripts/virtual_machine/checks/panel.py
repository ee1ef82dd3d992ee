"""A touch panel: our driver on a multi-touch panel that the machine's kernel has by uinput."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from scripts.virtual_machine.bench import Bench
from scripts.virtual_machine.inside.orders import PANEL_UNITS_PER_MM, PANEL_X_MAX, PANEL_Y_MAX, Axis
from scripts.virtual_machine.machine import Machine
from scripts.virtual_machine.suite import Check, Suite, expect

NAME: Final = "panel"
MODEL: Final = "touch-panel"
HARDWARE: Final = "panel hardware"
X, Y = PANEL_X_MAX // 4, PANEL_Y_MAX // 2
WITHIN_MM, BEYOND_MM = 7, 9
FINGER_MM, PALM_MM = 10, 45
LIFTED: Final = -1


@dataclass(frozen=True, slots=True)
class Panel:
    """The panel, and one finger at (X, Y) that the checks move."""

    bench: Bench

    def down(self, slot: int = 0, *, x: int = X, wide_mm: int = FINGER_MM) -> None:
        """A finger, or something wider, comes down."""
        major = wide_mm * PANEL_UNITS_PER_MM
        self._tell(("slot", slot), ("id", slot + 1), ("x", x), ("y", Y), ("major", major))

    def move(self, by_mm: int) -> None:
        """The finger slides so far to the right of where it came down."""
        self._tell(("slot", 0), ("x", X + by_mm * PANEL_UNITS_PER_MM))

    def lift(self, slot: int = 0) -> None:
        """Up again."""
        self._tell(("slot", slot), ("id", LIFTED))

    async def told(self, event: str) -> None:
        """The driver tells it, at the finger's place."""
        report = await self.bench.expect(NAME, event)
        off = max(abs(report["x"] - X / PANEL_X_MAX), abs(report["y"] - Y / PANEL_Y_MAX))
        expect(f"{event} was told at {report['x']}, {report['y']}", is_so=off < 1 / PANEL_Y_MAX)

    async def tap(self) -> None:
        """A finger comes down and up; both are told."""
        self.down()
        await self.told("ContactBegan")
        self.lift()
        await self.told("ContactEnded")

    def _tell(self, *axes: tuple[Axis, int]) -> None:
        self.bench.touch(HARDWARE, *axes)


@asynccontextmanager
async def on_stage(machine: Machine) -> AsyncIterator[Panel]:
    """The panel is there and served."""
    path = await machine.bench.make_panel(HARDWARE)
    machine.bench.serve(NAME, MODEL, path)
    await machine.bench.expect(NAME, "DeviceUp")
    yield Panel(machine.bench)
    await machine.bench.dismiss(NAME)
    await machine.bench.dismiss(HARDWARE)


async def taps(panel: Panel) -> None:
    await panel.tap()


async def slides_a_little(panel: Panel) -> None:
    panel.down()
    await panel.told("ContactBegan")
    panel.move(WITHIN_MM)
    panel.lift()
    await panel.told("ContactEnded")


async def slides_away(panel: Panel) -> None:
    panel.down()
    await panel.told("ContactBegan")
    panel.move(BEYOND_MM)
    await panel.bench.expect(NAME, "ContactLost")
    panel.lift()
    await panel.bench.expect_silence(NAME)


async def second_finger(panel: Panel) -> None:
    panel.down()
    await panel.told("ContactBegan")
    panel.down(1, x=PANEL_X_MAX // 2)
    panel.lift(1)
    panel.lift()
    await panel.told("ContactEnded")


async def resting_palm(panel: Panel) -> None:
    panel.down(1, x=PANEL_X_MAX // 2, wide_mm=PALM_MM)
    await panel.bench.expect_silence(NAME)
    await panel.tap()
    panel.lift(1)
    await panel.bench.expect_silence(NAME)


async def survives_unplugging(panel: Panel) -> None:
    await panel.bench.dismiss(HARDWARE)
    await panel.bench.expect(NAME, "DeviceDown")
    await panel.bench.make_panel(HARDWARE)
    await panel.bench.expect(NAME, "DeviceUp")
    await panel.tap()


SUITE: Final = Suite(
    "touch panel",
    on_stage,
    (
        Check("a tap is told where it is", taps),
        Check(f"a finger that slides {WITHIN_MM} mm means where it came down", slides_a_little),
        Check(f"a finger that slides {BEYOND_MM} mm means nothing", slides_away),
        Check("a second finger is ignored", second_finger),
        Check("a resting palm is ignored, and holds no finger up", resting_palm),
        Check("gone and back at run time", survives_unplugging),
    ),
)
