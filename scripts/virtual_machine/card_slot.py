"""The slot of a CCID reader in the machine: cards laid on it live on the host."""

from __future__ import annotations

import asyncio
from pathlib import Path

from drivers.simulators.card import VirtualCard
from scripts.virtual_machine.vscard import ADD_READER, HELLO, Kind, Message, MessageDecoder

ASK_ATR = b"\x04"
"""How a `VirtualCard` is asked for its answer to reset."""


class CardSlot(asyncio.Protocol):
    """Holds at most one card."""

    def __init__(self) -> None:
        self._decoder = MessageDecoder()
        self._transport: asyncio.Transport | None = None
        self._card: VirtualCard | None = None

    async def connect(self, line: Path) -> None:
        """Connect to the reader's end of a line of the machine."""
        self._transport, _ = await asyncio.get_running_loop().create_unix_connection(lambda: self, str(line))
        self._send(HELLO)
        self._send(ADD_READER)

    def present(self, card: VirtualCard) -> None:
        """Lay the card down."""
        self._card = card
        self._send(Message(Kind.ATR, payload=card.answer(ASK_ATR) or b""))

    def remove(self) -> None:
        """Take it away."""
        self._card = None
        self._send(Message(Kind.CARD_REMOVE))

    def close(self) -> None:
        """Leave the line."""
        if self._transport is not None:
            self._transport.abort()
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """What the reader says to the card."""
        for message in self._decoder.feed(data):
            if message.kind is Kind.APDU and self._card is not None:
                self._send(Message(Kind.APDU, payload=self._card.answer(message.payload) or b""))

    def _send(self, message: Message) -> None:
        if self._transport is not None:
            self._transport.write(message.encode())
