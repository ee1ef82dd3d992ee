"""Joins the broker's lines, the bookkeeper and the fleet: what comes in, where it goes, what is told and when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import msgspec

from central.commits import Commit, Commits
from central.config import BrokerConfig
from central.fleet.terminals import Fleet
from central.intake import Ears, Line, Will
from central.keys import LibraryKeys
from central.storage.inbox import Mark
from central.work import Answered, Asked, Outcome, Publish, Reminder
from firmware_msgs.uplink.health import Beacon, Presence
from firmware_msgs.uplink.questions import Answer
from firmware_msgs.uplink.receipts import Receipt
from firmware_msgs.uplink.signing import sign
from firmware_msgs.uplink.topics import NetworkTopics, TerminalTopics

BEACON_S: Final = 60.0
"""A terminal that has no receipt yet learns our clock from a fresh beacon; a retained one is old."""

PAUSE_BYTES: Final = 16_000_000
RESUME_BYTES: Final = 4_000_000
"""Between these the events' socket is not read: a backlog waits in the broker and the journals, not in our memory."""


def rfc3339(now_ms: int) -> str:
    """A time of ours, in UTC."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Place:
    """Which worker of which network this is, behind which broker, on a database of which epoch."""

    network: str
    worker: str
    broker: BrokerConfig
    epoch: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The main library's clocks."""

    wall_ms: Callable[[], int]
    monotonic_s: Callable[[], float]


class Service:
    """The main library on the wire. `told` is called after every change that a monitor shows."""

    def __init__(self, place: Place, keys: LibraryKeys, fleet: Fleet, clock: Clock, told: Callable[[], None]) -> None:
        self._place = place
        self._keys = keys
        self._fleet = fleet
        self._clock = clock
        self._told = told
        self._pending: dict[str, Mark] = {}
        self._events_up = asyncio.Event()
        self._talk_up = asyncio.Event()
        self._paused = False
        topics = NetworkTopics(place.network)
        name = f"shufang-{place.network}-{place.worker}"
        self._beacon = topics.beacon(place.worker)
        self._events = Line(
            place.broker, f"{name}-events", {topics.events: 1}, Ears(on_event=self._on_event, on_up=self._events_up.set)
        )
        self._talk = Line(
            place.broker,
            name,
            {topics.asks: 0, topics.states: 1},
            Ears(
                on_message=self._on_message,
                on_up=self._on_up,
                on_room=self._send_receipts,
                will=Will(self._beacon, self._beacon_now(Presence.GONE)),
            ),
        )
        self._commits = Commits(self._tell)

    async def run(self, commit: Commit) -> None:
        """Serve until cancelled; `commit` does one transaction, in its own thread."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._commits.run(commit))
            tasks.create_task(self._events.run())
            tasks.create_task(self._talk.run())
            await self._keep_beacon()

    async def up(self) -> None:
        """Returns when the broker has been reached on both lines."""
        await self._events_up.wait()
        await self._talk_up.wait()

    async def _on_event(self, topic: str, payload: bytes) -> None:
        if self._commits.queued_bytes > PAUSE_BYTES:
            self._paused = True
            self._events.pause()
        await self._commits.durable(Publish(topic.rpartition("/")[2], payload))
        if self._paused and self._commits.queued_bytes < RESUME_BYTES:
            self._paused = False
            self._events.resume()

    def _on_message(self, topic: str, payload: bytes, retained: bool) -> None:  # noqa: FBT001 — as the line calls it
        *_, kind, second, last = topic.split("/")
        if kind == "state":
            if self._fleet.hear(second, last, payload, self._clock.monotonic_s(), retained=retained):
                self._commits.add(Reminder(second))
            self._told()
        else:
            self._commits.add(Asked(second, last, payload))

    def _on_up(self) -> None:
        """At every connection all terminals learn anew what is durable: what was sent before may be lost."""
        self._send_beacon(Presence.BORN)
        self._commits.add(Reminder(None))
        self._talk_up.set()

    def _tell(self, outcome: Outcome) -> None:
        for answered in outcome.answers:
            self._send_answer(answered)
        self._pending.update(outcome.marks)
        self._send_receipts()
        if outcome.notices:
            self._fleet.note(outcome.notices, self._clock.monotonic_s())
            self._told()

    def _send_answer(self, answered: Answered) -> None:
        topic = TerminalTopics(self._place.network, answered.terminal).answer(answered.ask)
        answer = Answer(id=answered.ask, reply=answered.reply, time=rfc3339(self._clock.wall_ms()))
        self._talk.publish(topic, sign(self._keys.signing, "answer", answered.terminal, answer), qos=0)

    def _send_receipts(self) -> None:
        """As many as the line takes; a newer mark of a stream replaces one that still waits, so they never pile up."""
        while self._pending and self._talk.has_room:
            mark = self._pending.pop(next(iter(self._pending)))
            topic = TerminalTopics(self._place.network, mark.terminal).receipt
            self._talk.publish(topic, sign(self._keys.signing, "receipt", mark.terminal, self._receipt(mark)), qos=1)

    def _receipt(self, mark: Mark) -> Receipt:
        return Receipt(
            stream=mark.stream,
            high_water=mark.high_water,
            hash=mark.hash,
            backed_up=0,
            epoch=self._place.epoch,
            parked=mark.parked,
            time=rfc3339(self._clock.wall_ms()),
        )

    def _beacon_now(self, state: Presence) -> bytes:
        time = rfc3339(self._clock.wall_ms())
        beacon = Beacon(state=state, worker=self._place.worker, epoch=self._place.epoch, time=time)
        return msgspec.json.encode(beacon)

    async def _keep_beacon(self) -> None:
        """To the end, which it tells while the lines are still there: whoever leaves in order leaves without a will."""
        try:
            while True:
                await asyncio.sleep(BEACON_S)
                self._send_beacon(Presence.BORN)
        finally:
            self._send_beacon(Presence.GONE)

    def _send_beacon(self, state: Presence) -> None:
        self._talk.publish(self._beacon, self._beacon_now(state), qos=1, retain=True)
