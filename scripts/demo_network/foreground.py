"""Shows one terminal's screen in the person's window, passes keys on, and takes Ctrl-C as the end."""

from __future__ import annotations

import asyncio
import signal
import unicodedata
from typing import Final

from scripts.demo_network.network import Network
from scripts.demo_network.places import PLACES, Place
from scripts.demo_network.screen_process import ScreenProcess, Size, screen_process
from scripts.demo_network.window import STDIN, Window, asks_to_end, raw_window, read_keys

RESTART_S: Final = 0.5
"""A crashed screen is back within a second; one that cannot start does not spin."""

QUIET_S: Final = 0.1
"""The foot is drawn when the screen has written nothing for this long, so never into the middle of a sequence."""

GRID_ROWS: Final = frozenset({20, 25, 30})
"""A window of just these rows is left to the screen: without its last one it would use a smaller grid."""


class Foreground:
    """What the person sees. `foot` stands in the window's last row."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._place = PLACES[0]
        self._screen: ScreenProcess | None = None
        self._turned = asyncio.Event()
        self._ended = asyncio.Event()
        self._foot: asyncio.TimerHandle | None = None

    def turn_to(self, place: Place) -> None:
        """Show this terminal's screen from now on."""
        if place is not self._place:
            self._place = place
            self._turned.set()

    async def run(self, foot: str) -> None:
        """Show screens until the person ends it."""
        loop = asyncio.get_running_loop()
        with raw_window(self._let_wait, self._listen) as window:
            loop.add_reader(STDIN, self._typed)
            loop.add_signal_handler(signal.SIGWINCH, self._resized, window, foot)
            try:
                async with asyncio.TaskGroup() as showing:
                    screens = showing.create_task(self._keep_screen(window, foot))
                    await self._ended.wait()
                    screens.cancel()
            finally:
                loop.remove_signal_handler(signal.SIGWINCH)
                loop.remove_reader(STDIN)

    async def _keep_screen(self, window: Window, foot: str) -> None:
        def drawn(data: bytes) -> None:
            window.write(data)
            self._draw_foot_later(window, foot)

        while True:
            self._turned.clear()
            socket = self._network.screen_socket(self._place)
            async with screen_process(socket, beside_foot(window.size), {}, drawn) as screen:
                crashed = await self._attend(screen)
            if crashed:
                await asyncio.sleep(RESTART_S)

    async def _attend(self, screen: ScreenProcess) -> bool:
        """Serve this screen until another is wanted, or it has crashed (True)."""
        turned = asyncio.ensure_future(self._turned.wait())
        ended = asyncio.ensure_future(screen.ended())
        self._screen = screen
        try:
            await asyncio.wait([turned, ended], return_when=asyncio.FIRST_COMPLETED)
            return not turned.done()
        finally:
            self._screen = None  # what it draws from now on puts the window in order: no foot into that
            turned.cancel()
            ended.cancel()

    def _typed(self) -> None:
        keys = read_keys()
        if not keys or asks_to_end(keys):
            self._ended.set()
        elif self._screen is not None:
            self._screen.type(keys)

    def _let_wait(self) -> None:
        """A stalled window stalls its screen, and nothing else."""
        if self._screen is not None:
            self._screen.let_wait()

    def _listen(self) -> None:
        if self._screen is not None:
            self._screen.listen()

    def _resized(self, window: Window, foot: str) -> None:
        if self._screen is not None:
            self._screen.resize(beside_foot(window.size))
        self._draw_foot_later(window, foot)

    def _draw_foot_later(self, window: Window, foot: str) -> None:
        if self._foot is not None:
            self._foot.cancel()
        self._foot = asyncio.get_running_loop().call_later(QUIET_S, self._draw_foot, window, foot)

    def _draw_foot(self, window: Window, foot: str) -> None:
        size = window.size
        if self._screen is not None and has_foot(size.rows):
            text = fitted(f" {foot}", size.columns)
            window.write(f"\x1b7\x1b[{size.rows};1H\x1b[0;7m{text}\x1b[0m\x1b8".encode())


def has_foot(rows: int) -> bool:
    """Whether the window's last row is ours."""
    return rows not in GRID_ROWS


def beside_foot(size: Size) -> Size:
    """What is left for the screen."""
    return Size(size.rows - has_foot(size.rows), size.columns)


def fitted(text: str, columns: int) -> str:
    """The text in exactly so many cells."""
    cells = 0
    for at, character in enumerate(text):
        width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if cells + width > columns:
            return text[:at] + " " * (columns - cells)
        cells += width
    return text + " " * (columns - cells)
