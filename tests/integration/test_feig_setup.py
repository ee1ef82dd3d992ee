"""The FEIG driver on the network, and with every setting that a reader may need."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.events import DeviceDown, DeviceUp, ItemPlaced, SecurityChanged, SecurityFailed
from drivers.feig.signals import Output, Outputs
from drivers.ports import Cue, Signals
from drivers.simulators.feig.firmware import Build
from drivers.simulators.virtual_tag import VirtualTag
from firmware_msgs.feig.blocks import BlockOrder
from firmware_msgs.feig.frames import Framing
from firmware_msgs.tags.content import TagFault
from tests.integration import hostile
from tests.integration.feig_stage import (
    PATIENCE_S,
    QUICK_SETUP,
    Stage,
    book,
    content_of,
    running,
    running_on_the_network,
    uid_of,
)
from tests.integration.hostile import Manner

pytestmark = pytest.mark.usefixtures("no_leaks")


async def lend_one(stage: Stage) -> None:
    stage.field.place(book(1))
    placed = await stage.until(ItemPlaced)
    assert (placed[0].content, placed[0].secured) == (content_of(1), True)
    stage.reader.set_security(uid_of(1), secured=False)
    assert await stage.until(SecurityChanged) == [SecurityChanged("pad", uid_of(1), secured=False)]


@pytest.mark.parametrize("manner", hostile.HARMLESS, ids=str)
async def test_a_reader_on_the_network_serves_as_one_on_a_serial_line(tmp_path: Path, manner: Manner) -> None:
    async with running_on_the_network(tmp_path / "pad", manner) as (stage, _):
        await lend_one(stage)


async def test_a_reader_whose_network_cable_was_drawn_comes_back(tmp_path: Path) -> None:
    async with running_on_the_network(tmp_path / "pad") as (stage, cable):
        await stage.until(DeviceUp)
        await cable.unplug()
        await stage.until(DeviceDown)
        await cable.plug()
        await stage.until(DeviceUp, 2)
        await lend_one(stage)


@pytest.mark.parametrize("framing", Framing)
@pytest.mark.parametrize("order", BlockOrder)
async def test_framing_address_and_block_order_are_settings(
    tmp_path: Path, framing: Framing, order: BlockOrder
) -> None:
    setup = replace(QUICK_SETUP, framing=framing, address=7, order=order)
    async with running(tmp_path / "pad", setup=setup, build=Build(address=7, order=order)) as stage:
        await lend_one(stage)


async def test_blocks_read_the_wrong_way_round_are_no_book(tmp_path: Path) -> None:
    async with running(tmp_path / "pad", build=Build(order=BlockOrder.LSB_FIRST)) as stage:
        stage.field.place(VirtualTag(uid_of(1), b"12345678" * 14, dsfid=0x77))
        assert isinstance((await stage.until(ItemPlaced))[0].content, TagFault)


async def test_a_reader_of_another_address_is_down(tmp_path: Path) -> None:
    async with running(tmp_path / "pad", setup=replace(QUICK_SETUP, address=7), build=Build(address=8)) as stage:
        assert "address" in (await stage.until(DeviceDown))[0].reason


async def test_eas_follows_the_afi_where_it_is_wished(tmp_path: Path) -> None:
    async with running(tmp_path / "pad", setup=replace(QUICK_SETUP, with_eas=True)) as stage:
        tag = book(1)
        tag.eas = True
        stage.field.place(tag)
        await stage.until(ItemPlaced)
        stage.reader.set_security(tag.uid, secured=False)
        await stage.until(SecurityChanged)
        assert not tag.eas
        stage.reader.set_security(tag.uid, secured=True)
        changed = await stage.until(SecurityChanged, 2)
        assert [change.secured for change in changed] == [False, True]
        assert tag.eas


class DeafTag(VirtualTag):
    """Its EAS bit cannot be reset."""

    @property
    def eas(self) -> bool:
        return True

    @eas.setter
    def eas(self, value: bool) -> None:
        pass


async def test_an_eas_bit_that_stays_is_no_release(tmp_path: Path) -> None:
    async with running(tmp_path / "pad", setup=replace(QUICK_SETUP, with_eas=True)) as stage:
        stage.field.place(DeafTag(uid_of(1), afi=0x07))
        await stage.until(ItemPlaced)
        stage.reader.set_security(uid_of(1), secured=False)
        assert await stage.until(SecurityFailed) == [SecurityFailed("pad", uid_of(1), wanted=False, read_back=None)]


async def test_without_the_flag_eas_is_left_alone(tmp_path: Path) -> None:
    async with running(tmp_path / "pad") as stage:
        tag = book(1)
        tag.eas = True
        stage.field.place(tag)
        await stage.until(ItemPlaced)
        stage.reader.set_security(tag.uid, secured=False)
        await stage.until(SecurityChanged)
        assert tag.eas


async def test_cues_are_given_on_the_readers_lamps_and_beeper(tmp_path: Path) -> None:
    outputs = Outputs(green=Output(1), red=Output(2), beeper=Output(3))
    async with running(tmp_path / "pad", setup=replace(QUICK_SETUP, outputs=outputs)) as stage:
        assert isinstance(stage.reader, Signals)
        stage.reader.signal(Cue.DONE)  # nobody is there to give it to: it is forgotten
        await stage.until(DeviceUp)
        stage.reader.signal(Cue.ATTENTION)
        async with asyncio.timeout(PATIENCE_S):
            while not stage.firmware.outputs.facts():
                await stage.several_looks()
        assert stage.firmware.outputs.facts() == {
            "bits 2-3": "flashing at 4 Hz for 2.0 s",
            "bits 4-5": "flashing at 4 Hz for 2.0 s",
        }
