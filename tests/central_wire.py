"""The terminal's end of the line in tests: publishes, and waits for signed receipts and answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import aiomqtt
import msgspec

from central.keys import LibraryKeys
from firmware_msgs.uplink.questions import Answer, Ask, Query, Question, Reply, question_purpose
from firmware_msgs.uplink.receipts import Receipt
from firmware_msgs.uplink.sealing import seal_to
from firmware_msgs.uplink.signing import verify
from firmware_msgs.uplink.topics import TerminalTopics
from tests.broker import Mosquitto
from tests.central_journals import NETWORK, Journal

WITHIN_S = 15.0
"""A loaded machine; the usual is milliseconds."""

T = TypeVar("T")


class Wire:
    """One connection of a terminal."""

    def __init__(self, client: aiomqtt.Client, journal: Journal, library: LibraryKeys) -> None:
        self._client = client
        self._library = library
        self.journal = journal
        self.topics = TerminalTopics(NETWORK, journal.terminal)

    async def send(self, first: int, last: int) -> None:
        await self._client.publish(self.topics.event, self.journal.publish(first, last), qos=1)

    async def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> None:
        await self._client.publish(topic, payload, qos=qos, retain=retain)

    async def receipt(self, fits: Callable[[Receipt], bool]) -> Receipt:
        """The next receipt that fits."""
        public = self._library.signing.public_key()
        async with asyncio.timeout(WITHIN_S):
            async for message in self._client.messages:
                if message.topic.matches(self.topics.receipt):
                    receipt = verify(public, "receipt", self.journal.terminal, bytes(message.payload), Receipt)
                    if fits(receipt):
                        return receipt
        raise AssertionError("the messages ended")

    async def receipted(self) -> Receipt:
        """The receipt for everything in the journal."""
        return await self.receipt(lambda receipt: receipt.high_water == len(self.journal.encoded))

    async def ask(self, query: Query, unreceipted: tuple[bytes, ...] = ()) -> Reply:
        ask_id = self.journal.new_id()
        question = Question(query=query, unreceipted=tuple(map(msgspec.Raw, unreceipted)))
        purpose = question_purpose(self.journal.terminal, ask_id)
        deadline = datetime.now(UTC) + timedelta(seconds=WITHIN_S)
        ask = Ask(
            id=ask_id,
            site=self.journal.site,
            deadline=deadline.isoformat(),
            sealed=seal_to(self._library.sealing.public_key(), msgspec.json.encode(question), purpose),
        )
        await self._client.publish(self.topics.ask(ask_id), msgspec.json.encode(ask), qos=0)
        async with asyncio.timeout(WITHIN_S):
            async for message in self._client.messages:
                if message.topic.matches(self.topics.answer(ask_id)):
                    public = self._library.signing.public_key()
                    return verify(public, "answer", self.journal.terminal, bytes(message.payload), Answer).reply
        raise AssertionError("the messages ended")


@asynccontextmanager
async def wired(broker: Mosquitto, journal: Journal, library: LibraryKeys) -> AsyncIterator[Wire]:
    async with aiomqtt.Client(broker.host, broker.port, identifier=journal.terminal) as client:
        wire = Wire(client, journal, library)
        await client.subscribe([(wire.topics.receipt, 1), (wire.topics.answers, 0)])
        yield wire
