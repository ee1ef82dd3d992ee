"""A main library and terminals as real processes, for tests that kill them."""

from __future__ import annotations

import csv
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
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


@dataclass
class SimTag:
    uid: str
    item_id: str
    owner: str = "CN530428"
    extra: str = ""
    kind: str = "tags"

    def table(self) -> str:
        says = f'item_id = "{self.item_id}"\nowner_isil = "{self.owner}"\n' if self.item_id else ""
        return f'[[{self.kind}]]\nuid = "{self.uid}"\n{says}{self.extra}'


Value = str | int | float | bool


@dataclass(frozen=True)
class Part:
    """A device of a terminal. `simulated` is what `simulate` is to make of it (its port is told by `simulate` then),
    without which it is at `port`.
    """

    name: str
    model: str
    simulated: Mapping[str, Value] = field(default_factory=dict)
    options: Mapping[str, Value] = field(default_factory=dict)
    port: str = ""

    def simulator_table(self, folder: Path) -> str:
        has_link = not self.simulated.get("tcp") and self.simulated["kind"] != "card"
        link = {"link": str(folder / f"{self.name}.tty")} if has_link else {}
        return f"[[devices]]\n{_toml({'name': self.name, **link, **self.simulated})}"

    def terminal_table(self, port: str) -> str:
        options = ", ".join(_toml(self.options).splitlines())
        return f"[[devices]]\n{_toml({'name': self.name, 'model': self.model, 'port': port})}\noptions = {{ {options} }}"


def _toml(values: Mapping[str, Value]) -> str:
    return "\n".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())


PAD = Part("pad", "feig-iscan", {"kind": "feig", "pace": 0.0})
SCANNER = Part("scanner", "serial-scanner", {"kind": "scanner"})


class Terminal:
    """One kiosk with simulated devices; its pad is named `pad` and its scanner `scanner`. `more` goes into the
    simulation's description, `afi` and `rules` into both and the terminal's.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        library: MainLibrary,
        tags: Sequence[SimTag],
        *,
        parts: Sequence[Part] = (PAD, SCANNER),
        rules: str = "",
        owners: Sequence[str] = ("CN-530428",),
        afi: str = "",
        more: str = "",
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.name = name
        self._screens: list[Screen] = []
        self._others: list[Program] = []
        self._parts = parts
        afi_table = f"[afi]\n{afi}"
        devices = [part.simulator_table(folder) for part in parts if part.simulated]
        tables = [f'command_socket = "{folder}/sim.sock"', *devices, *(tag.table() for tag in tags), more, afi_table]
        (folder / "sim.toml").write_text("\n".join(tables))
        self._settings = f"""
