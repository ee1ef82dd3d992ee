"""Our end of the simulated reader's process."""

from __future__ import annotations

import asyncio
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from scripts.benchmarks.ground import ROOT
from scripts.benchmarks.processes import DIES_WITH_US, BenchmarkError, python
from scripts.benchmarks.reader_process import ReaderPace

START_S: Final = 10.0
LOOK_S: Final = 0.01


class SimulatedReader:
    """Books by their numbers come and go on its pad."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def place(self, numbers: Iterable[int]) -> int:
        """Lay them down together, and tell when (monotonic, ns)."""
        placed_ns = time.monotonic_ns()
        self._order("place " + " ".join(map(str, numbers)))
        return placed_ns

    def clear(self) -> None:
        """Take everything away."""
        self._order("clear")

    async def last_byte_ns(self, number: int) -> int:
        """When the last byte of the answer with this book's memory was written."""
        self._order(f"when {number}")
        if self._process.stdout is None or not (line := await self._process.stdout.readline()):
            raise BenchmarkError("the simulated reader ended")
        return int(line)

    def _order(self, text: str) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(f"{text}\n".encode())


@asynccontextmanager
async def simulated_reader(link: Path, pace: ReaderPace) -> AsyncIterator[SimulatedReader]:
    """A FEIG reader at `link`, in a process of its own."""
    command = [*DIES_WITH_US, *python("scripts.benchmarks.reader_process", str(link), pace)]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=ROOT)
    try:
        async with asyncio.timeout(START_S):
            while not link.is_symlink():  # noqa: ASYNC110, ASYNC240 - another process makes it, on a local disk
                await asyncio.sleep(LOOK_S)
        yield SimulatedReader(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()  # it ends when its orders do
        await process.wait()
