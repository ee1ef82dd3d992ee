"""A line to the broker. Incoming events are acknowledged only after their durable commit.

Even that acknowledgement is not what a terminal counts on: its receipt is. gmqtt needs MQTT 5 for acknowledging late.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import structlog
from gmqtt import Client, Message
from gmqtt.mqtt.handler import MQTTConnectError
from gmqtt.storage import PersistentStorage

from central.config import BrokerConfig

RECONNECT_S: Final = 0.5
"""The broker is one and so are we: no herd to hold back, and patrons wait."""

CONNECT_TIMEOUT_S: Final = 5.0
"""A broker that takes longer to say yes is not well: try again."""

KEEPALIVE_S: Final = 20
"""A dead link is noticed after twice this."""

SESSION_EXPIRY_S: Final = 86_400
"""The broker keeps events for us while we restart; beyond that the terminals send again, for they have no receipt."""

IN_FLIGHT: Final = 15
"""Our unacknowledged publishes: brokers may allow as few as 20, and gmqtt fails beyond what they allow."""

_NEVER: Final = -2
"""gmqtt's number of reconnections (-1: without end). We make a new client, so that nothing of the old one is left."""

_TAKEN: Final = 0x00
_NOT_TAKEN: Final = 0x80

OnMessage: TypeAlias = Callable[[str, bytes, bool], None]
OnEvent: TypeAlias = Callable[[str, bytes], Awaitable[None]]

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker says for us when we are gone; retained."""

    topic: str
    payload: bytes


def _nothing(*_: object) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """Who is told what. With `on_event` the broker keeps a session for this line, and each message is acknowledged when
    `on_event` returns; else it goes to `on_message` (topic, payload, retained) and is acknowledged at once.
    `on_up`: connected, and all that was subscribed to will arrive.
    """

    on_message: OnMessage = _nothing
    on_event: OnEvent | None = None
    on_up: Callable[[], None] = _nothing
    on_room: Callable[[], None] = _nothing
    will: Will | None = None


class _Window(PersistentStorage):  # type: ignore[misc]  # gmqtt is untyped
    """gmqtt's store of unacknowledged publishes, which tells when there is room for another."""

    def __init__(self, room: Callable[[], None]) -> None:
        super().__init__()
        self._room = room

    def remove_message_by_mid(self, mid: int) -> None:
        super().remove_message_by_mid(mid)
        self._room()


class Line:
    """One connection to the broker, made again whenever it is lost. `name` is its client id."""

    def __init__(self, broker: BrokerConfig, name: str, filters: Mapping[str, int], ears: Ears) -> None:
        self._broker = broker
        self._name = name
        self._filters = filters
        self._ears = ears
        self._client: Client | None = None
        self._window = _Window(ears.on_room)

    @property
    def has_room(self) -> bool:
        """Whether a QoS 1 publish may be sent now; `on_room` tells when there is room again."""
        return self._client is not None and len(self._window.get_all()) < IN_FLIGHT

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool = False) -> None:
        """Send, if there is a connection."""
        if self._client is not None:
            self._client.publish(topic, payload, qos=qos, retain=retain)

    def pause(self) -> None:
        """Read nothing more from the broker. gmqtt has no word for it, so its socket's transport is asked."""
        if self._client is not None:
            self._client._connection._transport.pause_reading()  # noqa: SLF001

    def resume(self) -> None:
        """Read again."""
        if self._client is not None:
            self._client._connection._transport.resume_reading()  # noqa: SLF001

    async def run(self) -> None:
        """Keep the connection until cancelled; then leave in order, without the will."""
        reachable = True
        while True:
            lost = asyncio.Event()
            client = self._new_client(lost)
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT_S):
                    await client.connect(self._broker.host, self._broker.port, keepalive=KEEPALIVE_S)
                reachable = True
                _log.info("broker_connected", line=self._name)
                await self._serve(client, lost)
                _log.warning("broker_lost", line=self._name, again_in_s=RECONNECT_S)
            except (OSError, MQTTConnectError) as error:
                await client.disconnect()
                if reachable:
                    reachable = False
                    _log.warning("broker_unreachable", line=self._name, reason=str(error), again_in_s=RECONNECT_S)
            await asyncio.sleep(RECONNECT_S)

    async def _serve(self, client: Client, lost: asyncio.Event) -> None:
        self._client = client
        waiting = set(self._filters)

        def granted(*_: object) -> None:
            waiting.pop()
            if not waiting:
                self._ears.on_up()

        client.on_subscribe = granted
        for topic, qos in self._filters.items():
            client.subscribe(topic, qos=qos)
        try:
            await lost.wait()
        finally:
            self._client = None
            await client.disconnect()

    def _new_client(self, lost: asyncio.Event) -> Client:
        self._window = _Window(self._ears.on_room)
        will, keeps_session = self._ears.will, self._ears.on_event is not None
        client = Client(
            self._name,
            clean_session=not keeps_session,
            optimistic_acknowledgement=False,
            will_message=Message(will.topic, will.payload, qos=1, retain=True) if will else None,
            persistent_storage=self._window,
            session_expiry_interval=SESSION_EXPIRY_S if keeps_session else 0,
        )
        client.set_config({"reconnect_retries": _NEVER, "reconnect_delay": 0})
        client.on_disconnect = lambda *_: lost.set()
        client.on_message = self._received
        return client

    async def _received(
        self, _client: Client, topic: str, payload: bytes, _qos: int, properties: Mapping[str, object]
    ) -> int:
        """Gmqtt acknowledges with the code that this returns, when it returns."""
        if self._ears.on_event is None:
            self._ears.on_message(topic, payload, bool(properties["retain"]))
            return _TAKEN
        try:
            await self._ears.on_event(topic, payload)
        except asyncio.CancelledError:
            return _NOT_TAKEN  # we are stopping; gmqtt's callback would trip over a cancelled task
        return _TAKEN
