"""Cards of every kind tapped by order of `simulate`, on a real pcscd."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.catalogue.table import make_device
from drivers.events import CardKind, CardPresented, CardRemoved, DeviceUp, ItemPlaced, ItemRemoved
from drivers.ports import Device
from drivers.simulators import commands
from drivers.simulators.config import load_config
from drivers.simulators.pcscd import READERS, PrivatePcscd
from drivers.simulators.simulation import running
from firmware_msgs.config import AfiPair, DeviceConfig
from firmware_msgs.tags.content import TagContent
from tests.integration.recorder import Recorder, served

pytestmark = pytest.mark.usefixtures("no_leaks")

KEY = "A0A1A2A3A4A5"
CONFIG = """
command_socket = "commands"
devices = [{{ kind = "card", name = "card", vpcd_port = {port}, tag_commands = "omnikey" }}]
[[cards]]
uid = "04A1B2C3"
[[cards]]
uid = "04A1B2C4"
kind = "mifare"
number = "DLFX000042"
key = "{key}"
[[cards]]
uid = "04A1B2C5"
kind = "social"
number = "S00000042"
[[tags]]
uid = "E004010000000077"
item_id = "DLFX000077"
usage = 8
[[tags]]
uid = "E004010000000001"
item_id = "TSG00000000001"
"""


def config(tmp_path: Path, pcscd: PrivatePcscd) -> Path:
    path = tmp_path / "simulate.toml"
    path.write_text(CONFIG.format(port=pcscd.vpcd_port, key=KEY))
    return path


def device(model: str, report: Recorder, **options: str) -> Device:
    settings = DeviceConfig(name=model, model=model, port=READERS[0], options=dict(options))
    return make_device(settings, AfiPair(), report)


async def test_a_card_of_each_kind_is_tapped_and_known(pcscd: PrivatePcscd, tmp_path: Path) -> None:
    report = Recorder()
    reader = device("pcsc", report, read="social block tag uid", block_key=KEY, tag_commands="omnikey")
    async with running(load_config(config(tmp_path, pcscd)), tmp_path) as simulation, served(reader):
        assert await report.next() == DeviceUp("pcsc")
        for uid, number, kind in (
            ("04a1b2c4", "DLFX000042", CardKind.BLOCK),
            ("04A1B2C5", "S00000042", CardKind.SOCIAL),
            ("E004010000000077", "DLFX000077", CardKind.TAG),
        ):
            await simulation.carry_out(commands.Tap(device="card", uid=uid))
            assert await report.next() == CardPresented("pcsc", number, kind)
            await simulation.carry_out(commands.Untap(device="card"))
            assert await report.next() == CardRemoved("pcsc", number)


async def test_a_tag_is_tapped_on_a_reader_of_items(pcscd: PrivatePcscd, tmp_path: Path) -> None:
    report = Recorder()
    reader = device("omnikey-iso15693", report)
    async with running(load_config(config(tmp_path, pcscd)), tmp_path) as simulation, served(reader):
        assert await report.next() == DeviceUp("omnikey-iso15693")
        await simulation.carry_out(commands.Tap(device="card", uid="E004010000000001"))
        placed = await report.next()
        assert isinstance(placed, ItemPlaced)
        assert isinstance(placed.content, TagContent)
        assert (placed.content.item_id, placed.secured) == ("TSG00000000001", True)
        await simulation.carry_out(commands.Untap(device="card"))
        assert await report.next() == ItemRemoved("omnikey-iso15693", "E004010000000001")
