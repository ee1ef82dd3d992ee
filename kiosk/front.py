"""The session's side of the screen: a Unix socket on which screens come and go. A stalled screen stalls only itself."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import structlog

from kiosk.session.views import Chosen, FromScreen, Hello, Shown, SiteInfo, Touched, View

MAX_UNSENT_BYTES: Final = 256 * 1024
"""A screen that has not read this much is hung up on; it reconnects and gets the present view."""

MAX_LINE_BYTES: Final = 4096
"""No message of a screen is longer."""

log = structlog.get_logger()
_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Chosen | Touched] = msgspec.json.Decoder(FromScreen)


class Front:
    """Shows the last view to every screen and reports what people do on them."""

    def __init__(self, socket: Path, site: SiteInfo, report: Callable[[Chosen | Touched], None]) -> None:
        self._socket = socket
        self._hello = _line(Hello(site=site))
        self._report = report
        self._last: bytes | None = None
        self._screens: set[asyncio.StreamWriter] = set()

    async def run(self) -> None:
        """Serve screens until cancelled."""
        self._socket.unlink(missing_ok=True)
        previous = os.umask(0o177)
        try:
            server = await asyncio.start_unix_server(self._serve, self._socket, limit=MAX_LINE_BYTES)
        finally:
            os.umask(previous)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            server.close()
            for screen in tuple(self._screens):
                screen.close()
            self._socket.unlink(missing_ok=True)

    def show(self, view: View) -> None:
        """The view from now on; never blocks."""
        self._last = _line(Shown(view=view))
        for screen in tuple(self._screens):
            self._send(screen, self._last)

    def _send(self, screen: asyncio.StreamWriter, line: bytes) -> None:
        if screen.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            log.warning("screen.stalled")
            screen.transport.abort()
            return
        screen.write(line)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._screens.add(writer)
        writer.write(self._hello + (self._last or b""))
        try:
            while line := await reader.readline():
                self._report(_decoder.decode(line))
        except (ConnectionError, ValueError, msgspec.DecodeError) as error:
            log.warning("screen.broken", reason=type(error).__name__)
        finally:
            self._screens.discard(writer)
            writer.close()


def _line(message: Hello | Shown) -> bytes:
    return _encoder.encode(message) + b"\n"
