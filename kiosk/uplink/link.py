"""The line to the main library (design section 3): records out, receipts and answers in, signs of life."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Final

import msgspec
import structlog

from drivers.supervisor import Backoff
from firmware_msgs.config import TerminalConfig
from firmware_msgs.errors import DecodeError
from firmware_msgs.uplink.health import Beacon, Health, Heartbeat, Life, Presence
from firmware_msgs.uplink.questions import Answer
from firmware_msgs.uplink.receipts import Receipt
from firmware_msgs.uplink.signing import verify
from firmware_msgs.uplink.topics import NetworkTopics, TerminalTopics
from kiosk.errors import JournalError, KioskError, LinkError
from kiosk.identity import Identity
from kiosk.journal.store import Journal
from kiosk.moment import Moment
from kiosk.session.effects import Ask
from kiosk.session.events import AskFailed, LinkDown, LinkUp, SessionEvent
from kiosk.uplink.asking import Asking
from kiosk.uplink.mqtt import LastWord, Line, Message, connected
from kiosk.uplink.outbox import Outbox

HEARTBEAT_S: Final = 60.0
"""Shortened or lengthened by up to 20 %, so that terminals that were switched on together do not stay in step."""

HEALTH_S: Final = 900.0
"""A full report is due then at the latest."""

BACKOFF: Final = Backoff(first_s=0.5, cap_s=30.0, healthy_s=30.0)
"""One terminal alone is back in half a second; ten thousand come back over half a minute."""

FAREWELL_S: Final = 1.0
"""For the last word when leaving in order; the broker says it for us otherwise."""

NONCE_BYTES: Final = 16

_log = structlog.get_logger(__name__)


class Uplink:
    """One terminal's line. `report` takes what the session must hear, and never blocks."""

    def __init__(
        self,
        config: TerminalConfig,
        identity: Identity,
        journal: Journal,
        report: Callable[[SessionEvent], None],
        *,
        clock: Callable[[], Moment],
        health: Callable[[], Health],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._broker = config.broker
        self._identity = identity
        self._journal = journal
        self._report = report
        self._clock = clock
        self._health = health
        self._jitter = jitter
        self._topics = TerminalTopics(config.network, config.terminal)
        self._beacons = NetworkTopics(config.network).beacons
        self._outbox = Outbox(journal, identity, clock)
        self._asking = Asking(site=config.site, identity=identity, journal=journal, clock=clock, report=report)
        self._nonce = clock().entropy[:NONCE_BYTES].hex()
        self._health_changed = asyncio.Event()
        self._questions: asyncio.TaskGroup | None = None
        self._line: Line | None = None
        self._workers: set[str] = set()
        self._is_up = False
        self._trouble = ""

    def wake(self) -> None:
        """The journal has grown."""
        self._outbox.wake()

    def health_changed(self) -> None:
        """The health report would say something else now."""
        self._health_changed.set()

    def library_s(self) -> float | None:
        """The main library's Unix time; None while it has told none."""
        return self._asking.library_s()

    def ask(self, effect: Ask) -> None:
        """Ends in exactly one Answered or AskFailed; in the latter at once while the main library is not there."""
        if self._questions is None or not self._is_up:
            self._report(AskFailed(effect.ask))
        else:
            self._questions.create_task(self._asking.ask(effect, self._send_ask))

    async def run(self) -> None:
        """Keep the line until cancelled."""
        async with asyncio.TaskGroup() as questions:
            self._questions = questions
            try:
                await self._keep_connected()
            finally:
                self._questions = None

    async def _keep_connected(self) -> None:
        loop = asyncio.get_running_loop()
        wait_s: float | None = None
        while True:
            begun_s = loop.time()
            await self._connect_once()
            healthy = loop.time() - begun_s >= BACKOFF.healthy_s
            wait_s = BACKOFF.after(None if healthy else wait_s)
            await asyncio.sleep(wait_s * (1 - self._jitter() / 2))

    async def _connect_once(self) -> None:
        try:
            await self._serve()
        except* KioskError as errors:
            self._lost(str(_first(errors)))
        finally:
            self._line = None
            self._workers.clear()
            self._tell_link()

    async def _serve(self) -> None:
        connection = self._clock().monotonic_ms  # rises within a boot, through restarts of this program too
        gone = msgspec.json.encode(self._life(Presence.GONE, connection))
        async with connected(self._broker, self._identity.terminal, LastWord(self._topics.life, gone)) as line:
            await line.subscribe({self._topics.receipt: 1, self._topics.answers: 0, self._beacons: 1})
            born = msgspec.json.encode(self._life(Presence.BORN, connection))
            await line.publish(self._topics.life, born, qos=1, retain=True)
            self._found(line)
            try:
                await self._talk(line)
            except asyncio.CancelledError:
                await self._farewell(line, gone)
                raise

    async def _talk(self, line: Line) -> None:
        async with asyncio.TaskGroup() as tasks:

            def publish(payload: bytes) -> None:
                tasks.create_task(line.publish(self._topics.event, payload, qos=1))

            tasks.create_task(self._outbox.run(publish))
            tasks.create_task(self._listen(line))
            tasks.create_task(self._beat(line))
            tasks.create_task(self._tell_health(line))

    async def _farewell(self, line: Line, gone: bytes) -> None:
        try:
            async with asyncio.timeout(FAREWELL_S):
                await line.publish(self._topics.life, gone, qos=1, retain=True)
        except (LinkError, TimeoutError):
            _log.info("uplink.left_without_farewell")

    async def _listen(self, line: Line) -> None:
        while True:
            message = await line.receive()
            try:
                await self._hear(message)
            except DecodeError as error:
                _log.warning("uplink.refused", topic=message.topic, kind=error.kind, reason=error.detail)
            except JournalError as error:
                _log.error("uplink.not_settled", reason=str(error))

    async def _hear(self, message: Message) -> None:
        if message.topic == self._topics.receipt:
            receipt = verify(
                self._identity.library_signing, "receipt", self._identity.terminal, message.payload, Receipt
            )
            self._asking.hear_time(receipt.time)
            await self._outbox.receive(receipt)
        elif message.topic.startswith(self._topics.answer("")):
            answer = verify(self._identity.library_signing, "answer", self._identity.terminal, message.payload, Answer)
            self._asking.hear_time(answer.time)
            self._asking.answered(answer)
        else:
            self._hear_beacon(message)

    def _hear_beacon(self, message: Message) -> None:
        try:
            beacon = msgspec.json.decode(message.payload, type=Beacon)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise DecodeError("json", f"not a beacon: {error}") from error
        if beacon.state is Presence.GONE:
            self._workers.discard(message.topic)
        elif message.topic not in self._workers:
            self._workers.add(message.topic)
            if not message.retained:
                self._outbox.rewind()
        if not message.retained:
            self._asking.hear_time(beacon.time)
        self._tell_link()

    async def _beat(self, line: Line) -> None:
        while True:
            await line.publish(self._topics.heartbeat, msgspec.json.encode(self._heartbeat()))
            try:
                await self._journal.scrub()
            except JournalError as error:
                _log.error("uplink.not_scrubbed", reason=str(error))
            await asyncio.sleep(HEARTBEAT_S * (0.8 + 0.4 * self._jitter()))

    async def _tell_health(self, line: Line) -> None:
        while True:
            self._health_changed.clear()
            await line.publish(self._topics.health, msgspec.json.encode(self._health()), qos=1, retain=True)
            try:
                async with asyncio.timeout(HEALTH_S):
                    await self._health_changed.wait()
            except TimeoutError:
                continue

    async def _send_ask(self, ask: str, payload: bytes) -> None:
        if self._line is None:
            raise LinkError("The line to the main library was lost.")
        await self._line.publish(self._topics.ask(ask), payload)

    def _found(self, line: Line) -> None:
        self._line = line
        self._trouble = ""
        _log.info("uplink.connected", broker=f"{self._broker.host}:{self._broker.port}")

    def _lost(self, reason: str) -> None:
        if reason != self._trouble:
            self._trouble = reason
            _log.warning("uplink.lost", reason=reason)

    def _tell_link(self) -> None:
        is_up = self._line is not None and bool(self._workers)
        if is_up == self._is_up:
            return
        self._is_up = is_up
        _log.info("uplink.library_there" if is_up else "uplink.library_gone")
        if not is_up:
            self._asking.abandon()
        self._report(LinkUp() if is_up else LinkDown())

    def _life(self, state: Presence, connection: int) -> Life:
        return Life(state=state, boot=self._identity.boot, connection=connection, version=self._health().version)

    def _heartbeat(self) -> Heartbeat:
        now = self._clock()
        return Heartbeat(
            boot=self._identity.boot,
            nonce=self._nonce,
            uptime_s=now.monotonic_ms // 1000,
            sequence=self._journal.head.sequence,
            depth=self._journal.depth,
            clock=now.clock,
        )


def _first(errors: BaseExceptionGroup[KioskError]) -> KioskError:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
