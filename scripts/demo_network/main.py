"""`scripts/demo`: Shufang's main job on one machine. The only place where the demo's parts are wired together."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from scripts.demo_network.desk.desk import Desk
from scripts.demo_network.desk.server import desk_page
from scripts.demo_network.errors import DemoError, ExpectationFailed, FolderRefused
from scripts.demo_network.folder import RunFolder, run_folder
from scripts.demo_network.foreground import Foreground
from scripts.demo_network.network import Network, running_network
from scripts.demo_network.places import PLACES
from scripts.demo_network.programs import console_script
from scripts.demo_network.tour.tour import run_tour
from scripts.demo_network.window import is_at_hand

FOLDER: Final = Path(__file__).parents[2] / "demo-data"
INTERRUPTED: Final = 130
"""What a shell reports for a program that Ctrl-C ended."""


def main() -> int:
    """The exit code."""
    wanted = _arguments()
    try:
        return asyncio.run(_until_told(wanted))
    except (DemoError, BaseExceptionGroup) as error:
        fault = _fault_in(error)
        if fault is None:
            raise
        _say(f"demo: {fault}")
        if (wanted.folder / "logs").is_dir() and not isinstance(fault, FolderRefused):
            _say(f"demo: ended; all logs are in {wanted.folder / 'logs'} until the next start")
        if wanted.json:
            print(json.dumps({"failed": str(fault)}, ensure_ascii=False))
        return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo", description="Two terminals, the main library and a desk to play with, on this machine."
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="everything is in it (default: %(default)s)")
    parser.add_argument("--keep", action="store_true", help="leave the folder there at the end")
    parser.add_argument("--tour", action="store_true", help="play by itself, check that all is well, and end")
    parser.add_argument("--json", action="store_true", help="with --tour: print the count as one JSON object")
    wanted = parser.parse_args()
    if wanted.json and not wanted.tour:
        parser.error("--json tells of a tour; add --tour")
    return wanted


async def _until_told(wanted: argparse.Namespace) -> int:
    """Run until the end, or until a signal says so; what was started is ended in order either way."""
    running = asyncio.create_task(_run(wanted))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, _end, running)
    return await running


def _end(running: asyncio.Task[int]) -> None:
    """Once: ending takes a moment, and an impatient second signal must not cut it short."""
    if not running.cancelling():
        running.cancel()


async def _run(wanted: argparse.Namespace) -> int:
    with run_folder(wanted.folder, keep=wanted.keep) as folder:
        try:
            code = await (_tour(folder, as_json=wanted.json) if wanted.tour else _demo(folder))
        except asyncio.CancelledError:
            code = INTERRUPTED if wanted.tour else 0
    _say(f"demo: ended; {folder.path} is {'kept' if wanted.keep else 'removed'}")
    return code


async def _demo(folder: RunFolder) -> int:
    _say("demo: starting the broker, the main library, the devices and two terminals …")
    async with running_network(folder) as network, asyncio.TaskGroup() as hands:
        foreground = Foreground(network)
        desk = Desk(network, hands, foreground.turn_to)
        async with desk_page(desk) as address:
            print(_addresses(network, address), flush=True)
            if is_at_hand():
                await foreground.run(f"操作台 desk {address} · 监控 monitor {network.monitor} · Ctrl-C 结束 ends")
            else:
                print(_without_screen(network), flush=True)
                await asyncio.get_running_loop().create_future()
    return 0


def _addresses(network: Network, desk: str) -> str:
    return (
        "\n书房演示  The Shufang demo\n"
        f"  操作台 (刷证、放书)   the desk, where you act     {desk}\n"
        f"  监控页                the monitor page            {network.monitor}\n"
        f"  日志                  logs                        {network.folder.logs}\n"
        "  Ctrl-C 结束           Ctrl-C ends it\n"
    )


def _without_screen(network: Network) -> str:
    kiosk = console_script("kiosk")
    screens = "\n".join(f"  {kiosk} screen --connect {network.screen_socket(place)}" for place in PLACES)
    return f"No terminal to show a screen in. A terminal's screen, in a terminal of yours:\n{screens}\n"


async def _tour(folder: RunFolder, *, as_json: bool) -> int:
    begun_s = asyncio.get_running_loop().time()

    def tell(what: str) -> None:
        _say(f"{asyncio.get_running_loop().time() - begun_s:5.1f} s  {what}")

    try:
        counted = asdict(await run_tour(folder, tell))
    except* ExpectationFailed as errors:
        _log_what_was_seen(folder, errors)
        raise
    tell("all is well")
    if as_json:
        print(json.dumps(counted))
    else:
        print("\n".join(f"{name.replace('_', ' '):18} {count:4}" for name, count in counted.items()))
    return 0


def _log_what_was_seen(folder: RunFolder, errors: BaseExceptionGroup[ExpectationFailed]) -> None:
    with folder.log("tour").open("a", encoding="utf-8") as log:
        for error in _leaves(errors):
            seen = error.seen if isinstance(error, ExpectationFailed) else ""
            log.write(f"{error}\n{seen}\n")


def _fault_in(error: BaseException) -> DemoError | None:
    """The first of our own errors, however deep in groups."""
    return next((leaf for leaf in _leaves(error) if isinstance(leaf, DemoError)), None)


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for part in error.exceptions for leaf in _leaves(part)]
    return [error]


def _say(what: str) -> None:
    with contextlib.suppress(OSError):  # the window may be gone: then nobody listens
        print(what, file=sys.stderr, flush=True)
