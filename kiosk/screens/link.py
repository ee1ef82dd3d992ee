"""The screen's end of the socket: views in, choices out; it connects again by itself for as long as it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from kiosk.session.views import FromScreen, ToScreen

RECONNECT_S = 0.25
"""Wait before connecting again: the session is on screen within a second, and four attempts a second cost nothing."""

LINE_BYTES = 1 << 20
"""Longest message believed: a view of a pad full of books with long titles stays far below."""


class SessionLink:
    """`received` gets each message, `lost` is told when the session is gone (it may never have been there)."""

    def __init__(self, socket: Path, received: Callable[[ToScreen], None], lost: Callable[[], None]) -> None:
        self._socket = socket
        self._received = received
        self._lost = lost
        self._decoder = msgspec.json.Decoder(ToScreen)
        self._encoder = msgspec.json.Encoder()
        self._writer: asyncio.StreamWriter | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with suppress(OSError, ValueError, msgspec.DecodeError):  # ValueError: a line beyond LINE_BYTES
                await self._converse()
            self._lost()
            await asyncio.sleep(RECONNECT_S)

    def send(self, message: FromScreen) -> None:
        """Without a session there is nobody to tell: the message is dropped."""
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(self._encoder.encode(message) + b"\n")

    async def _converse(self) -> None:
        reader, self._writer = await asyncio.open_unix_connection(self._socket, limit=LINE_BYTES)
        try:
            while line := await reader.readline():
                self._received(self._decoder.decode(line))
        finally:
            self._writer.close()
            self._writer = None
