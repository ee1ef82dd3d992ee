"""What a person reads in the log when the broker is at fault: one line for each change, never a payload."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from tests.broker import Mosquitto, free_port
from tests.integration.uplink_library import Library, until
from tests.integration.uplink_terminal import terminal_on
from tests.terminal_stage import CARD, Stage

pytestmark = pytest.mark.usefixtures("no_leaks")

CONNECTED = bytes.fromhex("20020000")
NOT_AUTHORISED = bytes.fromhex("20020005")
READING_DENIED = "9005%04x808080"
SUBSCRIBE = 0x82


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage()


@contextlib.asynccontextmanager
async def unkind_broker(connack: bytes) -> AsyncIterator[int]:
    """Answers CONNECT with `connack`, and SUBSCRIBE with three denials."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(connack)
        while data := await reader.read(65_536):
            if data[0] == SUBSCRIBE:
                packet_id = int.from_bytes(data[2:4], "big")
                writer.write(bytes.fromhex(READING_DENIED % packet_id))
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def reasons(logs: list[EventDict]) -> list[str]:
    return [line["reason"] for line in logs if line["event"] == "uplink.lost"]


async def first_reason(stage: Stage, folder: Path, port: int) -> str:
    with capture_logs() as logs:
        async with terminal_on(stage, folder, port):
            await until(lambda: reasons(logs) != [])
    return reasons(logs)[0]


async def test_nobody_listens(stage: Stage, tmp_path: Path) -> None:
    port = free_port()
    reason = await first_reason(stage, tmp_path, port)
    assert reason == f"The broker at 127.0.0.1:{port} is not running: nothing listens at this address."


async def test_the_broker_refuses_the_terminal(stage: Stage, tmp_path: Path) -> None:
    async with unkind_broker(NOT_AUTHORISED) as port:
        reason = await first_reason(stage, tmp_path, port)
    assert reason.startswith(f"The broker at 127.0.0.1:{port} refuses this terminal (")
    assert "uthori" in reason


async def test_the_broker_does_not_let_it_read(stage: Stage, tmp_path: Path) -> None:
    async with unkind_broker(CONNECTED) as port:
        reason = await first_reason(stage, tmp_path, port)
    assert reason.endswith("does not let this terminal read shufang/1/invented/receipt/t-17.")


async def test_a_trouble_that_lasts_is_told_once_and_so_is_its_end(
    stage: Stage, tmp_path: Path, broker: Mosquitto
) -> None:
    with capture_logs() as logs:
        async with Library(stage, broker).open(), terminal_on(stage, tmp_path, broker.port) as terminal:
            await terminal.up()
            await terminal.lend(10)
            await terminal.answered(terminal.ask())
            await terminal.settled()
            broker.kill()
            await until(lambda: len(reasons(logs)) == 2)
            await asyncio.sleep(1)
            broker.start()
            await terminal.up()
    told = [line["event"] for line in logs if line["event"].startswith("uplink.")]
    connected, there, gone, lost = "uplink.connected", "uplink.library_there", "uplink.library_gone", "uplink.lost"
    assert told == [connected, there, lost, gone, lost, connected, there, gone]
    assert "closed the connection" in reasons(logs)[0]
    assert "is not running" in reasons(logs)[1]
    assert CARD not in str(logs)
