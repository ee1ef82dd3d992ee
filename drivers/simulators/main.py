"""`simulate --config FILE`: runs the devices that the file describes until it is told to end."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

import msgspec

from drivers.simulators.config import SimulationConfig, load_config
from drivers.simulators.control import command_socket
from drivers.simulators.errors import SimulationError
from drivers.simulators.simulation import running


def main() -> None:
    """Print one JSON line when ready: the command socket, and how to reach each device."""
    parser = argparse.ArgumentParser(prog="simulate", description="Simulated devices on real ptys and a real pcscd.")
    parser.add_argument("--config", type=Path, required=True, help="what to simulate (TOML)")
    path: Path = parser.parse_args().config
    problems: list[str] = []
    try:
        asyncio.run(_simulate(load_config(path), path.resolve().parent))
    except* (SimulationError, OSError) as errors:
        problems += [f"simulate: {error}" for error in errors.exceptions]
    if problems:  # raised in the handler above, the exit would drag the group's traceback along
        sys.exit("\n".join(problems))


async def _simulate(config: SimulationConfig, folder: Path) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    socket = folder / config.command_socket
    async with running(config, folder) as simulation, command_socket(socket, simulation):
        ready = {"command_socket": str(socket), "devices": simulation.facts()["devices"]}
        sys.stdout.write(msgspec.json.encode(ready).decode() + "\n")
        sys.stdout.flush()
        await ended.wait()
