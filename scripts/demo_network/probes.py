"""Questions that a starting program answers with yes when it can be used."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeAlias

Probe: TypeAlias = Callable[[], Awaitable[bool]]

ASK_AGAIN_S: Final = 0.02
"""Between two questions: too short for anybody to notice, too long to slow the start of what is asked."""


GREETING_BYTES: Final = 65536


async def within(seconds: float, probe: Probe) -> bool:
    """Whether the probe says yes within this time."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not await probe():  # noqa: ASYNC110 - programs, unlike tasks, set no events
                await asyncio.sleep(ASK_AGAIN_S)
            return True
    return False


def port_listens(host: str, port: int) -> Probe:
    """Something takes connections there."""

    async def probe() -> bool:
        return await _connects(asyncio.open_connection(host, port))

    return probe


def socket_greets(path: Path) -> Probe:
    """Something on this Unix socket speaks first. All that it says is read: else it would be told of a broken pipe."""

    async def probe() -> bool:
        return await _connects(asyncio.open_unix_connection(path), greeted=True)

    return probe


def socket_listens(path: Path) -> Probe:
    """Something takes connections on this Unix socket."""

    async def probe() -> bool:
        return await _connects(asyncio.open_unix_connection(path))

    return probe


async def _connects(
    connecting: Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]], *, greeted: bool = False
) -> bool:
    try:
        reader, writer = await connecting
    except OSError:
        return False
    try:
        return bool(await reader.read(GREETING_BYTES)) if greeted else True
    except OSError:
        return False
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
