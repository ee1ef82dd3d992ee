"""The screen as a program."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from kiosk.screens.app import ScreenApp

FEW_COLOURS = ("dumb", "linux", "screen", "vt")
"""Terminals that would misread 24-bit colours."""


def run_screen(socket: Path) -> int:
    """Show the session behind `socket` until ended by a signal; the exit code."""
    for stale in ("COLUMNS", "LINES"):  # a parent's idea of the size; the terminal itself knows better
        os.environ.pop(stale, None)
    if not os.environ.get("TERM", "").startswith(FEW_COLOURS):
        os.environ["COLORTERM"] = "truecolor"  # xterm and ssh do not say so themselves, and the palette needs it
    return asyncio.run(_run(ScreenApp(socket)))


async def _run(app: ScreenApp) -> int:
    for ending in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(ending, app.exit)
    await app.run_async()
    return app.return_code or 0
