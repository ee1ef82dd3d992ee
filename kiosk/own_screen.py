"""The screen in the session's own terminal: a process beside it, started again whenever it ends."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final

import structlog

STEADY_S: Final = 5.0
"""A screen that lived this long can start, so the next one may at once: a person is waiting before it."""

FIRST_PAUSE_S: Final = 0.25
LONGEST_PAUSE_S: Final = 8.0
"""A screen that cannot start takes its share of a small machine's CPU no more often than this."""

ENDING_S: Final = 3.0
"""Time to give the terminal back in order; after that it is killed."""

log = structlog.get_logger()


def pause_after(lived_s: float, last_pause_s: float) -> float:
    """How long to wait before the next screen; doubles while screens do not live."""
    if lived_s > STEADY_S:
        return 0.0
    return min(max(FIRST_PAUSE_S, 2 * last_pause_s), LONGEST_PAUSE_S)


async def keep_screen(socket: Path) -> None:
    """Until cancelled; then the screen has ended too. Of a row of like failures only the first is logged."""
    now_s = asyncio.get_running_loop().time
    pause_s = 0.0
    told = None
    while True:
        began_s = now_s()
        code = await _one_screen(socket)
        pause_s = pause_after(now_s() - began_s, pause_s)
        if not pause_s or code != told:
            log.warning("screen.ended", exit_code=code)
            told = code
        await asyncio.sleep(pause_s)


async def _one_screen(socket: Path) -> int:
    """Its exit code."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "kiosk.main", "screen", "--connect", str(socket)
    )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), ENDING_S)
    except TimeoutError:
        process.kill()
        await process.wait()
