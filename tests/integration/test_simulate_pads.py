"""A pad of every family in `simulate`: its faults, its cable, and what cannot lie on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.catalogue.table import make_device
from drivers.events import DeviceDown, DeviceUp, ItemPlaced, SecurityChanged
from drivers.ports import SecurityWriter
from drivers.simulators import commands
from drivers.simulators.config import load_config
from drivers.simulators.errors import SimulationError
from drivers.simulators.simulation import Simulation, running
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.tags.content import TagContent, Usage
from tests.integration.recorder import Recorder, served

pytestmark = pytest.mark.usefixtures("no_leaks")

HF, UHF = "E004010000000001", "E2801160200000000000AB01"
PADS = {
    "feig": ("feig-iscan", HF),
    "3m": ("3m-810", HF),
    "uhf": ("uhf-a0", UHF),
}
KINDS: tuple[commands.FaultKind, ...] = ("drop_byte", "corrupt_crc", "tear_write", "silent", "loss", "delay")
CONFIG = f"""
command_socket = "commands"
devices = [
  {{ kind = "feig", name = "feig", tcp = true, pace = 0.0 }},
  {{ kind = "3m", name = "3m", tcp = true, pace = 0.0 }},
  {{ kind = "uhf", name = "uhf", tcp = true, pace = 0.0 }},
]
[[tags]]
uid = "{HF}"
item_id = "TSG00000000001"
owner_isil = "CN-530428"
format = "iso28560-2"
[[uhf_tags]]
uid = "{UHF}"
item_id = "TSG00000000001"
owner_isil = "CN-530428"
"""


@pytest.fixture
async def simulation(tmp_path: Path) -> AsyncIterator[Simulation]:
    file = tmp_path / "simulate.toml"
    file.write_text(CONFIG)
    async with running(load_config(file), tmp_path) as simulation:
        yield simulation


@pytest.mark.parametrize("pad", PADS)
async def test_a_driver_on_the_network_outlasts_torn_writes_and_an_unplug(simulation: Simulation, pad: str) -> None:
    model, uid = PADS[pad]
    format_ = "iso28560-2" if uid == HF else "iso28560-4"
    book = TagContent(format_, "TSG00000000001", "CN-530428", 1, 1, Usage.CIRCULATING)
    record = Recorder()
    device = make_device(DeviceConfig(name=pad, model=model, port=port(simulation, pad)), AfiPair(), record)
    assert isinstance(device, SecurityWriter)
    await simulation.carry_out(commands.Place(device=pad, uid=uid))
    async with served(device):
        assert [await record.next() for _ in range(2)] == [DeviceUp(pad), ItemPlaced(pad, uid, book, secured=True)]
        for takes in (True, False):
            await simulation.carry_out(commands.Fault(device=pad, kind="tear_write", takes=takes))
            device.set_security(uid, secured=not takes)
            assert await record.next() == SecurityChanged(pad, uid, secured=not takes)
        await simulation.carry_out(commands.Unplug(device=pad))
        assert isinstance(await record.next(), DeviceDown)
        await simulation.carry_out(commands.Replug(device=pad))
        assert [await record.next() for _ in range(2)] == [DeviceUp(pad), ItemPlaced(pad, uid, book, secured=True)]


def port(simulation: Simulation, pad: str) -> str:
    (found,) = (device["port"] for device in simulation.facts()["devices"] if device["name"] == pad)
    return str(found)


@pytest.mark.parametrize("pad", PADS)
async def test_every_fault_can_be_ordered_and_ended(simulation: Simulation, pad: str) -> None:
    for kind in KINDS:
        await simulation.carry_out(commands.Fault(device=pad, kind=kind))
    await simulation.carry_out(commands.Clear(device=pad))
    with pytest.raises(SimulationError, match="cannot fail by"):
        await simulation.carry_out(commands.Fault(device=pad, kind="paper_out"))


@pytest.mark.parametrize(("pad", "uid"), [("feig", UHF), ("3m", UHF), ("uhf", HF)])
async def test_a_tag_of_another_frequency_is_refused(simulation: Simulation, pad: str, uid: str) -> None:
    with pytest.raises(SimulationError, match="cannot do this"):
        await simulation.carry_out(commands.Place(device=pad, uid=uid))


async def test_a_tag_moves_from_one_pad_to_another(simulation: Simulation) -> None:
    for pad in ("feig", "3m"):
        await simulation.carry_out(commands.Place(device=pad, uid=HF))
    assert {device["name"]: device["tags"] for device in simulation.facts()["devices"]} == {
        "feig": [],
        "3m": [HF],
        "uhf": [],
    }
