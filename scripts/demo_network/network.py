"""The whole network on one machine, as ordinary processes: started in order, kept, and ended in reverse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.demo_network import configs, programs
from scripts.demo_network.configs import Ports
from scripts.demo_network.folder import RunFolder
from scripts.demo_network.hands import Hands
from scripts.demo_network.places import PLACES, Place
from scripts.demo_network.ports import LOOPBACK, reserved_port
from scripts.demo_network.probes import Probe, port_listens, socket_greets, socket_listens
from scripts.demo_network.processes import Keeper, Program, run_to_end


@dataclass(frozen=True, slots=True)
class Network:
    """What runs, and hands at its devices."""

    folder: RunFolder
    ports: Ports
    hands: Hands
    broker: Keeper
    central: Keeper

    @property
    def monitor(self) -> str:
        """The monitor page's address."""
        return f"http://{LOOPBACK}:{self.ports.monitor}/"

    def screen_socket(self, place: Place) -> Path:
        """Where a terminal's screens connect."""
        return _screen_socket(self.folder, place)

    def journal(self, place: Place) -> Path:
        """A terminal's journal."""
        return self.folder.terminal(place.terminal) / configs.JOURNAL

    @property
    def ledger(self) -> Path:
        """The main library's database."""
        return self.folder.central / configs.CENTRAL_DATABASE


class Cast:
    """The programs that run, in stages: a stage starts together, after the one before is ready."""

    def __init__(self, keeping: asyncio.TaskGroup) -> None:
        self._keeping = keeping
        self._stages: list[list[tuple[Keeper, asyncio.Task[None]]]] = []

    async def start(self, *starts: tuple[Program, Probe]) -> tuple[Keeper, ...]:
        """One stage, once all of it is ready."""
        self._stages.append([])
        async with asyncio.TaskGroup() as starting:
            tasks = [starting.create_task(self._start(program, ready)) for program, ready in starts]
        return tuple(task.result() for task in tasks)

    async def stop(self) -> None:
        """End everything, the last stage first."""
        running = [entry for stage in self._stages for entry in stage]
        for _, keeping in running:
            keeping.cancel()
        if running:
            await asyncio.wait([keeping for _, keeping in running])
        for stage in reversed(self._stages):
            await asyncio.gather(*(keeper.stop() for keeper, _ in stage))

    async def _start(self, program: Program, ready: Probe) -> Keeper:
        stage = self._stages[-1]
        keeper = await Keeper.start(program, ready)
        stage.append((keeper, self._keeping.create_task(keeper.keep())))
        return keeper


@asynccontextmanager
async def running_network(folder: RunFolder) -> AsyncIterator[Network]:
    """Everything up; a program that fails for good ends it with ProgramFailed (in an exception group)."""
    with reserved_port() as broker_port, reserved_port() as monitor_port:
        async with asyncio.TaskGroup() as keeping:
            cast = Cast(keeping)
            try:
                yield await _start(cast, folder, Ports(broker_port, monitor_port))
            finally:
                await cast.stop()


async def _start(cast: Cast, folder: RunFolder, ports: Ports) -> Network:
    await _make_keys(folder)
    main_library = configs.write_central(folder, ports)
    async with asyncio.TaskGroup() as together:
        together.create_task(run_to_end(programs.county_import(folder, main_library)))
        surroundings = together.create_task(_start_surroundings(cast, folder, ports))
    (central,) = await cast.start((programs.central(folder, main_library), port_listens(LOOPBACK, ports.monitor)))
    hands = Hands(_control_socket(folder))
    await _start_terminals(cast, folder, ports, hands)
    broker, _ = surroundings.result()
    return Network(folder, ports, hands, broker, central)


async def _make_keys(folder: RunFolder) -> None:
    async with asyncio.TaskGroup() as together:
        together.create_task(run_to_end(programs.library_keys(folder)))
        for place in PLACES:
            together.create_task(run_to_end(programs.terminal_keys(folder, place)))


async def _start_surroundings(cast: Cast, folder: RunFolder, ports: Ports) -> tuple[Keeper, ...]:
    """What stands around our programs: the broker and the devices."""
    broker = programs.broker(folder, configs.write_broker(folder, ports.broker))
    devices = programs.devices(folder, configs.write_devices(folder))
    return await cast.start(
        (broker, port_listens(LOOPBACK, ports.broker)), (devices, socket_listens(_control_socket(folder)))
    )


async def _start_terminals(cast: Cast, folder: RunFolder, ports: Ports, hands: Hands) -> None:
    seen = await hands.look()
    await cast.start(
        *(
            (
                programs.kiosk(
                    folder,
                    place,
                    configs.write_terminal(folder, place, ports),
                    card_service=seen.devices[place.cards].card_service or "",
                ),
                socket_greets(_screen_socket(folder, place)),
            )
            for place in PLACES
        )
    )


def _control_socket(folder: RunFolder) -> Path:
    return folder.devices / configs.CONTROL_SOCKET


def _screen_socket(folder: RunFolder, place: Place) -> Path:
    return folder.terminal(place.terminal) / configs.SCREEN_SOCKET
