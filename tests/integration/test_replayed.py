"""`simulate` plays captures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drivers.capture import Happening, Head, Opened, Received, Sent, encode_capture
from drivers.events import BarcodeScanned, DeviceDown, DeviceUp
from drivers.links import open_link
from drivers.serial_port import SerialLine
from drivers.simulators.commands import Replug, Unplug
from drivers.simulators.config import ReplayConfig, SimulationConfig
from drivers.simulators.errors import SimulationError
from drivers.simulators.simulation import Simulation, running
from firmware_msgs.config import DeviceConfig
from tests.integration import capture_stage
from tests.integration.recorder import PATIENCE_S

pytestmark = pytest.mark.usefixtures("no_leaks")

HAPPENINGS: tuple[Happening, ...] = (
    Opened(at_s=0.0),
    Received(at_s=0.5, hex=b"AB12\r".hex()),
    Sent(at_s=10.0, hex="aa01"),
    Received(at_s=10.5, hex="bb"),
    Sent(at_s=11.0, hex="aa01"),
    Received(at_s=11.5, hex="cc"),
)


@asynccontextmanager
async def simulated(folder: Path, model: str = "serial-scanner", **options: object) -> AsyncIterator[Simulation]:
    head = Head(version=1, model=model, program="test")
    (folder / "capture").write_bytes(encode_capture(head, HAPPENINGS))
    device = ReplayConfig(name="desk", capture="capture", **options)  # type: ignore[arg-type] # as a test gives them
    async with running(SimulationConfig(command_socket="commands", devices=(device,)), folder) as simulation:
        yield simulation


async def test_what_came_unasked_comes_again_after_each_plugging_in(tmp_path: Path) -> None:
    config = DeviceConfig(name="desk", model="serial-scanner", port=str(tmp_path / "desk"))
    async with simulated(tmp_path, link="desk") as simulation, capture_stage.running(config) as heard:
        assert await heard.until(2) == [DeviceUp("desk"), BarcodeScanned("desk", "AB12")]
        await simulation.carry_out(Unplug(device="desk"))
        assert isinstance((await heard.until(3))[2], DeviceDown)
        await simulation.carry_out(Replug(device="desk"))
        assert (await heard.until(5))[3:] == [DeviceUp("desk"), BarcodeScanned("desk", "AB12")]
        facts = simulation.facts()["devices"][0]
    assert (facts["kind"], facts["model"], facts["plugged"]) == ("replay", "serial-scanner", True)


async def test_a_question_is_answered_on_the_network_too(tmp_path: Path) -> None:
    async with simulated(tmp_path, tcp=True, pace=0.0) as simulation:
        port = simulation.facts()["devices"][0]["port"]
        async with open_link(port, SerialLine(9600)) as link, asyncio.timeout(PATIENCE_S):
            await link.write(b"\xaa\x01")
            data = await link.read()
            while b"\xbb" not in data:
                data += await link.read()
            await link.write(b"\xaa\x01")
            assert await link.read() == b"\xcc"


@pytest.mark.parametrize(
    ("options", "model", "words"),
    [
        ({}, "serial-scanner", "either a link or tcp"),
        ({"link": "desk", "tcp": True}, "serial-scanner", "either a link or tcp"),
        ({"link": "desk"}, "pcsc", "in tests only"),
        ({"link": "desk"}, "hid-scanner", "in tests only"),
    ],
)
async def test_what_cannot_be_played_is_told(
    tmp_path: Path, options: dict[str, object], model: str, words: str
) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        async with simulated(tmp_path, model, **options):
            pass
    assert caught.group_contains(SimulationError, match=words)


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), (b"x", "is no capture: line 1")])
async def test_a_file_that_is_no_capture_is_told(tmp_path: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / "capture").write_bytes(content)
    device = ReplayConfig(name="desk", capture="capture", link="desk")
    with pytest.raises(ExceptionGroup) as caught:
        async with running(SimulationConfig(command_socket="commands", devices=(device,)), tmp_path):
            pass
    assert caught.group_contains(SimulationError, match=words)
