"""Backlogs made before the measurement: a journal's, and those of many terminals as publishes ready to be sent."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Final

import msgspec

from firmware_msgs.uplink.records import MAX_BATCH, StreamOpened, encode_publish, head_statement
from firmware_msgs.uplink.topics import TerminalTopics
from kiosk import clock
from kiosk.identity import Identity
from kiosk.journal.chain import BEGINNING, Author, Draft
from kiosk.journal.store import STREAM_BYTES, Journal
from kiosk.session.effects import Entry
from scripts.benchmarks.ground import NETWORK, Ground
from scripts.benchmarks.traffic import STEP_MS, Deed, circulation

APPENDS_TOGETHER: Final = 200
"""They share a commit: the journal's own making is not what is measured."""


class Backlog(msgspec.Struct, frozen=True):
    """One terminal's. `publishes` are the last sequence and the payload of each."""

    terminal: str
    topic: str
    receipts: str
    publishes: list[tuple[int, bytes]]


async def write_journal(path: Path, identity: Identity, items: range, records: int) -> int:
    """A journal with at least so many records, none of them receipted; how many there are."""
    deeds = circulation(items, _begin_ms(records))
    first = next(deeds)
    journal = await Journal.open(path, identity, first.moment)
    try:
        while journal.head.sequence < records:
            together = [first, *islice(deeds, APPENDS_TOGETHER)]
            first = next(deeds)
            await asyncio.gather(*(journal.append(deed.entries, deed.moment) for deed in together))
        return journal.head.sequence
    finally:
        await journal.close()


async def journal_backlog(path: Path, identity: Identity) -> Backlog:
    """What a journal would send, batched as designed."""
    journal = await Journal.open(path, identity, clock.now())
    try:
        publishes, after = [], 0
        while after < journal.head.sequence:
            events, head = await journal.read(after, MAX_BATCH)
            after += len(events)
            publishes.append(_publish(identity, events, journal.stream, after, head))
    finally:
        await journal.close()
    return _backlog(identity.terminal, publishes)


def fleet_backlogs(ground: Ground, records: int, *, batch: int) -> list[Backlog]:
    """So many records of each terminal, `batch` of them in a publish. No two terminals share an item."""
    share = 10_000 // len(ground.terminals)
    return [
        _terminal_backlog(ground.identity(terminal), range(at * share, (at + 1) * share), records, batch)
        for at, terminal in enumerate(ground.terminals)
    ]


def _terminal_backlog(identity: Identity, items: range, records: int, batch: int) -> Backlog:
    author, stream = Author(identity, os.urandom), secrets.token_hex(STREAM_BYTES)
    drafts = list(islice(_drafts(author, circulation(items, _begin_ms(records))), records))
    linked, _ = author.link(drafts, stream, BEGINNING)
    publishes = []
    for at in range(0, records, batch):
        part = linked[at : at + batch]
        last = part[-1]
        publishes.append(_publish(identity, [one.event for one in part], stream, last.sequence, last.hash))
    return _backlog(identity.terminal, publishes)


def _drafts(author: Author, deeds: Iterator[Deed]) -> Iterator[Draft]:
    first = next(deeds)
    yield author.draft(Entry(StreamOpened()), first.moment)
    yield author.draft(Entry(author.wrapped_key()), first.moment)
    for deed in chain([first], deeds):
        for entry in deed.entries:
            yield author.draft(entry, deed.moment)


def _publish(identity: Identity, events: list[bytes], stream: str, last: int, head: str) -> tuple[int, bytes]:
    return last, encode_publish(events, identity.signing.sign(head_statement(stream, last, head)))


def _backlog(terminal: str, publishes: list[tuple[int, bytes]]) -> Backlog:
    topics = TerminalTopics(NETWORK, terminal)
    return Backlog(terminal, topics.event, topics.receipt, publishes)


def _begin_ms(records: int) -> int:
    """So long ago that the last of them is in the past."""
    return time.time_ns() // 1_000_000 - (records + APPENDS_TOGETHER) * 2 * STEP_MS
