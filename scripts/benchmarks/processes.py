"""The processes that are measured. None outlives its block, nor us."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from firmware_msgs.uplink.topics import TerminalTopics
from scripts.benchmarks.ground import CENTRAL, NETWORK, ROOT, Ground
from scripts.benchmarks.wire import Line

START_S: Final = 20.0
"""Python with its libraries is up in a second even where other programs keep the machine busy."""

STOP_S: Final = 10.0
LOOK_S: Final = 0.02
DIES_WITH_US: Final = ("setpriv", "--pdeathsig", "KILL", "--")
SYSTEM_PATH: Final = "/usr/local/sbin:/usr/sbin:/sbin"
"""Where Debian has mosquitto; only root's PATH names it."""

_BROKER: Final = """
listener {port} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
max_inflight_messages 1000
max_queued_messages 0
persistence false
{user}
"""
"""As design sections 3 and 9 want a broker, and as the demo has it: it holds nothing back and drops nothing."""


class BenchmarkError(Exception):
    """A process that is to be measured did not do what it must; the text names it and what it said."""


@contextmanager
def running(arguments: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process while the block lasts; what it says goes to `log`."""
    environment = os.environ | {"PATH": f"{os.environ.get('PATH', os.defpath)}:{SYSTEM_PATH}"}
    with log.open("ab") as said:
        process = subprocess.Popen([*DIES_WITH_US, *arguments], stdout=said, stderr=said, cwd=ROOT, env=environment)
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_S)
            process.kill()
            process.wait()


@contextmanager
def broker(folder: Path) -> Iterator[int]:
    """A mosquitto of our own; its port."""
    port = _free_port()
    config, log = folder / "mosquitto.conf", folder / "mosquitto.log"
    user = "user root" if os.geteuid() == 0 else ""
    config.write_text(_BROKER.format(port=port, user=user), encoding="utf-8")
    with running(["mosquitto", "-c", str(config)], log) as process:
        _wait(process, log, lambda: _listens(port))
        yield port


@contextmanager
def central(ground: Ground, folder: Path, port: int) -> Iterator[None]:
    """A main library that has heard from nobody yet and listens now."""
    config, log = ground.central_config(folder, port), folder / "central.log"
    with listening([CENTRAL, "run", "--config", str(config)], log, port):
        yield


@contextmanager
def listening(arguments: Sequence[str], log: Path, port: int) -> Iterator[None]:
    """A process that subscribes to the terminals' records, once it has."""
    probe = TerminalTopics(NETWORK, "probe").event
    with running(arguments, log) as process, closing(Line(port, "probe", protocol=5)) as line:
        _wait(process, log, lambda: line.has_subscriber(probe))
        yield


def python(module: str, *arguments: str) -> list[str]:
    """The command of one of our own programs."""
    return [sys.executable, "-m", module, *arguments]


def output(arguments: Sequence[str]) -> bytes:
    """What a process says before it ends by itself."""
    done = subprocess.run([*DIES_WITH_US, *arguments], capture_output=True, cwd=ROOT, check=False)
    if done.returncode:
        raise BenchmarkError(f"{arguments[2]} failed: {done.stderr.decode(errors='replace')}")
    return done.stdout


def _wait(process: subprocess.Popen[bytes], log: Path, is_ready: Callable[[], bool]) -> None:
    until_s = time.monotonic() + START_S
    while not is_ready():
        if process.poll() is not None or time.monotonic() > until_s:
            raise BenchmarkError(
                f"The process that logs to {log.name} did not start: {log.read_text(encoding='utf-8')[-2000:]}"
            )
        time.sleep(LOOK_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
