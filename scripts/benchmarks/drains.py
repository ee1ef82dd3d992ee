"""Backlogs drained: one terminal's through its whole uplink, and many terminals' into the main library."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import msgspec

from firmware_msgs.uplink.records import MAX_BATCH
from kiosk import clock
from kiosk.uplink.link import Uplink
from kiosk.watching.condition import Condition
from scripts.benchmarks.backlog import Backlog, fleet_backlogs, journal_backlog, write_journal
from scripts.benchmarks.fleet import Load
from scripts.benchmarks.ground import Ground
from scripts.benchmarks.processes import broker, central, listening, output, python
from scripts.benchmarks.result import Better, Goal, Row, Samples, row
from scripts.benchmarks.terminal import Watch, WatchedJournal
from scripts.benchmarks.traffic import CATALOGUE

UNIT: Final = "records/s"
RAW_INTAKE: Final = (
    "the same publishes from raw sockets through the same broker to a raw socket that stores the records in FULL-sync "
    "commits of SQLite and verifies nothing"
)


def terminal_drained(ground: Ground, *, rounds: int, records: int) -> Row:
    folder = ground.subfolder("drain")
    identity = ground.identity(ground.terminals[0])
    made = asyncio.run(write_journal(folder / "made.sqlite", identity, range(CATALOGUE // 2), records))
    backlog = asyncio.run(_backlog_of(ground, folder))
    ours, limit = [], []
    for _ in range(rounds):
        ours.append(_drain_rate(ground, folder / "made.sqlite"))
        limit.append(_raw_rate(ground, [backlog]))
    return row(
        "terminal_drained",
        Samples(UNIT, Better.HIGHER, ours, limit),
        Goal("ours", Better.HIGHER, 10_000),
        limit_is=RAW_INTAKE,
        note=f"a journal of {made:,} records, from connecting to the last receipt",
    )


def intake(ground: Ground, *, rounds: int, records: int) -> Row:
    return _intake(
        "intake", ground, fleet_backlogs(ground, records, batch=MAX_BATCH), rounds, Goal("ours", Better.HIGHER, 20_000)
    )


def intake_single(ground: Ground, *, rounds: int, records: int) -> Row:
    return _intake("intake_single", ground, fleet_backlogs(ground, records, batch=1), rounds, None)


def _intake(name: str, ground: Ground, backlogs: Sequence[Backlog], rounds: int, goal: Goal | None) -> Row:
    ours, limit = [], []
    for _ in range(rounds):
        ours.append(_central_rate(ground, backlogs))
        limit.append(_raw_rate(ground, backlogs))
    records = sum(backlog.publishes[-1][0] for backlog in backlogs)
    publishes = sum(len(backlog.publishes) for backlog in backlogs)
    return row(
        name,
        Samples(UNIT, Better.HIGHER, ours, limit),
        goal,
        limit_is=RAW_INTAKE,
        note=f"{len(backlogs)} terminals send {records:,} records in {publishes:,} publishes",
    )


async def _backlog_of(ground: Ground, folder: Path) -> Backlog:
    copy = Path(shutil.copy(folder / "made.sqlite", folder / "sent-raw.sqlite"))
    return await journal_backlog(copy, ground.identity(ground.terminals[0]))


def _drain_rate(ground: Ground, made: Path) -> float:
    folder = ground.subfolder("round")
    shutil.copy(made, folder / "journal.sqlite")
    with broker(folder) as port, central(ground, folder, port):
        return asyncio.run(_drain(ground, folder, port))


async def _drain(ground: Ground, folder: Path, port: int) -> float:
    name = ground.terminals[0]
    identity, settings, watch = ground.identity(name), ground.settings(name, port), Watch()
    journal = await WatchedJournal.opened(folder / settings.journal, identity, watch)
    condition = Condition(settings.site, identity.boot, (), lambda: None)
    uplink = Uplink(
        settings,
        identity,
        journal,
        lambda _event: None,
        clock=clock.now,
        health=lambda: condition.report(journal, clock.now()),
    )
    begun_ns = time.monotonic_ns()
    draining = asyncio.ensure_future(uplink.run())
    try:
        ended_ns = await watch.until_receipted(journal.head.sequence)
    finally:
        draining.cancel()
        await asyncio.wait([draining])
        await journal.close()
    return journal.head.sequence / (ended_ns - begun_ns) * 1e9


def _central_rate(ground: Ground, backlogs: Sequence[Backlog]) -> float:
    folder = ground.subfolder("round")
    with broker(folder) as port, central(ground, folder, port):
        return _rate(folder, port, backlogs)


def _raw_rate(ground: Ground, backlogs: Sequence[Backlog]) -> float:
    folder = ground.subfolder("round")
    with broker(folder) as port, _raw_intake(folder, port):
        return _rate(folder, port, backlogs)


def _raw_intake(folder: Path, port: int) -> AbstractContextManager[None]:
    command = python("scripts.benchmarks.raw_intake", str(port), str(folder / "raw.sqlite"))
    return listening(command, folder / "raw.log", port)


def _rate(folder: Path, port: int, backlogs: Sequence[Backlog]) -> float:
    """Send them all from a process of their own."""
    file = folder / "backlogs"
    file.write_bytes(msgspec.msgpack.encode(backlogs))
    said = output(python("scripts.benchmarks.fleet", str(port), str(file)))
    load = msgspec.json.decode(said, type=Load)
    return load.records / load.seconds
