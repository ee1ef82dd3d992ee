"""Group commit: what arrived while the last transaction ran forms the next one; when idle, one record goes at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

import structlog

from central.storage.database import StorageError
from central.work import Outcome, Publish, Work

COMMIT_BYTES: Final = 3_000_000
"""Nearly 5,000 records, a sixth of a second: larger ones are hardly cheaper for each, and a question waits for one."""

COMMIT_BYTES_WITH_QUESTIONS: Final = 300_000
"""A person waits for this one, and a backlog need not stand still for her."""

SIGNATURE_BYTES: Final = 2_000
"""Verifying a publish's signature takes as long as taking in so much of what it signs."""

RETRY_S: Final = 1.0
"""A full or locked disk does not mend faster; nothing is acknowledged meanwhile."""

Commit: TypeAlias = Callable[[Sequence[Work]], Awaitable[Outcome]]
"""One transaction, in the thread that writes."""

_log = structlog.get_logger()


class Commits:
    """Work in, outcomes out. `queued_bytes` tells how much waits, so that the line can stop reading."""

    def __init__(self, tell: Callable[[Outcome], None]) -> None:
        self._tell = tell
        self._publishes: deque[tuple[Publish, asyncio.Future[None]]] = deque()
        self._others: list[Work] = []
        self._arrived = asyncio.Event()
        self.queued_bytes = 0

    def add(self, work: Work) -> None:
        """Work that nobody waits for."""
        self._others.append(work)
        self._arrived.set()

    async def durable(self, publish: Publish) -> None:
        """Returns when the publish is committed (or refused for good)."""
        done = asyncio.get_running_loop().create_future()
        self._publishes.append((publish, done))
        self.queued_bytes += len(publish.payload)
        self._arrived.set()
        await done

    async def run(self, commit: Commit) -> None:
        """Serve until cancelled."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._publishes or self._others:
                work, waiting = self._next()
                outcome = await _durably(commit, work)
                for done in waiting:
                    if not done.done():
                        done.set_result(None)
                self._tell(outcome)

    def _next(self) -> tuple[list[Work], list[asyncio.Future[None]]]:
        work, self._others = self._others, []
        waiting = []
        room = COMMIT_BYTES_WITH_QUESTIONS if work else COMMIT_BYTES
        while self._publishes and room > 0:
            publish, done = self._publishes.popleft()
            self.queued_bytes -= len(publish.payload)
            room -= len(publish.payload) + SIGNATURE_BYTES
            work.append(publish)
            waiting.append(done)
        return work, waiting


async def _durably(commit: Commit, work: Sequence[Work]) -> Outcome:
    while True:
        try:
            return await commit(work)
        except StorageError as error:
            _log.error("commit_failed", reason=str(error), again_in_s=RETRY_S)
            await asyncio.sleep(RETRY_S)
