"""From the last byte of a tag's answer to the durable loan, and on to its receipt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import Final

from drivers.pad.reader import Pace
from firmware_msgs.uplink.records import LoanConfirmed, LoanOpened
from scripts.benchmarks import traffic
from scripts.benchmarks.disk import RawDisk
from scripts.benchmarks.echo import Echo
from scripts.benchmarks.ground import Ground
from scripts.benchmarks.processes import broker, central
from scripts.benchmarks.reader import SimulatedReader, simulated_reader
from scripts.benchmarks.reader_process import ReaderPace
from scripts.benchmarks.result import Better, Goal, Row, Samples, row
from scripts.benchmarks.terminal import Kiosk, kiosk

BOOKS_A_VISIT: Final = 10
QUIET_S: Final = 0.01
"""Before and after each raw write: scans, and writes, come about 30 ms apart."""

BUSY_PAD: Final = Pace(idle_pause_s=0.005)
"""The pad looks as often as it can, so that scans come as often as the writes that they are compared with."""

COMMITS_TO_RECEIPT: Final = 2
"""The journal's and the main library's."""


@dataclass(frozen=True, slots=True)
class Scan:
    """When (monotonic, ns) the tag's last byte was written and its loan was durable, and that record's sequence."""

    last_byte_ns: int
    durable_ns: int
    sequence: int


def scan_to_durable(ground: Ground, *, samples: int) -> Row:
    ours, limit = asyncio.run(_durable(ground, samples))
    return row(
        "scan_to_durable",
        Samples("ms", Better.LOWER, ours, limit),
        Goal("ratio", Better.LOWER, 2.0),
        limit_is="one paced 4 KiB write into a laid-out file + fdatasync",
        note="last byte on the pty -> loan_opened committed, decided offline; the reader's own times are left out",
    )


def scan_to_receipt(ground: Ground, *, samples: int) -> Row:
    ours, limit = asyncio.run(_receipted(ground, samples))
    return row(
        "scan_to_receipt",
        Samples("ms", Better.LOWER, ours, limit),
        Goal("ours", Better.LOWER, 5.0),
        limit_is=f"{COMMITS_TO_RECEIPT} of the same raw writes + a raw round trip through the broker",
        note="the same record, until its signed receipt was verified; idle broker and main library",
    )


async def _durable(ground: Ground, samples: int) -> tuple[list[float], list[float]]:
    ours, limit = [], []
    with RawDisk(ground.folder / "raw") as disk:
        async with _scanning(ground, port=1, online=False) as (terminal, reader):
            async for scan in _scans(terminal, reader, samples):
                ours.append((scan.durable_ns - scan.last_byte_ns) / 1e6)
                await asyncio.sleep(QUIET_S)
                limit.append(disk.write_ms())
                await asyncio.sleep(QUIET_S)
    return ours, limit


async def _receipted(ground: Ground, samples: int) -> tuple[list[float], list[float]]:
    ours, limit = [], []
    folder = ground.subfolder("receipt")
    with (
        broker(folder) as port,
        central(ground, folder, port),
        closing(Echo(port)) as echo,
        RawDisk(ground.folder / "raw") as disk,
    ):
        async with _scanning(ground, port=port, online=True) as (terminal, reader):
            async for scan in _scans(terminal, reader, samples):
                receipted_ns = await terminal.watch.until_receipted(scan.sequence)
                ours.append((receipted_ns - scan.last_byte_ns) / 1e6)
                await asyncio.sleep(QUIET_S)
                limit.append(sum(disk.write_ms() for _ in range(COMMITS_TO_RECEIPT)) + echo.round_trip_ms())
                await asyncio.sleep(QUIET_S)
    return ours, limit


@asynccontextmanager
async def _scanning(ground: Ground, *, port: int, online: bool) -> AsyncIterator[tuple[Kiosk, SimulatedReader]]:
    name = ground.terminals[0]
    folder = ground.subfolder("terminal")
    link = folder / "pad"
    async with (
        simulated_reader(link, ReaderPace.PROMPT) as reader,
        kiosk(
            ground.settings(name, port), folder, ground.identity(name), link=link, pace=BUSY_PAD, online=online
        ) as terminal,
    ):
        yield terminal, reader


async def _scans(terminal: Kiosk, reader: SimulatedReader, samples: int) -> AsyncIterator[Scan]:
    """Visits of ten books, each book borrowed to its end before the next is laid down."""
    for begin in range(0, samples, BOOKS_A_VISIT):
        books = range(begin, min(begin + BOOKS_A_VISIT, samples))
        await terminal.begin_visit(traffic.card(begin))
        for number in books:
            yield await _scan(terminal, reader, number)
        await terminal.end_visit(reader.clear)


async def _scan(terminal: Kiosk, reader: SimulatedReader, number: int) -> Scan:
    reader.place([number])
    durable_ns, sequence = await terminal.watch.until_durable(LoanOpened, traffic.item(number))
    await terminal.watch.until_durable(LoanConfirmed, traffic.item(number))
    return Scan(await reader.last_byte_ns(number), durable_ns, sequence)
