from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers import serial_port
from drivers.errors import DeviceLost, DeviceSilent, PortForbidden, PortInUse, PortMissing, PortUnusable
from drivers.serial_port import SerialLine, SerialPort
from drivers.simulators.pty_host import PtyHost

LINE = SerialLine(baudrate=9600, parity="E", stopbits=2)
LARGE = bytes(range(256)) * 400  # far more than a pty holds
NOBODY = 65534

pytestmark = pytest.mark.usefixtures("no_leaks")


class Echo:
    """What is at the far end of the cable."""

    def __init__(self, link: Path) -> None:
        self.heard = bytearray()
        self.host = PtyHost(link, self._hear)
        self._news = asyncio.Event()

    async def heard_so_many(self, count: int) -> None:
        while len(self.heard) < count:
            self._news.clear()
            await self._news.wait()

    def _hear(self, data: bytes) -> None:
        self.heard += data
        self._news.set()


@contextmanager
def plugged(tmp_path: Path) -> Iterator[Echo]:
    echo = Echo(tmp_path / "port")
    echo.host.plug()
    try:
        yield echo
    finally:
        echo.host.unplug()


async def test_bytes_go_both_ways_unchanged(tmp_path: Path) -> None:
    with plugged(tmp_path) as far, SerialPort(str(far.host.link), LINE) as port:
        far.host.send(bytes(range(256)))
        got = b""
        while len(got) < 256:
            got += await port.read()
        assert got == bytes(range(256))
        await port.write(LARGE)
        await far.heard_so_many(len(LARGE))
        assert bytes(far.heard) == LARGE


async def test_a_cancelled_read_loses_nothing(tmp_path: Path) -> None:
    with plugged(tmp_path) as far, SerialPort(str(far.host.link), LINE) as port:
        for _ in range(3):
            reading = asyncio.create_task(port.read())
            await asyncio.sleep(0)
            far.host.send(b"x")
            reading.cancel()
            await asyncio.wait([reading])
            assert reading.cancelled()
            assert await port.read() == b"x"


async def test_drawing_the_cable_ends_a_waiting_read(tmp_path: Path) -> None:
    with plugged(tmp_path) as far, SerialPort(str(far.host.link), LINE) as port:
        reading = asyncio.create_task(port.read())
        await asyncio.sleep(0)
        far.host.unplug()
        with pytest.raises(DeviceLost, match=r"Plug it in again") as lost:
            await reading
        assert lost.value.port == port.address


async def test_drawing_the_cable_ends_a_write(tmp_path: Path) -> None:
    with plugged(tmp_path) as far, SerialPort(str(far.host.link), LINE) as port:
        far.host.unplug()
        with pytest.raises(DeviceLost):
            await port.write(b"x")


async def test_a_line_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serial_port, "WRITE_TIMEOUT_S", 0.05)
    master, slave = os.openpty()  # nobody reads the master
    try:
        with SerialPort(os.ttyname(slave), LINE) as port, pytest.raises(DeviceSilent, match="takes no data"):
            await port.write(LARGE)
    finally:
        os.close(slave)
        os.close(master)


async def test_a_missing_port(tmp_path: Path) -> None:
    with pytest.raises(PortMissing, match="There is no device at"):
        SerialPort(str(tmp_path / "none"), LINE)


async def test_a_port_in_use(tmp_path: Path) -> None:
    with (
        plugged(tmp_path) as far,
        SerialPort(str(far.host.link), LINE) as port,
        pytest.raises(PortInUse, match="Another program"),
    ):
        SerialPort(port.address, LINE)


async def test_a_port_that_is_closed_can_be_opened_again(tmp_path: Path) -> None:
    with plugged(tmp_path) as far:
        for _ in range(3):
            with SerialPort(str(far.host.link), LINE) as port:
                port.close()


async def test_a_file_is_no_port(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(PortUnusable, match="cannot be used as a serial port"):
        SerialPort(str(file), LINE)


async def test_a_port_of_someone_else() -> None:
    master, slave = os.openpty()
    os.fchmod(slave, 0)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(NOBODY)
        with pytest.raises(PortForbidden, match="Add the user to the group"):
            SerialPort(os.ttyname(slave), LINE)
    finally:
        os.seteuid(user)
        os.close(slave)
        os.close(master)
