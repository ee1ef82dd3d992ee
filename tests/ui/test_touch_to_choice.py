"""From the events of a panel and a keypad, through their drivers and the session's socket, to what was chosen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from drivers.events import DeviceEvent
from drivers.keypad import Keypad
from drivers.ports import Report
from drivers.simulators.virtual_input import VirtualInput
from drivers.touch_panel import TouchPanel
from firmware_msgs.hid.calibration import TURNED
from firmware_msgs.hid.device_state import DeviceState
from firmware_msgs.hid.touch import PanelSetup
from firmware_msgs.hid.typist import taps
from kiosk.front import Front
from kiosk.screens.app import ScreenApp
from kiosk.screens.widgets import Tile
from kiosk.session.views import Action, Chosen, Touched
from kiosk.touching import felt
from tests.input_devices import HEIGHT_MM, KEYBOARD, SLOT_PANEL, WIDTH_MM, at, down, now, place, up
from tests.ui.given import LENT, SITE, borrowing

CANCEL = Chosen(action=Action.CANCEL)


class Terminal:
    """Devices, session socket and screen, wired as `kiosk.main` wires them."""

    def __init__(
        self, socket: Path, state: DeviceState, make: Callable[[VirtualInput, Report], TouchPanel | Keypad]
    ) -> None:
        self.heard: list[Chosen | Touched] = []
        self.front = Front(socket, SITE, self.heard.append)
        self.app = ScreenApp(socket, monotonic=lambda: 1000.0)
        self.device = VirtualInput(state)
        self.device.plug()
        self.driver = make(self.device, self._report)

    def _report(self, event: DeviceEvent) -> None:
        message = felt(event)
        if message is not None:
            self.front.feel(message)

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[list[Tile]]:
        """Its tiles, once the socket and the screen stand and the driver holds the device."""
        self.front.show(borrowing(LENT))
        tasks = [asyncio.create_task(part) for part in (self.front.run(), self.driver.run())]
        async with self.app.run_test(size=(100, 30)) as pilot:
            await self.until(lambda: self.app.state.view == borrowing(LENT) and self.device.is_grabbed)
            await pilot.pause()
            self.app.become(replace(self.app.state, settled_at=0.0))
            yield list(self.app.query(Tile))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def until(self, met: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not met():  # noqa: ASYNC110 - a state, not an event
                await asyncio.sleep(0.01)


@pytest.fixture
def socket() -> Iterator[Path]:
    with TemporaryDirectory() as folder:  # not tmp_path: a socket's path has 107 bytes at most
        yield Path(folder) / "s"


def on_panel(tile: Tile, app: ScreenApp) -> tuple[float, float]:
    """Millimetres from the panel's upper left corner to the middle of the tile."""
    x, y = tile.region.x + tile.region.width / 2, tile.region.y + tile.region.height / 2
    return x / app.size.width * WIDTH_MM, y / app.size.height * HEIGHT_MM


@pytest.mark.parametrize("rotation", [0, 180])
async def test_a_trembling_finger_presses_the_button_it_came_down_on(socket: Path, rotation: int) -> None:
    setup = PanelSetup(TURNED[rotation])
    terminal = Terminal(
        socket, SLOT_PANEL, lambda panel, report: TouchPanel("panel", "/p", setup, report, open_port=panel.opened)
    )
    async with terminal.shown() as tiles:
        x, y = on_panel(tiles[1], terminal.app)
        if rotation == 180:
            x, y = WIDTH_MM - x, HEIGHT_MM - y
        terminal.device.send(now([at(0, *down(0, 45, x, y)), at(0.05, *place(x + 4, y - 4))]))
        await terminal.until(lambda: tiles[1].has_class("touched"))
        terminal.device.send(now([at(0, *down(1, 46, 10, 10)), at(0.1, *up(0)), at(0.2, *up(1))]))
        await terminal.until(lambda: CANCEL in terminal.heard)
        assert terminal.heard == [Touched(), CANCEL]


async def test_a_swipe_presses_nothing(socket: Path) -> None:
    terminal = Terminal(
        socket,
        SLOT_PANEL,
        lambda panel, report: TouchPanel("panel", "/p", PanelSetup(), report, open_port=panel.opened),
    )
    async with terminal.shown() as tiles:
        x, y = on_panel(tiles[1], terminal.app)
        terminal.device.send(now([at(0, *down(0, 45, x, y))]))
        await terminal.until(lambda: tiles[1].has_class("touched"))
        terminal.device.send(now([at(0, *place(x - 20, y)), at(0.1, *up(0))]))
        await terminal.until(lambda: not tiles[1].has_class("touched"))
        assert terminal.heard == [Touched()]


async def test_arrows_and_enter_choose(socket: Path) -> None:
    terminal = Terminal(
        socket, KEYBOARD, lambda keypad, report: Keypad("keypad", "/k", report, open_port=keypad.opened)
    )
    async with terminal.shown():
        terminal.device.send(now(taps(106, 28)))
        await terminal.until(lambda: CANCEL in terminal.heard)
