"""A contactless card on one of vpcd's slots, by vsmartcard's socket protocol: 2-byte big-endian length, then an order
to the card (one byte) or a command APDU.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Final

from drivers.simulators.errors import SimulationError
from firmware_msgs.apdu import GET_UID, SUCCESS, Response, decode_command, encode_response
from firmware_msgs.atr import encode_memory_card_atr
from firmware_msgs.errors import DecodeError

RECONNECT_S = 0.1  # a restarted pcscd finds the card still lying there
_ISO14443A, _CLASSIC_1K = 0x03, 0x0001
_UNKNOWN_COMMAND, _NOT_SUPPORTED, _WRONG_LENGTH = 0x6D00, 0x6A81, 0x6700

_LENGTH_BYTES = 2
_SILENT_ORDERS: Final = (b"", b"\x00", b"\x01", b"\x02")  # nothing, power off, power on, reset
_ATR: Final = b"\x04"
_GOOD_ATR: Final = encode_memory_card_atr(_ISO14443A, _CLASSIC_1K)
_GARBLED_ATR: Final = b"\x11"


class CardFault(Enum):
    """How a card can fail its reader."""

    REFUSE = "refuse"  # it answers, but tells no UID
    MUTE = "mute"  # its answer to reset is no answer, so that it cannot be powered up
    TORN = "torn"  # it is drawn away while the first command is under way


class CardGoneError(Exception):
    """The card left the field in the middle of a command."""


@dataclass(frozen=True, slots=True)
class VirtualCard:
    """A memory card with a UID (hex)."""

    uid: str
    fault: CardFault | None = None

    def answer(self, frame: bytes) -> bytes | None:
        """What goes back for one frame from vpcd; None: nothing does. Raises `CardGoneError`."""
        if frame in _SILENT_ORDERS:
            return None
        if frame == _ATR:
            return _GARBLED_ATR if self.fault is CardFault.MUTE else _GOOD_ATR
        if self.fault is CardFault.TORN:
            raise CardGoneError
        return encode_response(self._respond(frame))

    def _respond(self, frame: bytes) -> Response:
        try:
            command = decode_command(frame)
        except DecodeError:
            return Response(b"", _WRONG_LENGTH)
        if command != GET_UID:
            return Response(b"", _UNKNOWN_COMMAND)
        if self.fault is CardFault.REFUSE:
            return Response(b"", _NOT_SUPPORTED)
        return Response(bytes.fromhex(self.uid), SUCCESS)


class CardSlot:
    """One slot of vpcd: a reader on which at most one card lies. Its tasks live in `group`."""

    def __init__(self, port: int, group: asyncio.TaskGroup) -> None:
        self._port = port
        self._group = group
        self._card: VirtualCard | None = None
        self._lying: asyncio.Task[None] | None = None

    @property
    def card(self) -> VirtualCard | None:
        """What lies here."""
        return self._card

    def tap(self, card: VirtualCard) -> None:
        """Lay the card down; a pcscd that is away sees it when it comes."""
        if self._card is not None:
            raise SimulationError(f"Card {self._card.uid} lies on this reader. Untap it first.")
        self._card = card
        self._lying = self._group.create_task(self._lie(card))

    def untap(self) -> None:
        """Take the card away; nothing to do when there is none."""
        if self._lying is not None:
            self._lying.cancel()
        self._card = self._lying = None

    async def _lie(self, card: VirtualCard) -> None:
        with suppress(CardGoneError):
            while True:
                with suppress(OSError, asyncio.IncompleteReadError):
                    await _serve(card, self._port)
                await asyncio.sleep(RECONNECT_S)


async def _serve(card: VirtualCard, port: int) -> None:
    """Answer vpcd until it hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while True:
            _acknowledge_at_once(writer)
            size = int.from_bytes(await reader.readexactly(_LENGTH_BYTES))
            answer = card.answer(await reader.readexactly(size))
            if answer is not None:
                writer.write(len(answer).to_bytes(_LENGTH_BYTES) + answer)
    finally:
        writer.close()


def _acknowledge_at_once(writer: asyncio.StreamWriter) -> None:
    """Linux forgets this option after a while; without it each APDU waits 40 ms for a delayed ACK."""
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
