"""Programs as a service manager keeps them: awaited when they start, back after a crash, gone when we are."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from scripts.demo_network.errors import ProgramFailed
from scripts.demo_network.probes import Probe, within

READY_S: Final = 30.0
"""A small machine with a cold disk cache takes this long for Python's imports, with several programs at once."""

STOP_S: Final = 5.0
"""Programs say farewell and close their databases well within this; then they are killed."""

RESTART_S: Final = 0.2
RESTART_CAP_S: Final = 2.0
"""Wait before a crashed program is started again, doubling: a person at the desk sees it come back."""

MOST_CRASHES: Final = 5
"""So many without HEALTHY_S between them: it will not get better by trying."""

HEALTHY_S: Final = 10.0

LOG_LINES: Final = 12
"""Of a failed program's log, as many as fit a screen with the sentences around them."""

WITH_US: Final = ("setpriv", "--pdeathsig", "KILL", "--")
"""The kernel kills the program when we die, however we die."""

SYSTEM_PATH: Final = "/usr/local/sbin:/usr/sbin:/sbin"
"""Where Debian has mosquitto and pcscd; only root's PATH names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run. `remedy` tells a person what to do when it fails; not `comes_back`: its end is the demo's end."""

    name: str
    command: tuple[str, ...]
    log: Path
    remedy: str
    comes_back: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)

    async def begin(self) -> Process:
        """Start it in a process group of its own, so that a terminal's Ctrl-C reaches us alone."""
        path = f"{os.environ.get('PATH', os.defpath)}:{SYSTEM_PATH}"
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *WITH_US,
                *self.command,
                stdin=DEVNULL,
                stdout=log,
                stderr=STDOUT,
                process_group=0,
                env={**os.environ, "PATH": path, **self.environment},
            )

    def failed(self, happened: str) -> ProgramFailed:
        """The error for a person, with the end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return ProgramFailed(self.name, happened, self.log, lines[-LOG_LINES:], self.remedy)


async def run_to_end(program: Program) -> None:
    """Run a program that does one thing; raises ProgramFailed."""
    process = await program.begin()
    try:
        async with asyncio.timeout(READY_S):
            code = await process.wait()
    except TimeoutError:
        raise program.failed(f"was not done after {READY_S:.0f} s") from None
    finally:
        _kill(process)
    if code != 0:
        raise program.failed(f"ended with {_plain(code)}")


class Keeper:
    """Keeps one program running until `stop`."""

    def __init__(self, program: Program, process: Process) -> None:
        self.program = program
        self._process = process
        self._wanted = asyncio.Event()
        self._wanted.set()
        self._is_ours = False

    @classmethod
    async def start(cls, program: Program, ready: Probe) -> Keeper:
        """The program, once it is ready; raises ProgramFailed."""
        keeper = cls(program, await program.begin())
        try:
            await keeper._become_ready(ready)
        except BaseException:
            await keeper.stop()
            raise
        return keeper

    async def keep(self) -> None:
        """Start it again whenever it ends by itself; raises ProgramFailed when that is of no use."""
        crashes = 0
        loop = asyncio.get_running_loop()
        while True:
            begun_s = loop.time()
            code = await self._process.wait()
            healthy = self._is_ours or loop.time() - begun_s >= HEALTHY_S
            crashes = 0 if healthy else crashes + 1
            self._is_ours = False
            if not self.program.comes_back or crashes > MOST_CRASHES:
                raise self.program.failed(f"ended with {_plain(code)}")
            await asyncio.sleep(min(RESTART_S * 2**crashes, RESTART_CAP_S))
            await self._wanted.wait()
            self._process = await self.program.begin()

    @property
    def is_held(self) -> bool:
        """Whether it was put down by `hold`."""
        return not self._wanted.is_set()

    @property
    def pid(self) -> int:
        """Of the present or last process."""
        return self._process.pid

    def kill(self) -> None:
        """End it by SIGKILL; it comes back as after a crash."""
        self._is_ours = True
        _kill(self._process)

    def hold(self) -> None:
        """End it by SIGKILL, and let it come back only after `release`."""
        self._wanted.clear()
        self.kill()

    def release(self) -> None:
        """It may run again."""
        self._wanted.set()

    async def stop(self) -> None:
        """End it for good; nobody may be keeping it any more."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self._process.wait()
        except TimeoutError:
            _kill(self._process)
            await self._process.wait()

    async def _become_ready(self, ready: Probe) -> None:
        async def ready_or_gone() -> bool:
            return self._process.returncode is not None or await ready()

        in_time = await within(READY_S, ready_or_gone)
        if self._process.returncode is not None:
            raise self.program.failed(f"did not start: it ended with {_plain(self._process.returncode)}")
        if not in_time:
            raise self.program.failed(f"did not start: it was not ready after {READY_S:.0f} s")


def _kill(process: Process) -> None:
    """The program and whatever it started; it leads a process group of its own."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _plain(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
