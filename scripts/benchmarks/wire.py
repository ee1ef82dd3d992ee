"""MQTT with nothing around it: a blocking socket and packets, for limits and for a light load. One thread each."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

READ_BYTES: Final = 1 << 18
PATIENCE_S: Final = 60.0
"""A broker or a peer that says nothing for this long is dead, and so is the measurement."""

_CONNECT, _CONNACK, _PUBLISH, _PUBACK, _SUBSCRIBE, _SUBACK = 0x10, 0x20, 0x30, 0x40, 0x82, 0x90
_QOS_1: Final = 0x02
_NO_SUBSCRIBER: Final = 0x10
"""MQTT 5's reason code in a PUBACK."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A received packet: its first byte without the flags, the flags, and what follows its length."""

    kind: int
    flags: int
    body: bytes

    @property
    def is_publish(self) -> bool:
        return self.kind == _PUBLISH

    def opened(self) -> tuple[str, int | None, bytes]:
        """A publish's topic, its number (None: QoS 0 needs no acknowledgement) and payload."""
        topic_end = 2 + int.from_bytes(self.body[:2])
        topic = self.body[2:topic_end].decode()
        if not self.flags & _QOS_1:
            return topic, None, self.body[topic_end:]
        return topic, int.from_bytes(self.body[topic_end : topic_end + 2]), self.body[topic_end + 2 :]


def publish(topic: str, payload: bytes, number: int | None = None, *, properties: bytes = b"") -> bytes:
    """A publish packet; with a `number`, at QoS 1."""
    named = _text(topic) + (b"" if number is None else number.to_bytes(2)) + properties
    return _packet(_PUBLISH | (0 if number is None else _QOS_1), named + payload)


def acknowledge(number: int) -> bytes:
    """The PUBACK of a publish."""
    return _packet(_PUBACK, number.to_bytes(2))


class Line:
    """A connection by MQTT 3.1.1 (or 5, without a single property)."""

    def __init__(self, port: int, name: str, *, protocol: int = 4) -> None:
        self._no_properties = b"\0" if protocol == 5 else b""
        self._received = bytearray()
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = _text("MQTT") + bytes((protocol, 0x02, 0, 0))  # a clean session, no keep-alive
        self.send(_packet(_CONNECT, head + self._no_properties + _text(name)))
        self._expect(_CONNACK)

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def send(self, packets: bytes) -> None:
        self._socket.sendall(packets)

    def subscribe(self, topics: str, qos: int) -> None:
        self.send(_packet(_SUBSCRIBE, b"\0\1" + self._no_properties + _text(topics) + bytes((qos,))))
        self._expect(_SUBACK)

    def has_subscriber(self, topic: str) -> bool:
        """Send an empty message there and see whether it went to anybody; MQTT 5 only."""
        self.send(publish(topic, b"", 1, properties=self._no_properties))
        return self._expect(_PUBACK).body[2:3] != bytes((_NO_SUBSCRIBER,))

    def receive(self) -> list[Packet]:
        """At least one packet, and what else is there already."""
        while True:
            data = self._socket.recv(READ_BYTES)
            if not data:
                raise ConnectionError("the broker hung up")
            self._received += data
            if packets := list(self._whole()):
                return packets

    def _whole(self) -> Iterator[Packet]:
        at = 0
        while (found := packet_at(self._received, at)) is not None:
            packet, at = found
            yield packet
        del self._received[:at]

    def _expect(self, kind: int) -> Packet:
        packet = self.receive()[0]
        if packet.kind != kind:
            raise ConnectionError(f"the broker sent packet {packet.kind:#x} where {kind:#x} was due")
        return packet


def _packet(first: int, body: bytes) -> bytes:
    length, digits = len(body), bytearray()
    while True:
        length, digit = length >> 7, length & 0x7F
        digits.append(digit | (0x80 if length else 0))
        if not length:
            return bytes((first,)) + bytes(digits) + body


def _text(text: str) -> bytes:
    return len(text.encode()).to_bytes(2) + text.encode()


def packet_at(data: bytearray, at: int) -> tuple[Packet, int] | None:
    """The packet that begins there and where the next one does; None: not all of it is here."""
    length, shift, begin = 0, 0, at + 1
    while begin < len(data):
        digit = data[begin]
        length, shift, begin = length | (digit & 0x7F) << shift, shift + 7, begin + 1
        if digit < 0x80:
            end = begin + length
            first = data[at]
            return None if end > len(data) else (Packet(first & 0xF0, first & 0x0F, bytes(data[begin:end])), end)
    return None
