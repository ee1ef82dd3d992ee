from __future__ import annotations

from pathlib import Path

import pytest

from central.deliveries import Terminal, open_publish
from firmware_msgs.uplink.records import GENESIS
from scripts.benchmarks.backlog import Backlog, fleet_backlogs, journal_backlog, write_journal
from scripts.benchmarks.ground import NETWORK, Ground


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground(tmp_path_factory.mktemp("ground"), ["t00", "t01"])


def check(ground: Ground, backlog: Backlog) -> int:
    """Open everything as the main library does, which verifies chain and signatures; the number of records."""
    key = ground.identity(backlog.terminal).signing.public_key()
    terminal = Terminal(NETWORK, backlog.terminal, "bench", key)
    deliveries = [open_publish(terminal, payload) for _, payload in backlog.publishes]
    hashes = [GENESIS, *(delivery.hashes[-1] for delivery in deliveries)]
    assert [delivery.events[0].prevhash for delivery in deliveries] == hashes[:-1]
    assert [delivery.last for delivery in deliveries] == [last for last, _ in backlog.publishes]
    return deliveries[-1].last


@pytest.mark.parametrize("batch", [1, 100])
def test_a_fleets_backlogs_are_what_terminals_would_send(ground: Ground, batch: int) -> None:
    backlogs = fleet_backlogs(ground, 250, batch=batch)
    assert [backlog.terminal for backlog in backlogs] == ["t00", "t01"]
    assert [check(ground, backlog) for backlog in backlogs] == [250, 250]


async def test_a_journals_backlog_is_all_of_it(ground: Ground, tmp_path: Path) -> None:
    identity = ground.identity("t00")
    written = await write_journal(tmp_path / "journal", identity, range(100), 300)
    assert written >= 300
    assert check(ground, await journal_backlog(tmp_path / "journal", identity)) == written + 1  # this start's key
