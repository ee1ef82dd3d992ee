"""Pictures of the running screen for the documents: `scripts/screenshots [NAME …]`."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from msgspec import structs
from playwright.async_api import Browser, async_playwright
from pyte.screens import Char
from rich.cells import cell_len

from kiosk.screens.state import SETTLE_S
from kiosk.session.views import Action, View, VisitView
from tests.ui.given import VIEWS
from tests.ui.session import Session
from tests.ui.terminal import Terminal, screen_process

PICTURES = Path("docs/pictures")
CELL = (12, 24)
STYLE = """
body { margin: 0; font: 20px/24px "DejaVu Sans Mono", "Noto Sans Mono CJK SC"; }
i { position: absolute; height: 24px; font-style: normal; text-align: center; white-space: pre; }
"""
BLOCKS = {"▀": "to bottom, {fg} 50%, {bg} 50%", "▄": "to top, {fg} 50%, {bg} 50%", "▌": "to right, {fg} 50%, {bg} 50%"}
"""Drawn, not taken from a font: terminal emulators do the same, so that they meet without seams."""

DAY, NIGHT = 10, 22
LOOKS = 4


@dataclass(frozen=True)
class Picture:
    """What is shown, and the keys pressed before."""

    name: str
    view: View
    hour: int = DAY
    size: tuple[int, int] = (100, 30)
    keys: str = ""


ALL = (
    Picture("idle", VIEWS["idle"]),
    Picture("offline", VIEWS["idle-offline"], hour=NIGHT),
    Picture("borrowing", VIEWS["borrowing"]),
    Picture("borrowing-english", VIEWS["borrowing"], keys="9"),
    Picture("borrowing-night", VIEWS["borrowing"], hour=NIGHT),
    Picture("ten-books", VIEWS["ten-books"], size=(60, 20), keys="8"),
    Picture("returning", VIEWS["returning"]),
    Picture("done", VIEWS["done"]),
    Picture("out-of-service", VIEWS["out-of-service"]),
)


async def take(picture: Picture, browser: Browser) -> None:
    """Run the screen, show the view, draw what the terminal holds."""
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Path(folder) / "s")
        session.last = VIEWS["idle"]  # the palette follows the clock there
        await session.open()
        columns, rows = picture.size
        async with screen_process(session.path, columns, rows, timezone_at(picture.hour)) as terminal:
            await terminal.shows("0877-6012345")
            terminal.type(picture.keys.encode())
            await asyncio.sleep(SETTLE_S)
            session.show(offered(picture.view))
            await calm(terminal)
            page = await browser.new_page(viewport={"width": columns * CELL[0], "height": rows * CELL[1]})
            await page.set_content(f"<style>{STYLE}</style>" + "".join(cells(terminal)))
            await page.screenshot(path=PICTURES / f"{picture.name}.png")
            await page.close()
        await session.close()


def offered(view: View) -> View:
    """The view with the actions that the session offers today."""
    if not isinstance(view, VisitView):
        return view
    return structs.replace(view, actions=tuple(action for action in view.actions if action is not Action.CANCEL))


def timezone_at(hour: int) -> str:
    """A zone in which it is now about `hour` o'clock (POSIX counts westwards)."""
    ahead = (hour - datetime.now(UTC).hour + 12) % 24 - 12
    return f"PIC{-ahead}"


async def calm(terminal: Terminal) -> None:
    """Until the program has written nothing for half a second; a countdown never rests, so it is cut short."""
    received = -1
    for _ in range(LOOKS):
        if received == terminal.received:
            return
        received = terminal.received
        await asyncio.sleep(0.5)


def cells(terminal: Terminal) -> Iterator[str]:
    """Every cell at its place, as a terminal emulator draws it."""
    width, height = CELL
    for y in range(terminal.screen.lines):
        for x in range(terminal.screen.columns):
            char = terminal.screen.buffer[y][x]
            if char.data:
                box = f"left:{x * width}px;top:{y * height}px;width:{max(cell_len(char.data), 1) * width}px"
                yield f'<i style="{box};{look(char)}">{"" if char.data in BLOCKS else escape(char.data)}</i>'


def look(char: Char) -> str:
    """The colours and weight of a cell."""
    fg, bg = (f"#{colour}" if colour != "default" else "inherit" for colour in (char.fg, char.bg))
    ground = f"linear-gradient({BLOCKS[char.data].format(fg=fg, bg=bg)})" if char.data in BLOCKS else bg
    return f"color:{fg};background:{ground};font-weight:{'bold' if char.bold else 'normal'}"


async def main(names: list[str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for picture in ALL:
            if not names or picture.name in names:
                await take(picture, browser)
                print(f"screenshots: {PICTURES / picture.name}.png", file=sys.stderr)
        await browser.close()


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(sys.argv[1:]))
