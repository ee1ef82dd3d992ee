"""A main library for the terminal's tests: it speaks the real wire and does what each test wants of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiomqtt
import msgspec

from firmware_msgs.uplink.health import Beacon, Presence
from firmware_msgs.uplink.questions import Answer, Ask, NotIdentified, Question, Reply, question_purpose
from firmware_msgs.uplink.receipts import Receipt
from firmware_msgs.uplink.records import GENESIS, Event, decode_publish, head_statement, record_hash
from firmware_msgs.uplink.sealing import open_sealed_to
from firmware_msgs.uplink.signing import sign
from firmware_msgs.uplink.topics import NetworkTopics, TerminalTopics
from firmware_msgs.uplink.values import Refusal
from kiosk.uplink.window import SILENCE_S
from tests.broker import Mosquitto
from tests.terminal_stage import NETWORK, Stage

AHEAD = timedelta(days=400)
"""This library's clock is far from the terminal's, so that a deadline by the wrong clock is seen."""


@dataclass
class Library:
    """What arrived, and how it answers. `marks` are what it gives receipts for; it gives none while `silent`."""

    stage: Stage
    broker: Mosquitto
    silent: bool = False
    epoch: str = "e1"
    publishes: list[list[Event]] = field(default_factory=list)
    inbox: dict[str, list[Event]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    questions: list[tuple[Ask, Question]] = field(default_factory=list)
    states: list[tuple[str, bytes]] = field(default_factory=list)
    reply: Callable[[Ask, Question], Reply | None] = lambda _ask, _question: NotIdentified(reason=Refusal.UNKNOWN_CARD)

    def __post_init__(self) -> None:
        self._topics = TerminalTopics(NETWORK, self.stage.terminal)
        self._network = NetworkTopics(NETWORK)
        self._client: aiomqtt.Client | None = None

    def now(self) -> datetime:
        return datetime.now(UTC) + AHEAD

    @property
    def client(self) -> aiomqtt.Client:
        assert self._client is not None
        return self._client

    def records(self) -> list[Event]:
        """Of all streams, as the ledger would apply them."""
        return [event for events in self.inbox.values() for event in events]

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Library]:
        """At work, over broker deaths too, until the block ends; then it says that it is gone."""
        working = asyncio.create_task(self._work())
        await until(lambda: self._client is not None)
        yield self
        if self._client is not None:
            await self.appear(Presence.GONE)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

    async def send_receipt(self, receipt: Receipt, *, by: Stage | None = None, to: str | None = None) -> None:
        key, terminal = (by or self.stage).library_signing, to or self.stage.terminal
        await self.client.publish(self._topics.receipt, sign(key, "receipt", terminal, receipt), qos=1)

    def receipt(self, stream: str, mark: int | None = None) -> Receipt:
        """For all that is kept, or only up to `mark`: then the rest is lost."""
        events = self.inbox.setdefault(stream, [])
        if mark is not None:
            self.marks[stream] = events[mark].prevhash
            del events[mark:]
        return Receipt(
            stream=stream,
            high_water=len(events),
            hash=self.marks.get(stream, GENESIS),
            backed_up=0,
            epoch=self.epoch,
            parked=0,
            time=self.now().isoformat(),
        )

    async def send_answer(self, ask: str, reply: Reply, *, by: Stage | None = None) -> None:
        answer = Answer(id=ask, reply=reply, time=self.now().isoformat())
        signed = sign((by or self.stage).library_signing, "answer", self.stage.terminal, answer)
        await self.client.publish(self._topics.answer(ask), signed, qos=0)

    async def appear(self, state: Presence) -> None:
        await self.client.publish(self._network.beacon("w1"), self._beacon(state), qos=1, retain=True)

    def _beacon(self, state: Presence) -> bytes:
        time = self.now().isoformat()
        return msgspec.json.encode(Beacon(state=state, worker="w1", epoch=self.epoch, time=time))

    async def _work(self) -> None:
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                await self._connect()
            self._client = None
            await asyncio.sleep(0.05)

    async def _connect(self) -> None:
        will = aiomqtt.Will(self._network.beacon("w1"), self._beacon(Presence.GONE), qos=1, retain=True)
        async with aiomqtt.Client(self.broker.host, self.broker.port, will=will, timeout=1) as client:
            client.pending_calls_threshold = 10_000
            await client.subscribe([(self._network.events, 1), (self._network.asks, 0), (self._network.states, 1)])
            self._client = client
            await self.appear(Presence.BORN)
            async for message in client.messages:
                assert isinstance(message.payload, bytes)
                with contextlib.suppress(aiomqtt.MqttError):  # a lost connection ends this loop by itself
                    await self._hear(message.topic.value, message.payload)

    async def _hear(self, topic: str, payload: bytes) -> None:
        kind = topic.split("/")[3]
        if kind == "event":
            await self._take(decode_publish(payload))
        elif kind == "ask":
            await self._answer(msgspec.json.decode(payload, type=Ask))
        else:
            self.states.append((topic.rpartition("/")[2], payload))

    async def _take(self, events: list[Event]) -> None:
        """What comes next in its stream is kept; the signature and the chain must be right, always."""
        hashes = [record_hash(event) for event in events]
        last = events[-1]
        statement = head_statement(last.stream, last.sequence, hashes[-1])
        self.stage.signing.public_key().verify(last.signature or b"", statement)
        self.publishes.append(events)
        kept = self.inbox.setdefault(last.stream, [])
        for event, digest in zip(events, hashes, strict=True):
            if event.sequence == len(kept) + 1:
                assert event.prevhash == self.marks.get(event.stream, GENESIS)
                kept.append(msgspec.structs.replace(event, signature=None))
                self.marks[event.stream] = digest
        if not self.silent:
            await self.send_receipt(self.receipt(last.stream))

    async def _answer(self, ask: Ask) -> None:
        purpose = question_purpose(self.stage.terminal, ask.id)
        plain = open_sealed_to(self.stage.library_sealing, ask.sealed, purpose)
        question = msgspec.json.decode(plain, type=Question)
        self.questions.append((ask, question))
        reply = self.reply(ask, question)
        if reply is not None:
            await self.send_answer(ask.id, reply)


PATIENCE_S = 0.9 * SILENCE_S
"""A test that waits longer has failed: what only the end of a silence brings about must not pass for prompt."""


async def until(true: Callable[[], bool]) -> None:
    """Wait for it."""
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110 - what is awaited is another program's doing
            await asyncio.sleep(0.005)
