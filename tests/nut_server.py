"""A real NUT server with its dummy driver, in a private folder and on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PROGRAMS: Final = Path("/lib/nut")  # Debian's wrapper in /usr/sbin starts nothing unless the whole machine is set up
START_S = 20.0  # a hung start ends here
UPS: Final = "desk"


class NutServer:
    """`tell` sets what the supply says. The driver reads it within a second."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told_s = 0
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.port = free_port()
        (folder / "ups.conf").write_text(
            f"[{UPS}]\ndriver = dummy-ups\nport = {folder}/{UPS}.dev\nmode = dummy-once\npollinterval = 1\n"
        )
        (folder / "upsd.conf").write_text(f"LISTEN 127.0.0.1 {self.port}\nMAXAGE 2\n")
        (folder / "upsd.users").touch(mode=0o600)
        folder.chmod(0o700)

    @property
    def address(self) -> str:
        return f"{UPS}@127.0.0.1:{self.port}"

    def tell(self, status: str, charge: int = 100, runtime_s: int = 1800) -> None:
        fresh = self._folder / "fresh.dev"
        fresh.write_text(f"ups.status: {status}\nbattery.charge: {charge}\nbattery.runtime: {runtime_s}\n")
        self._told_s = max(self._told_s + 1, int(time.time()))  # the driver compares whole seconds
        os.utime(fresh, (self._told_s, self._told_s))
        fresh.replace(self._folder / f"{UPS}.dev")

    def start_driver(self) -> None:
        self._start("dummy-ups", "-a", UPS)
        wait_for((self._folder / f"dummy-ups-{UPS}").exists)

    def start_server(self) -> None:
        self._start("upsd")
        wait_for(self._is_listening)

    def freeze_driver(self) -> None:
        self._running["dummy-ups"].send_signal(signal.SIGSTOP)

    def thaw_driver(self) -> None:
        self._running["dummy-ups"].send_signal(signal.SIGCONT)

    def stop(self, program: str) -> None:
        process = self._running.pop(program)
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait()

    def stop_all(self) -> None:
        for program in tuple(self._running):
            self.stop(program)

    def _start(self, program: str, *arguments: str) -> None:
        folder = str(self._folder)
        paths = ("NUT_CONFPATH", "NUT_STATEPATH", "NUT_PIDPATH", "NUT_ALTPIDPATH")
        with (self._folder / f"{program}.log").open("ab") as log:
            self._running[program] = subprocess.Popen(
                [PROGRAMS / program, "-F", *arguments, *self._user()],
                env={**os.environ, **dict.fromkeys(paths, folder)},
                stdout=log,
                stderr=log,
            )

    @staticmethod
    def _user() -> list[str]:
        """Started as root, it would change to a user who may not enter this folder."""
        return ["-u", "root"] if os.geteuid() == 0 else []

    def _is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(condition: object) -> None:
    give_up_s = time.monotonic() + START_S
    assert callable(condition)
    while not condition():
        assert time.monotonic() < give_up_s, "the NUT server did not start; see its log"
        time.sleep(0.02)


@contextmanager
def nut_server(folder: Path) -> Iterator[NutServer]:
    """Its driver and the server run; mains are on."""
    server = NutServer(folder)
    server.tell("OL")
    try:
        server.start_driver()
        server.start_server()
        yield server
    finally:
        server.stop_all()
