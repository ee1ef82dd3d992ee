"""A main library as real processes, for tests that kill them."""

from __future__ import annotations

import csv
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from provisioning.keys import make_library_keys, make_terminal_keys
from tests.broker import Mosquitto, free_port

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "scripts" / "demo_network" / "county"
WITHIN_S = 20.0
"""A process starts in a second; a machine busy with other tests takes longer."""
POLL_S = 0.02

T = TypeVar("T")


def wait_for(what: Callable[[], T | None], why: str, within_s: float = WITHIN_S) -> T:
    """The first truthy value of `what`."""
    deadline = time.monotonic() + within_s
    while True:
        value = what()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {within_s} s in vain: {why}")
        time.sleep(POLL_S)


def script(name: str) -> str:
    """A command of ours, as it was installed."""
    return str(Path(sys.executable).parent / name)


def table(name: str) -> list[dict[str, str]]:
    """A table of the invented county."""
    return list(csv.DictReader((SAMPLE / f"{name}.csv").read_text(encoding="utf-8").splitlines()))


class Program:
    """A child process with its output in a file."""

    def __init__(self, command: list[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.command = command
        self.log = log
        self.environment = dict(environment or {})
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, **self.environment},
            )

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(WITHIN_S)
        self.process = None
        return code

    def ended(self) -> int:
        """Its exit code, once it has ended by itself."""
        assert self.process is not None
        code = self.process.wait(WITHIN_S)
        self.process = None
        return code

    def said(self, text: str) -> bool:
        return self.log.exists() and text in self.log.read_text()


@dataclass
class MainLibrary:
    """Broker and central with the invented county, or another `sample`; terminals T-01 … share one key pair."""

    folder: Path
    terminals: int = 40
    sample: Path = SAMPLE
    broker: Mosquitto = field(init=False)
    program: Program = field(init=False)

    def __post_init__(self) -> None:
        self.broker = Mosquitto(self.folder)
        make_library_keys(self.folder / "library")
        make_terminal_keys(self.folder / "terminal")
        config = self.folder / "central.toml"
        lines = [
            'network = "test"',
            'database = "central.db"',
            'keys = "library"',
            f"broker = {{ port = {self.broker.port} }}",
            f"web = {{ port = {free_port()} }}",
            *(
                f'[[terminals]]\nid = "{name}"\nsite = "YJ-01"\npublic_key = "terminal/terminal-signing.pub"'
                for name in map(self.name_of, range(1, self.terminals + 1))
            ),
        ]
        config.write_text("\n".join(lines))
        self.config = config
        subprocess.run(
            [script("central"), "import", "--config", str(config), str(self.sample)],
            check=True,
            capture_output=True,
            cwd=ROOT,
        )
        self.program = Program([script("central"), "run", "--config", str(config)], self.folder / "central.log")

    @staticmethod
    def name_of(number: int) -> str:
        return f"T-{number:02}"

    def start(self) -> None:
        self.broker.start()
        self.program.start()
        try:
            wait_for(lambda: self.program.said("ready"), f"central did not start: {self.program.log}")
        except AssertionError:
            self.stop()
            raise

    def stop(self) -> None:
        self.program.kill()
        self.broker.kill()

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of the ledger, read beside the running program."""
        with sqlite3.connect(f"file:{self.folder / 'central.db'}?mode=ro", uri=True) as database:
            rows = list(database.execute(query, parameters))
        database.close()
        return rows
