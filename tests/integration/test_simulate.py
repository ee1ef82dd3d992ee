"""`simulate` as a process: its command socket, and drivers on what it simulates."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from drivers.catalogue.table import make_device
from drivers.events import BarcodeScanned, DeviceDown, DeviceUp, IdCardRead, ItemPlaced, ItemRemoved
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.tags.content import TagContent, TagFault
from tests.integration.recorder import PATIENCE_S, Recorder, served

BOOK, BLANK = "E004010000000001", "E0040100000000FF"
CARD = "04A1B2C3D4E5F6"
CONFIG = f"""
command_socket = "commands"
devices = [
  {{ kind = "feig", name = "pad", link = "pad", pace = 0.0, tags = ["{BLANK}"] }},
  {{ kind = "feig", name = "pad2", link = "pad2", pace = 0.0 }},
  {{ kind = "scanner", name = "scanner", link = "scanner" }},
  {{ kind = "card", name = "card" }},
  {{ kind = "scanner", name = "zebra", link = "zebra", speaks = "zebra" }},
  {{ kind = "id_card", name = "desk", link = "desk", pace = 0.0 }},
]
[[tags]]
uid = "{BOOK}"
item_id = "TSG00000000001"
owner_isil = "CN530428"
[[tags]]
uid = "{BLANK}"
afi = 0
[[cards]]
uid = "{CARD}"
"""


class Simulate:
    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        self.folder = folder
        (folder / "simulate.toml").write_text(config)
        command = [sys.executable, "-c", "from drivers.simulators.main import main; main()"]
        self.process = subprocess.Popen(
            [*command, "--config", str(folder / "simulate.toml")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def ready(self) -> dict[str, Any]:
        ready: dict[str, Any] = json.loads(_pipe(self.process.stdout).readline())
        return ready

    async def order(self, **command: object) -> dict[str, Any]:
        return await self.send(json.dumps(command).encode())

    async def send(self, line: bytes) -> dict[str, Any]:
        reader, writer = await asyncio.open_unix_connection(self.folder / "commands")
        try:
            writer.write(line + b"\n")
            answer: dict[str, Any] = json.loads(await reader.readline())
            return answer
        finally:
            writer.close()
            await writer.wait_closed()

    async def must(self, **command: object) -> dict[str, Any]:
        answer = await self.order(**command)
        assert answer["ok"], answer
        return answer

    def end(self, how: int = signal.SIGTERM) -> str:
        self.process.send_signal(how)
        _, complaint = self.process.communicate()
        return complaint.decode()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


@pytest.fixture
def simulate(tmp_path: Path) -> Iterator[Simulate]:
    simulate = Simulate(tmp_path)
    simulate.ready()
    yield simulate
    if simulate.process.poll() is None:
        assert simulate.end() == ""
        assert [path.name for path in tmp_path.iterdir()] == ["simulate.toml"]


def device(simulate: Simulate, model: str, name: str) -> tuple[Any, Recorder]:
    report = Recorder()
    config = DeviceConfig(name=name, model=model, port=str(simulate.folder / name))
    return make_device(config, AfiPair(), report), report


@pytest.mark.usefixtures("no_leaks")
async def test_a_book_moves_between_pads(simulate: Simulate) -> None:
    pad, report = device(simulate, "feig-iscan", "pad")
    async with served(pad):
        assert await report.next() == DeviceUp("pad")
        assert await report.next() == ItemPlaced("pad", BLANK, TagFault.BLANK, None)
        await simulate.must(command="place", device="pad", uid=BOOK)
        placed = await report.next()
        assert isinstance(placed, ItemPlaced)
        assert isinstance(placed.content, TagContent)
        assert (placed.content.item_id, placed.secured) == ("TSG00000000001", True)
        await simulate.must(command="place", device="pad2", uid=BOOK)
        assert await report.next() == ItemRemoved("pad", BOOK)
    tags = {tag["uid"]: tag for tag in (await simulate.must(command="state"))["tags"]}
    assert tags[BOOK]["on"] == "pad2"
    assert tags[BLANK] == {"uid": BLANK, "item_id": "", "afi": 0, "secured": None, "on": "pad"}


@pytest.mark.usefixtures("no_leaks")
async def test_a_cable_is_drawn_and_put_back(simulate: Simulate) -> None:
    scanner, report = device(simulate, "serial-scanner", "scanner")
    async with served(scanner):
        assert await report.next() == DeviceUp("scanner")
        await simulate.must(command="unplug", device="scanner")
        assert isinstance(await report.next(), DeviceDown)
        await simulate.must(command="replug", device="scanner")
        assert await report.next() == DeviceUp("scanner")
        await simulate.must(command="scan", device="scanner", text="TSG00000000001")
        assert await report.next() == BarcodeScanned("scanner", "TSG00000000001")
        await simulate.must(command="scan", device="scanner", hex=b"[b]X[/b]\r".hex())
        assert await report.next() == BarcodeScanned("scanner", "[b]X[/b]")


@pytest.mark.usefixtures("no_leaks")
async def test_a_scanner_that_takes_orders(simulate: Simulate) -> None:
    scanner, report = device(simulate, "zebra-ssi", "zebra")
    async with served(scanner):
        assert await report.next() == DeviceUp("zebra")
        await simulate.must(command="scan", device="zebra", text="TSG00000000001")
        assert await report.next() == BarcodeScanned("zebra", "TSG00000000001")


@pytest.mark.usefixtures("no_leaks")
async def test_an_identity_card_is_laid_down(simulate: Simulate) -> None:
    reader, report = device(simulate, "sdt-serial", "desk")
    async with served(reader):
        assert await report.next() == DeviceUp("desk")
        await simulate.must(command="lay", device="desk", person=7)
        read = await report.next()
        assert isinstance(read, IdCardRead)
        assert read.card.name == "虚构7"
        await simulate.must(command="lift", device="desk")


async def test_a_card_lies_until_it_is_taken(simulate: Simulate) -> None:
    await simulate.must(command="tap", device="card", uid=CARD.lower())
    for _ in range(2):
        state = await simulate.must(command="state")
        assert state["devices"][3]["card"] == CARD
        await simulate.must(command="unplug", device="card")
        await simulate.must(command="replug", device="card")
    assert not (await simulate.order(command="tap", device="card", uid=CARD))["ok"]
    await simulate.must(command="untap", device="card")
    assert (await simulate.must(command="state"))["devices"][3]["card"] is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"", "no order"),
        (b"\xff\x00", "no order"),
        (b'{"command": "explode"}', "no order"),
        (b'{"command": "place", "device": "pad"}', "uid"),
        (b'{"command": "place", "device": "shelf", "uid": "00"}', "There are: pad, pad2, scanner, card"),
        (b'{"command": "place", "device": "pad", "uid": "00"}', "[[tags]]"),
        (b'{"command": "place", "device": "card", "uid": "00"}', "Devices that can: pad, pad2"),
        (b'{"command": "remove", "device": "pad", "uid": "00"}', "does not lie on"),
        (b'{"command": "scan", "device": "scanner"}', "either"),
        (b'{"command": "scan", "device": "scanner", "hex": "x"}', "no hexadecimal"),
        (b'{"command": "fault", "device": "scanner", "kind": "tear_write"}', "cannot fail by"),
        (b'{"command": "fault", "device": "pad", "kind": "mute"}', "cannot fail by"),
        (b'{"command": "fault", "device": "pad", "kind": "loss", "share": 2}', "share"),
    ],
)
async def test_a_wrong_order_is_answered_with_what_to_do(simulate: Simulate, line: bytes, words: str) -> None:
    answer = await simulate.send(line)
    assert answer["ok"] is False
    assert words in answer["error"]


async def test_a_line_without_end_is_hung_up_on(simulate: Simulate) -> None:
    reader, writer = await asyncio.open_unix_connection(simulate.folder / "commands")
    try:
        writer.write(b"x" * 1_000_000)
        assert await reader.read() == b""
    except ConnectionError:
        pass
    finally:
        writer.close()
    assert (await simulate.must(command="state"))["ok"]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("command_socket = 1\ndevices = []", "command_socket"),
        ('command_socket = "c"\ndevices = [{kind = "robot", name = "x"}]', "robot"),
        ('command_socket = "c"\ndevices = [{kind = "card", name = "x", colour = 1}]', "colour"),
        ('command_socket = "c"\ndevices = [{kind = "feig", name = "x", link = "x", tags = ["00"]}]', "There is no tag"),
        ('command_socket = "c"\ndevices = [{kind = "feig", name = "x", link = "no/such/folder"}]', "no/such/"),
        ('command_socket = "no/such/folder/c"\ndevices = []', "simulate: "),
        ("[[[", "is no description"),
    ],
)
def test_a_wrong_config_ends_in_one_sentence(tmp_path: Path, config: str, words: str) -> None:
    simulate = Simulate(tmp_path, config)
    output, complaint = simulate.process.communicate()
    assert output == b""
    assert simulate.process.returncode == 1
    assert words in complaint.decode()
    assert complaint.count(b"\n") == 1


def test_killed_hard_it_leaves_no_pcscd(simulate: Simulate) -> None:
    holders = _children(simulate.process.pid)
    services = [child for holder in holders for child in _children(holder)]
    assert services
    simulate.end(signal.SIGKILL)
    for service in services:
        _wait_until_gone(service)


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _wait_until_gone(pid: int) -> None:
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        assert select.select([watched], [], [], PATIENCE_S)[0]
    finally:
        os.close(watched)
