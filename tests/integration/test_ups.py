"""The UPS driver against a real NUT server (Debian's nut-server with its dummy driver)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from drivers.events import BatteryLow, DeviceDown, DeviceUp, PowerLost, PowerRestored
from drivers.supervisor import Backoff
from drivers.ups import NutUps, Pace, UpsAddress, ups_address
from tests.integration.recorder import Recorder, served
from tests.nut_server import NutServer, nut_server

pytestmark = pytest.mark.usefixtures("no_leaks")

QUICK = Pace(poll_s=0.05, dead_s=0.5, backoff=Backoff(first_s=0.05, cap_s=0.1))


@pytest.fixture
def nut(tmp_path: Path) -> Iterator[NutServer]:
    with nut_server(tmp_path) as server:
        yield server


@pytest.fixture
async def report(nut: NutServer) -> AsyncIterator[Recorder]:
    report = Recorder()
    ups = NutUps("ups", ups_address(nut.address), report, pace=QUICK)
    async with served(ups):
        await until_up(report)
        yield report


async def until_up(report: Recorder) -> None:
    """The server may need a second to find its driver."""
    while not isinstance(event := await report.next(), DeviceUp):
        assert isinstance(event, DeviceDown)


async def test_power_is_lost_runs_low_and_comes_back(nut: NutServer, report: Recorder) -> None:
    nut.tell("OB DISCHRG", charge=90, runtime_s=1500)
    assert await report.next() == PowerLost("ups", 1500)
    nut.tell("OB DISCHRG LB", charge=50, runtime_s=600)
    assert await report.next() == BatteryLow("ups")
    nut.tell("OL CHRG LB", charge=50, runtime_s=600)
    assert await report.next() == PowerRestored("ups")
    nut.tell("OB", charge=19, runtime_s=600)
    assert await report.next() == PowerLost("ups", 600)
    assert await report.next() == BatteryLow("ups")
    assert report.is_empty


async def test_a_server_that_goes_while_on_battery_counts_as_low(nut: NutServer, report: Recorder) -> None:
    nut.tell("OB")
    assert await report.next() == PowerLost("ups", 1800)
    nut.stop("upsd")
    down = await report.next()
    assert isinstance(down, DeviceDown)
    assert "systemctl status nut-server" in down.reason
    assert await report.next() == BatteryLow("ups")
    nut.tell("OL")
    nut.start_server()
    await until_up(report)
    while (event := await report.next()) != PowerRestored("ups"):
        assert isinstance(event, DeviceUp | DeviceDown)


async def test_a_driver_that_lost_the_supply_is_told(nut: NutServer, report: Recorder) -> None:
    nut.freeze_driver()
    down = await report.next()
    assert isinstance(down, DeviceDown)
    assert "lost sight" in down.reason
    nut.thaw_driver()
    assert await report.next() == DeviceUp("ups")
    nut.stop("dummy-ups")
    down = await report.next()
    assert isinstance(down, DeviceDown)
    assert "driver of “desk” does not run" in down.reason


async def test_a_supply_the_server_does_not_know_is_told(nut: NutServer) -> None:
    report = Recorder()
    async with served(NutUps("ups", UpsAddress("office", "127.0.0.1", nut.port), report, pace=QUICK)):
        down = await report.next()
    assert isinstance(down, DeviceDown)
    assert "knows no power supply “office”" in down.reason


@pytest.mark.parametrize(
    "answer",
    [b"", b"HELLO\n", b"BEGIN LIST VAR desk\nVAR desk\nEND LIST VAR desk\n", b"BEGIN LIST VAR desk\nVAR", b"\xff\n"],
)
async def test_whatever_else_answers_is_no_server(answer: bytes) -> None:
    assert "does not answer as it should" in await reason_when_told(answer)


async def test_a_server_that_lets_nobody_ask_is_told() -> None:
    assert "upsd.conf" in await reason_when_told(b"ERR ACCESS-DENIED\n")


async def reason_when_told(answer: bytes) -> str:
    """Why the supply is down, when whatever listens says this."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    report = Recorder()
    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with served(NutUps("ups", UpsAddress("desk", "127.0.0.1", port), report, pace=QUICK)):
            down = await report.next()
    assert isinstance(down, DeviceDown)
    return down.reason
