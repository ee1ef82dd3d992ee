"""The cable or network connection to a device, as a stream of bytes; a port's name says which."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Final, Protocol, TypeAlias

from drivers.errors import DeviceLost, DeviceSilent, DeviceUnreachable
from drivers.serial_port import SerialLine, SerialPort
from firmware_msgs.config import HOST_PATTERN

CONNECT_TIMEOUT_S = 5.0  # a device on the same network accepts within 0.1 s; a wrong address costs no more than this
WRITE_TIMEOUT_S = 5.0  # as for a serial line: past this the device holds us back for good
READ_SIZE_BYTES = 4096

KEEPALIVE_IDLE_S, KEEPALIVE_EVERY_S, KEEPALIVE_TRIES = 10, 5, 3
"""A device that only speaks when it has something to say, such as a scanner, is missed after 25 s without power."""

_TCP: Final = re.compile(r"tcp://(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):(?P<port>[0-9]{1,5})")
_HOST: Final = re.compile(HOST_PATTERN)


class Link(Protocol):
    """An open connection. One reader and one writer at a time; both raise a `DeviceFault` once it is gone."""

    address: str
    """The path or host and port, for messages."""

    async def read(self) -> bytes:
        """The next bytes, at least one. Cancelling it loses nothing."""

    async def write(self, data: bytes) -> None:
        """Hand all of `data` over."""


OpenLink: TypeAlias = AbstractAsyncContextManager[Link]


class Tap(Protocol):
    """Listens to what goes over links. Must not block."""

    def opened(self, address: str) -> None:
        """A link is open from now on, until the next one is."""

    def sent(self, data: bytes) -> None:
        """To the device."""

    def received(self, data: bytes) -> None:
        """From the device."""


TAP: Final[ContextVar[Tap | None]] = ContextVar("tap", default=None)
"""Who listens to the links opened in this context: a technician who captures a device's traffic, otherwise nobody."""


def tcp_address(port: str) -> tuple[str, int] | None:
    """Host and number of `tcp://host:port`; None for any other port. Raises ValueError for a malformed one."""
    if not port.startswith("tcp://"):
        return None
    found = _TCP.fullmatch(port)
    host, number = (found["host"].strip("[]"), int(found["port"])) if found else ("", 0)
    if not _HOST.fullmatch(host) or not 0 < number < 65_536:
        raise ValueError("is no network address. Write it as tcp://192.0.2.7:10001.")
    return host, number


@asynccontextmanager
async def open_link(port: str, line: SerialLine) -> AsyncIterator[Link]:
    """The open connection to `port`: `tcp://host:port`, or else a serial path, which is set as `line` says."""
    address = tcp_address(port)
    if address is None:
        with SerialPort(port, line) as serial_port:
            yield tapped(serial_port)
    else:
        async with _connection(*address) as connection:
            yield tapped(connection)


def tapped(link: Link) -> Link:
    """The link, which whoever listens in this context hears from now on."""
    tap = TAP.get()
    if tap is None:
        return link
    tap.opened(link.address)
    return _TappedLink(link, tap)


class _TappedLink:
    def __init__(self, link: Link, tap: Tap) -> None:
        self.address = link.address
        self._link = link
        self._tap = tap

    async def read(self) -> bytes:
        data = await self._link.read()
        self._tap.received(data)
        return data

    async def write(self, data: bytes) -> None:
        self._tap.sent(data)
        await self._link.write(data)


@asynccontextmanager
async def _connection(host: str, number: int) -> AsyncIterator[Link]:
    address = f"{host}:{number}"
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            reader, writer = await asyncio.open_connection(host, number)
    except OSError as error:  # TimeoutError is one
        raise DeviceUnreachable(address) from error
    _keep_alive(writer.get_extra_info("socket"))
    try:
        yield _TcpLink(address, reader, writer)
    finally:
        writer.transport.abort()  # whatever was not sent yet concerns a conversation that is over


def _keep_alive(connection: socket.socket) -> None:
    """Have the system ask a silent device whether it is still there, for one that lost its power says no goodbye."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE_IDLE_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, KEEPALIVE_EVERY_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, KEEPALIVE_TRIES)


class _TcpLink:
    def __init__(self, address: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.address = address
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        try:
            data = await self._reader.read(READ_SIZE_BYTES)
        except OSError as error:
            raise DeviceLost(self.address) from error
        if not data:
            raise DeviceLost(self.address)
        return data

    async def write(self, data: bytes) -> None:
        try:
            async with asyncio.timeout(WRITE_TIMEOUT_S):
                self._writer.write(data)
                await self._writer.drain()
        except TimeoutError as error:
            raise DeviceSilent(f"The device at {self.address} takes no data. Switch it off and on again.") from error
        except OSError as error:
            raise DeviceLost(self.address) from error