network = "test"
terminal = "{name}"
site = "YJ-01"
site_name = "元江县图书馆"
journal = "journal.db"
screen_socket = "screen.sock"
broker = {{ host = "127.0.0.1", port = {library.broker.port} }}
[keys]
signing = "{library.folder}/terminal/terminal-signing.key"
library_sealing = "{library.folder}/library/library-sealing.pub"
library_signing = "{library.folder}/library/library-signing.pub"
[rules]
owners = {json.dumps(list(owners))}
settling_s = 1
{rules}
{afi_table}
"""
        config = str(folder / "kiosk.toml")
        self.simulate = Program([script("simulate"), "--config", str(folder / "sim.toml")], folder / "sim.log")
        self.kiosk = Program([script("kiosk"), "run", "--no-screen", "--config", config], folder / "kiosk.log")
        self.config = config

    def start_devices(self) -> None:
        """Starts them and, now that their ports are known, writes the terminal's configuration."""
        self.simulate.start()
        wait_for(lambda: self.simulate.said("command_socket"), f"the simulator did not start: {self.simulate.log}")
        devices = {device["name"]: device for device in self.order(command="state")["devices"]}
        ports = (devices[part.name]["port"] if part.simulated else part.port for part in self._parts)
        tables = (part.terminal_table(port) for part, port in zip(self._parts, ports, strict=True))
        Path(self.config).write_text("\n".join([self._settings, *tables]))
        for device in devices.values():
            if device.get("pcscd_socket"):
                self.kiosk.environment[SOCKET_VARIABLE] = device["pcscd_socket"]

    def start_instead(self, kiosk: Program) -> None:
        """Start another program in the place of the kiosk's."""
        self._others.append(kiosk)
        kiosk.start()
        wait_for((self.folder / "screen.sock").exists, f"the kiosk did not start: {kiosk.log}")

    def start(self) -> None:
        self.kiosk.start()
        wait_for((self.folder / "screen.sock").exists, f"the kiosk did not start: {self.kiosk.log}")

    def stop(self) -> None:
        """Ends everything, also where a test failed half-way. A dead simulator's links would lead a terminal to
        whoever gets its ptys next, so they go too.
        """
        for screen in self._screens:
            screen.close()
        for program in self._others:
            program.kill()
        self.kiosk.kill()
        self.simulate.kill()
        for link in self.folder.glob("*.tty"):
            link.unlink()

    def order(self, **order: Any) -> dict[str, Any]:
        """A command to the simulator."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.folder / "sim.sock"))
            line.sendall(json.dumps(order).encode() + b"\n")
            with line.makefile() as answers:
                answer: dict[str, Any] = json.loads(answers.readline())
        assert answer["ok"], answer
        return answer

    def place(self, uid: str) -> None:
        self.order(command="place", device="pad", uid=uid)

    def remove(self, uid: str) -> None:
        self.order(command="remove", device="pad", uid=uid)

    def scan(self, text: str) -> None:
        self.order(command="scan", device="scanner", text=text)

    def secured(self, uid: str) -> bool:
        tags = self.order(command="state")["tags"]
        answer: bool = next(tag["secured"] for tag in tags if tag["uid"] == uid)
        return answer

    def screen(self) -> Screen:
        """A front of the running kiosk; its socket is there a moment before it listens."""
        screen = wait_for(self._try_screen, f"the kiosk takes no screen: {self.kiosk.log}")
        self._screens.append(screen)
        return screen

    def _try_screen(self) -> Screen | None:
        with suppress(FileNotFoundError, ConnectionRefusedError):
            return Screen(self.folder / "screen.sock")
        return None

    def records(self) -> list[tuple[str, dict[str, Any]]]:
        """Type and body of every journaled record."""
        path = self.folder / "journal.db"
        if not path.exists():
            return []
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5) as database:
            rows = [json.loads(row[0]) for row in database.execute("SELECT event FROM record ORDER BY place")]
        database.close()
        return [(row["type"].removeprefix("shufang.").removesuffix(".v1"), row["data"]) for row in rows]

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.records() if kind not in {"stream_opened", "content_key_wrapped"}]


class Screen:
    """A front as the kiosk sees it."""

    def __init__(self, path: Path) -> None:
        self._line = socket.socket(socket.AF_UNIX)
        try:
            self._line.connect(str(path))
        except OSError:
            self._line.close()
            raise
        self._line.settimeout(0)
        self._buffer = b""
        self.view: dict[str, Any] = {}

    def close(self) -> None:
        self._line.close()

    def wait(self, what: Callable[[dict[str, Any]], Any], why: str) -> dict[str, Any]:
        try:
            wait_for(lambda: self._look() and what(self.view), why)
        except AssertionError as error:
            error.add_note(f"The last view was {self.view}.")
            raise
        return self.view

    def choose(self, action: str) -> None:
        self._line.sendall(json.dumps({"type": "chosen", "action": action}).encode() + b"\n")

    def _look(self) -> bool:
        with suppress(BlockingIOError):
            self._buffer += self._line.recv(1 << 20)
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            message = json.loads(line)
            if message["type"] == "shown":
                self.view = message["view"]
        return bool(self.view)
