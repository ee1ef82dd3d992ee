"""Ten books laid on the pad together, until the last loan is confirmed, at a real reader's pace."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from drivers.pad.reader import Pace
from drivers.simulators.timing import exchange_s
from firmware_msgs.config import AfiPair
from firmware_msgs.feig.answers import Answer, Done
from firmware_msgs.feig.inventory import ItemTag
from firmware_msgs.feig.requests import Request
from firmware_msgs.feig.tag_answers import Block, Blocks, Inventory, SystemInformation
from firmware_msgs.feig.tag_requests import GetSystemInformation, ReadBlocks, TakeInventory, WriteAfi
from firmware_msgs.tags import iso28560_3
from firmware_msgs.tags.detect import HEAD_BYTES
from firmware_msgs.uplink.records import LoanConfirmed
from scripts.benchmarks import traffic
from scripts.benchmarks.ground import Ground
from scripts.benchmarks.reader import SimulatedReader, simulated_reader
from scripts.benchmarks.reader_process import ReaderPace
from scripts.benchmarks.result import Better, Goal, Row, Samples, row
from scripts.benchmarks.terminal import Kiosk, kiosk

BOOKS: Final = 10
BLOCK_BYTES: Final = 4


def pad_of_ten(ground: Ground, *, samples: int) -> Row:
    ours = asyncio.run(_borrowed_ms(ground, samples))
    limit = [1000 * computed_s(range(books, books + BOOKS)) for books in range(0, samples * BOOKS, BOOKS)]
    return row(
        "pad_of_ten",
        Samples("ms", Better.LOWER, ours, limit),
        Goal("ratio", Better.LOWER, 1.25),
        limit_is="computed air and serial time: an inventory; of each tag: information, memory, AFI write, read-back",
        note="ten tags laid down at once -> tenth loan_confirmed committed, the wait for the next look included",
    )


def computed_s(books: range) -> float:
    """The least that these books take on the air and on the serial line."""
    tags = tuple(ItemTag(traffic.uid(number), iso28560_3.DSFID) for number in books)
    exchanges: list[tuple[Request, Answer]] = [(TakeInventory(), Inventory(tags, more=False))]
    for tag in tags:
        exchanges += _borrowing(tag.uid)
    uids = [tag.uid for tag in tags]
    return sum(exchange_s(request, answer, uids) for request, answer in exchanges)


def _borrowing(uid: str) -> Sequence[tuple[Request, Answer]]:
    """What must be asked of one tag."""
    information = SystemInformation(
        uid, iso28560_3.DSFID, AfiPair().secured, BLOCK_BYTES, block_count=28, ic_reference=1
    )
    blocks = HEAD_BYTES // BLOCK_BYTES
    return (
        (GetSystemInformation(uid), information),
        (ReadBlocks(uid, 0, blocks), Blocks((Block(bytes(BLOCK_BYTES)),) * blocks)),
        (WriteAfi(uid, AfiPair().on_loan), Done()),
        (GetSystemInformation(uid), information),
    )


async def _borrowed_ms(ground: Ground, samples: int) -> list[float]:
    name, folder = ground.terminals[0], ground.subfolder("pad")
    link = folder / "pad"
    async with (
        simulated_reader(link, ReaderPace.REAL) as reader,
        kiosk(
            ground.settings(name, port=1), folder, ground.identity(name), link=link, pace=Pace(), online=False
        ) as terminal,
    ):
        return [await _one_pad_ms(terminal, reader, range(at, at + BOOKS)) for at in range(0, samples * BOOKS, BOOKS)]


async def _one_pad_ms(terminal: Kiosk, reader: SimulatedReader, books: range) -> float:
    await terminal.begin_visit(traffic.card(books[0]))
    placed_ns = reader.place(books)
    ended_ns = [(await terminal.watch.until_durable(LoanConfirmed, traffic.item(number)))[0] for number in books]
    await terminal.end_visit(reader.clear)
    return (max(ended_ns) - placed_ns) / 1e6
