"""`central run` as a process, to be stopped and killed, with its folder of keys, configuration and database."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from central.keys import LibraryKeys, load_library_keys
from provisioning.keys import make_library_keys
from tests.broker import Mosquitto
from tests.central_books import write_folder
from tests.central_journals import NETWORK, Journal

CENTRAL = Path(sys.executable).with_name("central")
READY = re.compile(r"central: ready, monitor page at (\S+)")
READY_WITHIN_S = 15.0
STOPPED_WITHIN_S = 10.0


class CentralProcess:
    """Prepare with `enrol`, then `start`; `kill` is SIGKILL."""

    def __init__(self, folder: Path, broker: Mosquitto) -> None:
        self.folder = folder
        self.broker = broker
        self.config = folder / "central.toml"
        self.address = ""
        make_library_keys(folder / "keys")
        self.keys: LibraryKeys = load_library_keys(folder / "keys")
        self._process: subprocess.Popen[bytes] | None = None
        self._log = folder / "central.log"

    def enrol(self, *journals: Journal) -> None:
        """Write the configuration for these terminals, and import the county."""
        host, port = self.broker.host, self.broker.port
        head = f'network = "{NETWORK}"\ndatabase = "central.db"\nkeys = "keys"\n'
        parts = [head, f'[broker]\nhost = "{host}"\nport = {port}\n[web]\nport = 0\n']
        for journal in journals:
            public = journal.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            (self.folder / f"{journal.terminal}.pub").write_bytes(public)
            parts.append(
                f'[[terminals]]\nid = "{journal.terminal}"\nsite = "{journal.site}"\n'
                f'public_key = "{journal.terminal}.pub"\n'
            )
        self.config.write_text("".join(parts))
        self.command("import", str(write_folder(self.folder / "county")))

    def command(self, name: str, *arguments: str) -> str:
        """Another command of central, to its end; what it printed."""
        command = [str(CENTRAL), name, "--config", str(self.config), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def start(self) -> None:
        """Returns when it says that it is ready."""
        before = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("a") as log:
            command = [str(CENTRAL), "run", "--config", str(self.config)]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + READY_WITHIN_S
        while not (ready := READY.search(self.log()[before:])):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"central did not start: {self.log()}")
            time.sleep(0.02)
        self.address = ready[1]

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        return self._end(signal.SIGTERM)

    def log(self) -> str:
        return self._log.read_text()

    def _end(self, signum: signal.Signals) -> int:
        if self._process is None:
            return 0
        process, self._process = self._process, None
        process.send_signal(signum)
        return process.wait(STOPPED_WITHIN_S)


@pytest.fixture
def central(tmp_path: Path, broker: Mosquitto) -> Iterator[CentralProcess]:
    process = CentralProcess(tmp_path, broker)
    yield process
    process.kill()
