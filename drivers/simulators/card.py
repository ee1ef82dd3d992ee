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

from drivers.simulators.chips import NOT_SUPPORTED, Chip, UidChip
from drivers.simulators.errors import SimulationError
from firmware_msgs.apdu import Response, decode_command, encode_response
from firmware_msgs.errors import DecodeError

RECONNECT_S = 0.1  # a restarted pcscd finds the card still lying there
_WRONG_LENGTH = 0x6700
_LENGTH_BYTES = 2
_SILENT_ORDERS: Final = (b"", b"\x00", b"\x01", b"\x02")  # nothing, power off, power on, reset
_ATR: Final = b"\x04"
_GARBLED_ATR: Final = b"\x11"


class CardFault(Enum):
    """How a card can fail its reader."""

    REFUSE = "refuse"  # it answers, but carries out nothing
    MUTE = "mute"  # its answer to reset is no answer, so that it cannot be powered up
    TORN = "torn"  # it is drawn away while the first command is under way


class CardGoneError(Exception):
    """The card left the field in the middle of a command."""


@dataclass(frozen=True, slots=True)
class VirtualCard:
    """A card with a UID (hex). Without a `chip` of its own it tells that and nothing else."""

    uid: str
    fault: CardFault | None = None
    chip: Chip | None = None

    def answer(self, frame: bytes) -> bytes | None:
        """What goes back for one frame from vpcd; None: nothing does. Raises `CardGoneError`."""
        chip = self.chip or UidChip(self.uid)
        if frame in _SILENT_ORDERS:
            chip.reset()
            return None
        if frame == _ATR:
            return _GARBLED_ATR if self.fault is CardFault.MUTE else chip.atr
        if self.fault is CardFault.TORN:
            raise CardGoneError
        return encode_response(self._respond(chip, frame))

    def _respond(self, chip: Chip, frame: bytes) -> Response:
        try:
            command = decode_command(frame)
        except DecodeError:
            return Response(b"", _WRONG_LENGTH)
        return Response(b"", NOT_SUPPORTED) if self.fault is CardFault.REFUSE else chip.respond(command)


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
