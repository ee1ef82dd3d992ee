"""A simulated device on the network: its firmware and its pace behind a listening socket of this machine."""

from __future__ import annotations

import asyncio
from typing import cast

from drivers.simulators.firmware import Firmware, Reply
from drivers.simulators.in_turn import InTurn

HOST = "127.0.0.1"


class TcpCable:
    """Takes one host at a time, as such readers do, and hangs up on any other. Keeps its port when plugged in again."""

    def __init__(self, firmware: Firmware) -> None:
        self._firmware = firmware
        self._turn = InTurn(self._send)
        self._server: asyncio.Server | None = None
        self._host: asyncio.Transport | None = None
        self._port = 0

    @property
    def is_plugged(self) -> bool:
        """The network cable is in."""
        return self._server is not None

    @property
    def port(self) -> str:
        """Where a driver finds it, once it was plugged in."""
        return f"tcp://{HOST}:{self._port}"

    async def plug(self) -> None:
        """Listen; nothing to do when it does."""
        if self._server is None:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(lambda: _Connection(self), HOST, self._port)
            self._port = self._server.sockets[0].getsockname()[1]

    async def unplug(self) -> None:
        """Hang up: what was not sent yet is lost."""
        if self._server is None:
            return
        self._turn.forget()
        self._server.close()
        if self._host is not None:
            self._host.abort()
        await self._server.wait_closed()
        self._server = self._host = None

    def say(self, reply: Reply) -> None:
        """What the device sends of its own accord; lost while nobody is connected."""
        self._turn.say(reply)

    def _send(self, data: bytes) -> None:
        if self._host is not None:
            self._host.write(data)

    def connected(self, host: asyncio.Transport) -> None:
        """A host is there."""
        if self._host is not None:
            host.abort()
            return
        self._host = host

    def received(self, host: asyncio.Transport, data: bytes) -> None:
        """It asks."""
        if host is self._host:
            for reply in self._firmware.feed(data):
                self._turn.say(reply)

    def lost(self, host: asyncio.Transport) -> None:
        """It is gone."""
        if host is self._host:
            self._turn.forget()
            self._host = None


class _Connection(asyncio.Protocol):
    def __init__(self, cable: TcpCable) -> None:
        self._cable = cable
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # a server of streams makes no other
        self._cable.connected(self._transport)

    def data_received(self, data: bytes) -> None:
        if self._transport is not None:
            self._cable.received(self._transport, data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        if self._transport is not None:
            self._cable.lost(self._transport)
