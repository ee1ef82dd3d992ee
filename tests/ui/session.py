"""The session's end of the screen's socket, for tests and pictures."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kiosk.session.views import Felt, FromScreen, Hello, Shown, ToScreen, View
from tests.ui.given import SITE


@dataclass
class Session:
    """The session's end of a real socket."""

    path: Path
    heard: list[FromScreen] = field(default_factory=list)
    last: View | None = None
    _screens: set[asyncio.StreamWriter] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self.path)

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        for screen in tuple(self._screens):
            screen.close()
        await self._server.wait_closed()
        self.path.unlink(missing_ok=True)

    def show(self, view: View) -> None:
        self.last = view
        for screen in self._screens:
            screen.write(_line(Shown(view=view)))

    def feel(self, felt: Felt) -> None:
        self.write(_line(felt))

    def write(self, raw: bytes) -> None:
        for screen in self._screens:
            screen.write(raw)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._screens.add(writer)
        writer.write(_line(Hello(site=SITE)))
        if self.last is not None:
            writer.write(_line(Shown(view=self.last)))
        with suppress(ConnectionError):  # a screen that ends may leave words of ours unread
            while message := await reader.readline():
                self.heard.append(msgspec.json.decode(message, type=FromScreen))
        self._screens.discard(writer)
        writer.close()


def _line(message: ToScreen) -> bytes:
    return msgspec.json.encode(message) + b"\n"
