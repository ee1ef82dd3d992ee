"""The people counter behind a FEIG reader, over a pty and the network, on links of every manner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from drivers.events import DeviceDown, DeviceUp, PeopleCounted
from drivers.feig.people_counter import Gate, PeopleCounter
from drivers.simulators.feig.firmware import Build, FeigFirmware
from drivers.simulators.feig.people import PeopleCounter as SimulatedCounter
from drivers.simulators.tcp_cable import TcpCable
from drivers.simulators.virtual_tag import Field
from drivers.supervisor import Backoff
from tests.integration import hostile
from tests.integration.feig_stage import QUICK_SETUP, QUICK_TIMEOUTS
from tests.integration.hostile import CLEAN, HostileLink, Manner
from tests.integration.recorder import Recorder, served

pytestmark = pytest.mark.usefixtures("no_leaks")

HARMFUL = hostile.harmful(late_s=1.5 * QUICK_TIMEOUTS.answer_s)
GATE = Gate(address=2)


class Entrance:
    def __init__(self, port: str, people: SimulatedCounter, link: HostileLink) -> None:
        self.people = people
        self.link = link
        self.report = Recorder()
        backoff = Backoff(first_s=0.01, cap_s=0.05)
        self.driver = PeopleCounter(
            "gate", port, self.report, setup=QUICK_SETUP, gate=GATE, poll_s=0.01, backoff=backoff
        )

    async def counted(self, entered: int, left: int) -> None:
        """Return once so many were told, in any number of events; up and down may come between them."""
        while (entered, left) != (0, 0):
            event = await self.report.next()
            if isinstance(event, PeopleCounted):
                entered, left = entered - event.entered, left - event.left
            assert min(entered, left) >= 0


def simulated(manner: Manner) -> tuple[SimulatedCounter, HostileLink]:
    people = SimulatedCounter(address=2, counts=(100, 200, 300, 0xFFFF_FFFF))
    return people, HostileLink(FeigFirmware(Field(), pace=0, build=Build(people=people)), manner)


@asynccontextmanager
async def entrance(port: Path, manner: Manner = CLEAN) -> AsyncIterator[Entrance]:
    people, link = simulated(manner)
    cable = link.on(port)
    cable.plug()
    stage = Entrance(str(port), people, link)
    try:
        async with served(stage.driver):
            yield stage
    finally:
        cable.unplug()


@pytest.mark.parametrize("manner", [*hostile.HARMLESS, *HARMFUL], ids=str)
async def test_everybody_is_told_once(tmp_path: Path, manner: Manner) -> None:
    async with entrance(tmp_path / "gate", manner) as stage:
        assert await stage.report.next() == DeviceUp("gate")
        stage.people.let_pass(0, 2)
        stage.people.let_pass(3)  # over its end
        stage.people.let_pass(2)
        await stage.counted(entered=3, left=1)


async def test_who_passed_while_the_cable_was_out_is_told_afterwards(tmp_path: Path) -> None:
    async with entrance(tmp_path / "gate") as stage:
        assert await stage.report.next() == DeviceUp("gate")
        stage.link.cable.unplug()
        assert isinstance(await stage.report.next(), DeviceDown)
        stage.people.let_pass(1, 4)
        stage.link.cable.plug()
        await stage.counted(entered=0, left=4)


async def test_a_counter_that_does_not_answer_its_reader_is_down(tmp_path: Path) -> None:
    async with entrance(tmp_path / "gate") as stage:
        assert await stage.report.next() == DeviceUp("gate")
        stage.people.is_connected = False
        down = await stage.report.next()
        assert isinstance(down, DeviceDown)
        assert "not the people counter behind it" in down.reason
        stage.people.is_connected = True
        assert await stage.report.next() == DeviceUp("gate")


async def test_a_counter_behind_a_reader_on_the_network() -> None:
    people, link = simulated(CLEAN)
    cable = TcpCable(link)
    await cable.plug()
    stage = Entrance(cable.port, people, link)
    async with served(stage.driver):
        assert await stage.report.next() == DeviceUp("gate")
        people.let_pass(0)
        await stage.counted(entered=1, left=0)
    await cable.unplug()
