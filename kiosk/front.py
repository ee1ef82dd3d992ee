"""The session's side of the screen: a Unix socket on which screens come and go. A stalled screen stalls only itself."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
import structlog

from kiosk.errors import KioskError
from kiosk.session.views import (
    Chosen,
    DoneView,
    Felt,
    FromScreen,
    Hello,
    Shown,
    SiteInfo,
    ToScreen,
    Touched,
    View,
    VisitView,
)

MAX_UNSENT_BYTES: Final = 256 * 1024
"""A screen that has not read this much is hung up on; it reconnects and gets the present view."""

MAX_LINE_BYTES: Final = 4096
"""No message of a screen is longer."""

log = structlog.get_logger()
_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Chosen | Touched] = msgspec.json.Decoder(FromScreen)


class Front:
    """Shows the last view to every screen and reports what people do on them."""

    def __init__(
        self,
        socket: Path,
        site: SiteInfo,
        report: Callable[[Chosen | Touched], None],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._socket = socket
        self._hello = _line(Hello(site=site))
        self._report = report
        self._monotonic_s = monotonic_s
        self._last: tuple[View, float] | None = None
        self._screens: set[asyncio.StreamWriter] = set()

    async def run(self) -> None:
        """Serve screens until cancelled. Raises KioskError if the socket cannot be made."""
        server = await self._listen()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            server.close()
            for screen in tuple(self._screens):
                screen.close()
            with suppress(OSError):
                self._socket.unlink()

    def show(self, view: View) -> None:
        """The view from now on; never blocks."""
        self._last = view, self._monotonic_s()
        self._send_all(_line(Shown(view=view)))

    def feel(self, felt: Felt) -> None:
        """What a person does on panel and keypad; never blocks. A screen that comes later is not told."""
        self._send_all(_line(felt))

    async def _listen(self) -> asyncio.Server:
        """A socket that a killed session left is removed by asyncio, anything else is not."""
        previous = os.umask(0o177)
        try:
            return await asyncio.start_unix_server(self._serve, self._socket, limit=MAX_LINE_BYTES)
        except OSError as error:
            raise KioskError(
                f"The screen's socket {self._socket} cannot be made ({os.strerror(error.errno or 0)}); see that its "
                "folder exists and may be written, and that no other file is at this path."
            ) from error
        finally:
            os.umask(previous)

    def _send_all(self, line: bytes) -> None:
        for screen in tuple(self._screens):
            self._send(screen, line)

    def _send(self, screen: asyncio.StreamWriter, line: bytes) -> None:
        if screen.transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            log.warning("screen.stalled")
            screen.transport.abort()
            return
        screen.write(line)

    def _present(self) -> bytes:
        """The present view for a screen that comes late: its countdown has gone on meanwhile."""
        if self._last is None:
            return b""
        view, shown_s = self._last
        if isinstance(view, VisitView | DoneView) and view.countdown is not None:
            left_s = max(0, view.countdown.remaining_s - int(self._monotonic_s() - shown_s))
            countdown = msgspec.structs.replace(view.countdown, remaining_s=left_s)
            view = msgspec.structs.replace(view, countdown=countdown)
        return _line(Shown(view=view))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._screens.add(writer)
        writer.write(self._hello + self._present())
        try:
            while line := await reader.readline():
                self._report(_decoder.decode(line))
        except (ConnectionError, ValueError, msgspec.DecodeError) as error:
            log.warning("screen.broken", reason=type(error).__name__)
        finally:
            self._screens.discard(writer)
            writer.close()


def _line(message: ToScreen) -> bytes:
    return _encoder.encode(message) + b"\n"
