"""One connection to an MQTT broker; its errors are LinkErrors in words for people.

Of aiomqtt 2.5.1: a client that is used again keeps stale messages, so each connection has a new one; a publish that the
broker denies returns like any other; a failed connection attempt leaves its socket open.
"""

from __future__ import annotations

import asyncio
import math
import socket
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import aiomqtt

from firmware_msgs.config import Broker
from kiosk.errors import LinkError

KEEPALIVE_S: Final = 15
"""A line that died silently is noticed within twice this; asks have their own, shorter deadline."""

BROKER_ANSWER_S: Final = 5.0
"""CONNACK, SUBACK and the end of a connection come at once, or the broker is not well."""

MAX_UNACKNOWLEDGED: Final = 4_000
"""QoS 1 publishes under way. The outbox bounds what it has under way itself; above this, paho would queue."""

_SUBSCRIBE_FAILURE: Final = 0x80
_NO_DELAY: Final = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@dataclass(frozen=True, slots=True)
class Message:
    """`retained` ones were published before this connection."""

    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class LastWord:
    """What the broker publishes, retained, if the connection is lost."""

    topic: str
    payload: bytes


class Line:
    """An open connection."""

    def __init__(self, client: aiomqtt.Client, where: str) -> None:
        self._client = client
        self._where = where

    async def subscribe(self, filters: Mapping[str, int]) -> None:
        """Filters with their QoS. Raises LinkError."""
        with _translated(self._where):
            codes: Iterable[Any] = await self._client.subscribe(list(filters.items()))
        for wanted, code in zip(filters, codes, strict=True):
            if getattr(code, "value", code) >= _SUBSCRIBE_FAILURE:
                raise LinkError(f"The broker at {self._where} does not let this terminal read {wanted}.")

    async def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> None:
        """Sent in the order of the first steps of these coroutines; at QoS 1 it returns when the broker has it, which
        says nothing about anybody else. Raises LinkError.
        """
        with _translated(self._where):
            await self._client.publish(topic, payload, qos=qos, retain=retain, timeout=math.inf)

    async def receive(self) -> Message:
        """The next message. Raises LinkError."""
        with _translated(self._where):
            message = await anext(self._client.messages)
        return Message(message.topic.value, message.payload, message.retain)


@asynccontextmanager
async def connected(broker: Broker, identifier: str, last_word: LastWord) -> AsyncIterator[Line]:
    """A connection with a clean session, MQTT 3.1.1. Raises LinkError."""
    where = f"{broker.host}:{broker.port}"
    with _translated(where):
        client = aiomqtt.Client(
            broker.host,
            broker.port,
            identifier=identifier,
            will=aiomqtt.Will(last_word.topic, last_word.payload, qos=1, retain=True),
            keepalive=KEEPALIVE_S,
            timeout=BROKER_ANSWER_S,
            max_inflight_messages=MAX_UNACKNOWLEDGED,
            socket_options=[_NO_DELAY],
        )
        client.pending_calls_threshold = MAX_UNACKNOWLEDGED
        await _enter(client)
        try:
            yield Line(client, where)
        finally:
            await client.__aexit__(None, None, None)


async def _enter(client: aiomqtt.Client) -> None:
    """Connecting runs in a thread that cannot be cancelled: wait for it, then close what it opened."""
    entering = asyncio.ensure_future(client.__aenter__())
    try:
        await asyncio.shield(entering)
    except BaseException:
        with suppress(aiomqtt.MqttError):
            await entering
        client._client.disconnect()  # noqa: SLF001 - aiomqtt has no other way to close the socket that it leaves open
        await asyncio.sleep(0)  # for its task, which that has cancelled
        raise


@contextmanager
def _translated(where: str) -> Iterator[None]:
    try:
        yield
    except aiomqtt.MqttError as error:
        raise LinkError(f"The broker at {where} {_trouble(error)}.") from error


def _trouble(error: aiomqtt.MqttError) -> str:
    cause = error.__context__
    if isinstance(error, aiomqtt.exceptions.MqttConnectError):
        return f"refuses this terminal ({error}); see that it is enrolled there"
    if isinstance(cause, ConnectionRefusedError):
        return "is not running: nothing listens at this address"
    if isinstance(cause, socket.gaierror):
        return "cannot be found by this name; check the configuration and the network"
    if isinstance(cause, TimeoutError):
        return "does not answer; check the network between here and there"
    if isinstance(cause, OSError):
        return f"cannot be reached ({cause.strerror}); check the network"
    return "closed the connection"
