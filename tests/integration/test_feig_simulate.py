"""A FEIG reader and its gate as `simulate` runs them, on a free TCP port."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.catalogue.table import make_device
from drivers.events import DeviceUp, ItemPlaced, PeopleCounted
from drivers.ports import Cue, Signals
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.tags.content import TagFault
from tests.integration.recorder import Recorder, served
from tests.integration.test_simulate import Simulate

BLANK = "E0040100000000FF"
CONFIG = f"""
command_socket = "commands"
devices = [
  {{ kind = "feig", name = "pad", tcp = true, address = 3, block_order = "lsb_first", pace = 0.0, tags = ["{BLANK}"] }},
  {{ kind = "feig", name = "gate", tcp = true, pace = 0.0 }},
]
[[tags]]
uid = "{BLANK}"
afi = 0
"""


@pytest.mark.usefixtures("no_leaks")
async def test_a_pad_and_a_gate_on_the_network(tmp_path: Path) -> None:
    simulate = Simulate(tmp_path, CONFIG)
    pad_port, gate_port = (device["port"] for device in simulate.ready()["devices"])
    at_pad, at_gate = Recorder(), Recorder()
    options: dict[str, str | int | float | bool]
    options = {"address": 3, "block_order": "lsb_first", "green": "1", "beeper": "3"}
    pad = make_device(DeviceConfig(name="pad", model="feig-iscan", port=pad_port, options=options), AfiPair(), at_pad)
    options = {"entering": "1", "leaving": "2", "poll_s": 0.01}
    gate = make_device(
        DeviceConfig(name="gate", model="feig-people-counter", port=gate_port, options=options), AfiPair(), at_gate
    )
    async with served(pad), served(gate):
        assert await at_pad.next() == DeviceUp("pad")
        assert await at_pad.next() == ItemPlaced("pad", BLANK, TagFault.BLANK, None)
        assert await at_gate.next() == DeviceUp("gate")
        assert isinstance(pad, Signals)
        pad.signal(Cue.SEEN)
        await simulate.must(command="walk", device="gate", counter=2, people=3)
        assert await at_gate.next() == PeopleCounted("gate", entered=0, left=3)
        await simulate.must(command="switch", device="pad", number=2, on=True)
        state = (await simulate.must(command="state"))["devices"]
        while not (told := (await simulate.must(command="state"))["devices"][0]["outputs"]):
            continue
    assert told == {"bits 0-1": "on for 0.1 s", "bits 4-5": "on for 0.1 s"}
    assert state[0]["inputs"] == 0b10
    assert state[1]["people"] == [0, 3, 0, 0]
    assert simulate.end() == ""
