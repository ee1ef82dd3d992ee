"""The VSCard protocol (libcacard's vscard_common.h): a card outside of QEMU in a CCID reader inside it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from scripts.virtual_machine.errors import MachineError

FIRST_READER: Final = 0
NO_READER: Final = 0xFFFF_FFFF
PAYLOAD_BYTES_MAX: Final = 1 << 16
"""Beyond any message here; the longest is an APDU of 65,544 bytes, which this reader does not carry."""

_HEADER: Final = struct.Struct(">III")
_VERSION: Final = 2
_NO_CAPABILITIES: Final = 0


class Kind(IntEnum):
    """What a message is."""

    INIT = 1
    ERROR = 2
    READER_ADD = 3
    READER_REMOVE = 4
    ATR = 5
    CARD_REMOVE = 6
    APDU = 7
    FLUSH = 8
    FLUSH_COMPLETE = 9


_KINDS: Final = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Message:
    """One message, either way. An ERROR of four zero bytes acknowledges."""

    kind: Kind
    reader: int = FIRST_READER
    payload: bytes = b""

    def encode(self) -> bytes:
        """On the wire."""
        return _HEADER.pack(self.kind, self.reader, len(self.payload)) + self.payload


HELLO: Final = Message(Kind.INIT, NO_READER, struct.pack(">4sII", b"VSCD", _VERSION, _NO_CAPABILITIES))
ADD_READER: Final = Message(Kind.READER_ADD, NO_READER)


class MessageDecoder:
    """Bytes in any pieces to messages. Raises MachineError, for QEMU sends nothing malformed."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[Message]:
        """The messages that these bytes complete."""
        self._buffer += data
        messages = []
        while (message := self._next()) is not None:
            messages.append(message)
        return messages

    def _next(self) -> Message | None:
        if len(self._buffer) < _HEADER.size:
            return None
        kind, reader, size = _HEADER.unpack_from(self._buffer)
        if kind not in _KINDS or size > PAYLOAD_BYTES_MAX:
            raise MachineError(f"QEMU's card reader sent no VSCard message: type {kind}, {size} bytes.")
        end = _HEADER.size + size
        if len(self._buffer) < end:
            return None
        payload, self._buffer = self._buffer[_HEADER.size : end], self._buffer[end:]
        return Message(Kind(kind), reader, payload)
