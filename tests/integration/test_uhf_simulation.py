"""UHF pads and tags in `simulate`, and the drivers that the catalogue makes for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drivers.catalogue.table import make_device
from drivers.events import DeviceUp, ItemPlaced, ItemRemoved, SecurityChanged
from drivers.ports import SecurityWriter
from drivers.simulators import commands
from drivers.simulators.config import load_config
from drivers.simulators.errors import SimulationError
from drivers.simulators.simulation import Simulation, running
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.tags.content import TagContent, Usage
from tests.integration.recorder import Recorder, served

pytestmark = pytest.mark.usefixtures("no_leaks")

BOOK, STUDY = "E2801160200000000000AB01", "E2801160200000000000AB02"
CONFIG = f"""
command_socket = "commands"
devices = [
  {{ kind = "uhf", name = "pad", link = "pad", speaks = "SPEAKS", pace = 0.2, tags = ["{BOOK}"] }},
  {{ kind = "uhf", name = "other", link = "other", pace = 0.0 }},
]
[[uhf_tags]]
uid = "{BOOK}"
item_id = "TSG00000000001"
owner_isil = "CN-530428"
[[uhf_tags]]
uid = "{STUDY}"
item_id = "TSG000000002"
owner_isil = "10248"
format = "gaoxiao"
secured = false
"""


@asynccontextmanager
async def simulated(folder: Path, text: str) -> AsyncIterator[Simulation]:
    file = folder / "simulate.toml"
    file.write_text(text)
    async with running(load_config(file), folder) as simulation:
        yield simulation


@pytest.mark.parametrize("model", ["uhf-a0", "uhfreader18", "uhfreader288"])
async def test_the_catalogues_drivers_read_and_secure_what_is_simulated(tmp_path: Path, model: str) -> None:
    speaks = model.removeprefix("uhf-")
    record = Recorder()
    config = DeviceConfig(name="pad", model=model, port=str(tmp_path / "pad"), options={"power_dbm": 20})
    async with simulated(tmp_path, CONFIG.replace("SPEAKS", speaks)) as simulation:
        device = make_device(config, AfiPair(), record)
        assert isinstance(device, SecurityWriter)
        async with served(device):
            assert await record.next() == DeviceUp("pad")
            content = TagContent("iso28560-4", "TSG00000000001", "CN-530428", 1, 1, Usage.CIRCULATING)
            assert await record.next() == ItemPlaced("pad", BOOK, content, secured=True)
            await simulation.carry_out(commands.Place(device="pad", uid=STUDY))
            content = TagContent("gaoxiao", "TSG000000002", "10248", 1, 1, Usage.CIRCULATING)
            assert await record.next() == ItemPlaced("pad", STUDY, content, secured=False)
            device.set_security(STUDY, secured=True)
            assert await record.next() == SecurityChanged("pad", STUDY, secured=True)
            await simulation.carry_out(commands.Remove(device="pad", uid=BOOK))
            assert await record.next() == ItemRemoved("pad", BOOK)
        facts = {tag["uid"]: (tag["item_id"], tag["secured"], tag["on"]) for tag in simulation.facts()["tags"]}
        assert facts == {BOOK: ("TSG00000000001", True, None), STUDY: ("TSG000000002", True, "pad")}


async def test_a_tag_leaves_the_pad_it_lay_on(tmp_path: Path) -> None:
    async with simulated(tmp_path, CONFIG.replace("SPEAKS", "a0")) as simulation:
        await simulation.carry_out(commands.Place(device="other", uid=BOOK))
        assert [device["tags"] for device in simulation.facts()["devices"]] == [[], [BOOK]]


@pytest.mark.parametrize(
    "order",
    [
        commands.Place(device="pad", uid="E2801160200000000000ABFF"),
        commands.Remove(device="other", uid=BOOK),
        commands.Fault(device="pad", kind="torn"),
    ],
)
async def test_an_impossible_order_is_told(tmp_path: Path, order: commands.Command) -> None:
    async with simulated(tmp_path, CONFIG.replace("SPEAKS", "a0")) as simulation:
        with pytest.raises(SimulationError):
            await simulation.carry_out(order)


async def test_a_tag_that_its_format_cannot_carry_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        async with simulated(tmp_path, CONFIG.replace("SPEAKS", "a0").replace("10248", "60000")):
            pass
    (error,) = caught.value.exceptions
    assert isinstance(error, SimulationError)
    assert "cannot be written" in str(error)
