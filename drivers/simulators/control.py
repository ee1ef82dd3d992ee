"""The command socket: a line of JSON in, a line of JSON out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from drivers.simulators.commands import Command
from drivers.simulators.errors import SimulationError
from drivers.simulators.simulation import Simulation

LINE_BYTES_MAX = 64 * 1024  # the longest order is a scan of some hundred characters

_decoder: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)


@asynccontextmanager
async def command_socket(path: Path, simulation: Simulation) -> AsyncIterator[None]:
    """Take orders at `path` from any number of clients; the file is gone afterwards."""
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            talks.add(task)
            task.add_done_callback(talks.discard)
        with suppress(asyncio.CancelledError):  # our own, when the socket closes; streams would report it as an error
            await _converse(reader, writer, simulation)

    server = await asyncio.start_unix_server(talk, path, limit=LINE_BYTES_MAX)
    try:
        yield
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks)
        _forget(path)


def _forget(path: Path) -> None:
    path.unlink(missing_ok=True)  # Python 3.11 leaves the file of a closed server


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, simulation: Simulation) -> None:
    try:
        while line := await _next_line(reader):
            writer.write(msgspec.json.encode(await answer(line, simulation)) + b"\n")
            await writer.drain()
    except ConnectionError:
        return
    finally:
        writer.close()


async def _next_line(reader: asyncio.StreamReader) -> bytes:
    """The next line; empty at the end of the talk. One that is too long ends it, for nothing can be told from it."""
    try:
        return await reader.readline()
    except ValueError:
        return b""


async def answer(line: bytes, simulation: Simulation) -> dict[str, Any]:
    """Obey one line; what was wrong with it is in the answer."""
    try:
        return {"ok": True, **await simulation.carry_out(_decoder.decode(line))}
    except msgspec.DecodeError as error:
        return {"ok": False, "error": f"This is no order: {error}. See drivers/simulators/commands.py."}
    except SimulationError as error:
        return {"ok": False, "error": str(error)}
