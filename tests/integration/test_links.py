"""A device by TCP: the same link as by a serial line, and each fault in words."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from drivers.errors import DeviceLost, DeviceUnreachable
from drivers.links import TAP, open_link, tcp_address
from drivers.serial_port import SerialLine

pytestmark = pytest.mark.usefixtures("no_leaks")

LINE = SerialLine(38400)


@asynccontextmanager
async def echo() -> AsyncIterator[str]:
    """A device that sends back what it gets, and hangs up at a zero byte."""

    idle = asyncio.Event()
    idle.set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        idle.clear()
        with suppress(ConnectionError):
            while (data := await reader.read(100)) and 0 not in data:
                writer.write(data)
        writer.transport.abort()
        idle.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await idle.wait()


async def test_what_is_written_arrives_and_what_arrives_is_read() -> None:
    async with echo() as port, open_link(port, LINE) as link:
        await link.write(b"\x02\x00")  # a zero: hung up without an answer
        with pytest.raises(DeviceLost, match=r"127\.0\.0\.1"):
            await link.read()


async def test_a_cancelled_read_loses_nothing() -> None:
    async with echo() as port, open_link(port, LINE) as link:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await link.read()
        await link.write(b"abc")
        assert await link.read() == b"abc"


async def test_the_system_looks_after_a_device_that_never_says_anything() -> None:
    async with echo() as port, open_link(port, LINE):
        assert timer_towards(int(port.rpartition(":")[2])) == KEEPALIVE


KEEPALIVE = "02"


def timer_towards(number: int) -> str:
    """The kind of timer that the kernel keeps for the connection to that port (proc_net_tcp.rst of Linux)."""
    rows = [line.split() for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    (timer,) = [row[5] for row in rows if row[2].endswith(f":{number:04X}") and row[3] == "01"]
    return timer.partition(":")[0]


async def test_nobody_there_is_told_in_words() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(DeviceUnreachable, match="network cable"):
            async with open_link(port, LINE):
                pass


class Notes:
    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes | str]] = []

    def opened(self, address: str) -> None:
        self.heard.append(("opened", address))

    def sent(self, data: bytes) -> None:
        self.heard.append(("sent", data))

    def received(self, data: bytes) -> None:
        self.heard.append(("received", data))


async def test_a_tap_hears_both_ways_in_its_own_context_only() -> None:
    notes = Notes()

    async def tapped(port: str) -> None:
        TAP.set(notes)
        async with open_link(port, LINE) as link:
            await link.write(b"abc")
            await link.read()

    async with echo() as port:
        await asyncio.create_task(tapped(port))
        async with open_link(port, LINE) as link:
            await link.write(b"not heard")
            await link.read()
    assert notes.heard == [("opened", port.removeprefix("tcp://")), ("sent", b"abc"), ("received", b"abc")]


@pytest.mark.parametrize("port", ["/dev/ttyUSB0", "reader.tty"])
def test_a_path_is_no_network_address(port: str) -> None:
    assert tcp_address(port) is None


@pytest.mark.parametrize(
    "port",
    [
        "tcp://",
        "tcp://host",
        "tcp://host:0",
        "tcp://host:65536",
        "tcp://a b:1",
        "tcp://h:1x",
        "tcp://192.168..7:1",
        "tcp://.:1",
        f"tcp://{'h' * 64}:1",
    ],
)
def test_a_malformed_network_address_is_refused(port: str) -> None:
    with pytest.raises(ValueError, match="tcp://192"):
        tcp_address(port)


def test_network_addresses() -> None:
    assert tcp_address("tcp://192.0.2.7:10001") == ("192.0.2.7", 10001)
    assert tcp_address("tcp://[2001:db8::7]:10001") == ("2001:db8::7", 10001)
