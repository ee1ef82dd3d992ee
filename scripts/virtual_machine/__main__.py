"""`scripts/machine`: a machine that boots, with a real kernel and real USB, to prove on it what no pty can."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

from scripts.virtual_machine.base import Base, obtain
from scripts.virtual_machine.checks import cards, keys, pad, panel
from scripts.virtual_machine.errors import MachineError
from scripts.virtual_machine.machine import QEMU, booted
from scripts.virtual_machine.payload import make_payload
from scripts.virtual_machine.recipe import cache_folder, present_recipe
from scripts.virtual_machine.report import Report, say, skipped
from scripts.virtual_machine.suite import Suite, prove_all

SUITES: Final[dict[str, Suite[Any]]] = {
    "keys": keys.SUITE,
    "panel": panel.SUITE,
    "pad": pad.SUITE,
    "cards": cards.SUITE,
}

RUN_S: Final = 600.0
"""Ten times what a run takes on two idle cores: one that hangs must not hold up whoever waits for it."""


def main() -> int:
    options = _options()
    reason = _why_not()
    if reason is not None:
        print(skipped(reason, as_json=options.json))
        return 0
    signal.signal(signal.SIGTERM, _stop)
    suites = [SUITES[name] for name in options.only or SUITES]
    report = Report(sum(len(suite.checks) for suite in suites))
    try:
        with _told():
            prove(suites, report)
    except KeyboardInterrupt:
        return 130
    print(report.json() if options.json else report.line())
    return 1 if report.failed else 0


def prove(suites: Sequence[Suite[Any]], report: Report) -> None:
    """Make and boot a machine, and prove the suites on it. MachineError, perhaps in a group, ends it early."""
    with tempfile.TemporaryDirectory(prefix="shufang-machine-") as name:
        folder, payload = Path(name), Path(name, "payload")
        payload.mkdir()
        with report.step("the machine's base, out of the cache or made anew"):
            base = obtain(present_recipe(), cache_folder(os.environ))
        with report.step("our package, as a wheel"):
            make_payload(payload)
        asyncio.run(_prove_in_machine(suites, report, base, folder))


async def _prove_in_machine(suites: Sequence[Suite[Any]], report: Report, base: Base, folder: Path) -> None:
    async with asyncio.timeout(RUN_S), AsyncExitStack() as leaving:
        with report.step("booted, and our package installed in it"):
            machine = await leaving.enter_async_context(booted(base, folder / "payload", folder))
        for suite in suites:
            with report.step(suite.device):
                await prove_all(suite, machine, report.add)
        if report.failed:
            say(machine.said())


@contextmanager
def _told() -> Iterator[None]:
    """The machine's own faults become sentences; what was not proven by then counts as failed."""
    try:
        yield
    except* (MachineError, OSError) as faults:  # TimeoutError, of RUN_S, is an OSError
        for fault in _leaves(faults):
            say(f"machine: {str(fault) or f'not done after {RUN_S:.0f} s'}")


def _leaves(fault: BaseException) -> Iterator[BaseException]:
    if isinstance(fault, BaseExceptionGroup):
        for each in fault.exceptions:
            yield from _leaves(each)
    else:
        yield fault


def _why_not() -> str | None:
    """Why no machine can be had here, if so; scripts/setup has tried."""
    if platform.machine() != "x86_64":
        return f"the machine is an x86_64 one, and its Python packages are built here, on {platform.machine()}."
    if shutil.which(QEMU) is None:
        return f"{QEMU} is not installed, and scripts/setup could not install it here."
    return None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/machine", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    devices = commands.add_parser("devices", help="prove our drivers on a real kernel and real USB")
    devices.add_argument(
        "--json", action="store_true", help="one JSON object on standard output, all else on standard error"
    )
    devices.add_argument("--only", choices=SUITES, action="append", help="only this suite; may be given again")
    return parser.parse_args()


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Leave by the way of every other exception, which ends processes and removes files."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
