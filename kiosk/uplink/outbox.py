"""The journal's way out: batches in order, a bounded window under way, settled by receipts only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeAlias

import structlog

from firmware_msgs.uplink.receipts import Receipt
from firmware_msgs.uplink.records import encode_publish, head_statement
from kiosk.identity import Identity
from kiosk.journal.store import Journal, Settling
from kiosk.moment import Moment
from kiosk.uplink.window import Batch, Window

Publish: TypeAlias = Callable[[bytes], None]
"""Hands one publish to the connection; never blocks, keeps the order."""

_log = structlog.get_logger(__name__)


class Outbox:
    """Publishes what the journal holds without a receipt, on one connection at a time."""

    def __init__(self, journal: Journal, identity: Identity, clock: Callable[[], Moment]) -> None:
        self._journal = journal
        self._signing = identity.signing
        self._clock = clock
        self._window = Window(journal.high_water, journal.high_water)
        self._changed = asyncio.Event()
        self._renewed = False

    def wake(self) -> None:
        """The journal has grown."""
        self._changed.set()

    def rewind(self) -> None:
        """What is under way may be lost: send it again."""
        self._window = self._window.rewound(self._journal.high_water)
        self._changed.set()

    async def run(self, publish: Publish) -> None:
        """Serve one connection until cancelled. Raises JournalError."""
        self.rewind()
        while True:
            self._changed.clear()
            while batch := self._window.next_batch(self._journal.head.sequence):
                await self._publish(batch, publish)
            await self._wait()
            self._window = self._window.silent(_now_s())

    async def receive(self, receipt: Receipt) -> None:
        """Take a receipt whose signature was verified. Raises JournalError."""
        restored = self._journal.epoch not in {None, receipt.epoch}
        outcome = await self._journal.settle(receipt)
        match outcome:
            case Settling.SETTLED | Settling.UNCHANGED:
                self._window = self._window.receipted(self._journal.high_water, _now_s())
                if restored:
                    self.rewind()
            case Settling.REWOUND:
                _log.warning("uplink.rewound", high_water=receipt.high_water)
                self.rewind()
            case Settling.FOREIGN:
                await self._renew(receipt)
            case Settling.OTHER_STREAM:
                pass
        self._changed.set()

    async def _publish(self, batch: Batch, publish: Publish) -> None:
        stream = self._journal.stream
        events, head = await self._journal.read(batch.after, batch.limit)
        if self._window.sent != batch.after or self._journal.stream != stream:
            return  # a receipt came meanwhile that changed where to go on
        last = batch.after + len(events)
        publish(encode_publish(events, self._signing.sign(head_statement(stream, last, head))))
        self._window = self._window.published(last, _now_s())

    async def _wait(self) -> None:
        silent_at_s = self._window.silent_at_s
        try:
            async with asyncio.timeout_at(silent_at_s):
                await self._changed.wait()
        except TimeoutError:
            _log.info("uplink.silent", high_water=self._window.mark, under_way=self._window.sent - self._window.mark)

    async def _renew(self, receipt: Receipt) -> None:
        """Once in a run: a second contradiction would be no restored disk, and each new stream costs its records."""
        if self._renewed:
            _log.error("uplink.contradicted_again", stream=receipt.stream, high_water=receipt.high_water)
            return
        _log.warning("uplink.contradicted", stream=receipt.stream, high_water=receipt.high_water)
        await self._journal.renew(self._clock())
        self._renewed = True
        self.rewind()


def _now_s() -> float:
    return asyncio.get_running_loop().time()
