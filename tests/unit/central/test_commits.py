from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from central import commits
from central.commits import COMMIT_BYTES, COMMIT_BYTES_WITH_QUESTIONS, SIGNATURE_BYTES, Commits
from central.storage.database import StorageError
from central.work import Outcome, Publish, Reminder, Work

RECORD = Publish("A", b"12345")
LONG = Publish("A", bytes(COMMIT_BYTES_WITH_QUESTIONS - SIGNATURE_BYTES))
LONG_IN_A_COMMIT = COMMIT_BYTES // COMMIT_BYTES_WITH_QUESTIONS


async def test_what_arrives_during_a_commit_forms_the_next_ones() -> None:
    sizes: list[int] = []
    first_runs, go_on = asyncio.Event(), asyncio.Event()

    async def commit(work: Sequence[Work]) -> Outcome:
        sizes.append(len(work))
        first_runs.set()
        await go_on.wait()
        return Outcome()

    group = Commits(lambda _outcome: None)
    running = asyncio.create_task(group.run(commit))
    senders = [asyncio.create_task(group.durable(RECORD))]
    await first_runs.wait()
    senders += [asyncio.create_task(group.durable(LONG)) for _ in range(LONG_IN_A_COMMIT + 2)]
    senders += [asyncio.create_task(group.durable(RECORD)) for _ in range(100)]
    await asyncio.sleep(0)
    group.add(Reminder(None))
    assert group.queued_bytes == (LONG_IN_A_COMMIT + 2) * len(LONG.payload) + 100 * len(RECORD.payload)
    go_on.set()
    await asyncio.gather(*senders)
    assert sizes == [1, 1 + 1, LONG_IN_A_COMMIT, 1 + 100]
    assert group.queued_bytes == 0
    running.cancel()


async def test_a_failed_commit_is_tried_again_and_nothing_is_told_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commits, "RETRY_S", 0.0)
    told: list[Outcome] = []
    attempts: list[Sequence[Work]] = []

    async def commit(work: Sequence[Work]) -> Outcome:
        attempts.append(work)
        if len(attempts) < 3:
            assert told == []
            raise StorageError(Path("central.db"), OSError("disk full"))
        return Outcome(records=1)

    group = Commits(told.append)
    running = asyncio.create_task(group.run(commit))
    await group.durable(RECORD)
    assert [list(work) for work in attempts] == [[RECORD]] * 3
    await asyncio.sleep(0)
    assert [outcome.records for outcome in told] == [1]
    running.cancel()
