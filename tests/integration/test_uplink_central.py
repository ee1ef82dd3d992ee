"""The terminal's side against the main library's own, both killed at work."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from firmware_msgs.uplink.questions import NotIdentified
from firmware_msgs.uplink.values import Refusal
from kiosk.session.events import Answered
from tests import central_journals
from tests.broker import Mosquitto
from tests.central_process import CentralProcess
from tests.integration.uplink_library import until
from tests.integration.uplink_terminal import terminal_on
from tests.terminal_stage import SITE, Stage, events_of

pytest_plugins = ["tests.central_process"]


def ledger_records(central: CentralProcess, stream: str) -> list[tuple[int, str, bool]]:
    with closing(sqlite3.connect(central.folder / "central.db")) as database:
        rows = database.execute("SELECT sequence, id, applied FROM inbox WHERE stream = ? ORDER BY sequence", (stream,))
        return [(sequence, event_id, bool(applied)) for sequence, event_id, applied in rows]


async def test_a_backlog_arrives_once_and_in_order_while_broker_and_central_are_killed(
    tmp_path: Path, broker: Mosquitto, central: CentralProcess
) -> None:
    keys = central.keys
    stage = Stage(library_signing=keys.signing, library_sealing=keys.sealing, network=central_journals.NETWORK)
    await asyncio.to_thread(
        central.enrol, central_journals.Journal(stage.terminal, SITE, central.keys, key=stage.signing)
    )
    await asyncio.to_thread(central.start)
    async with terminal_on(stage, tmp_path, broker.port) as terminal:
        await terminal.up()
        await terminal.lend(1_500)
        await until(lambda: terminal.journal.depth < 4_000)
        central.kill()
        await terminal.lend(500)
        await asyncio.to_thread(central.start)
        await until(lambda: terminal.journal.depth < 4_000)
        broker.kill()
        await terminal.lend(10)
        broker.start()
        await terminal.settled()
        journaled = [(event.sequence, event.id, True) for event in await events_of(terminal.journal)]
        assert ledger_records(central, terminal.journal.stream) == journaled
        await terminal.up()
        ask = terminal.ask()
        await terminal.answered(ask)
        assert terminal.ends_of(ask) == [Answered(ask, NotIdentified(reason=Refusal.UNKNOWN_CARD))]
