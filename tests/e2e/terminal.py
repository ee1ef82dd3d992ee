"""A terminal as real processes: the kiosk's program and `simulate` with its devices."""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.simulators.pcscd import SOCKET_VARIABLE
from tests.e2e.county import MainLibrary, Program, script, wait_for


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
        return (
            f"[[devices]]\n{_toml({'name': self.name, 'model': self.model, 'port': port})}\noptions = {{ {options} }}"
        )


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
        self.parts = parts
        self._pad_is_slot = any(part.name == "pad" and part.simulated["kind"] == "card" for part in parts)
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
        ports = (devices[part.name]["port"] if part.simulated else part.port for part in self.parts)
        tables = (part.terminal_table(port) for part, port in zip(self.parts, ports, strict=True))
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
        answer = self._ask(order)
        assert answer["ok"], answer
        return answer

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.folder / "sim.sock"))
            line.sendall(json.dumps(order).encode() + b"\n")
            with line.makefile() as answers:
                answer: dict[str, Any] = json.loads(answers.readline())
        return answer

    def place(self, uid: str) -> None:
        """Lay a tag on the pad, which may be a card reader's slot."""
        self.order(command="tap" if self._pad_is_slot else "place", device="pad", uid=uid)

    def remove(self, uid: str) -> None:
        if self._pad_is_slot:
            self.order(command="untap", device="pad")
        else:
            self.order(command="remove", device="pad", uid=uid)

    def scan(self, text: str) -> None:
        self.order(command="scan", device="scanner", text=text)

    def try_scan(self, text: str) -> bool:
        """Hold a code under the scanner; False: it does not look for any now."""
        return bool(self._ask({"command": "scan", "device": "scanner", "text": text})["ok"])

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

    def touch(self) -> None:
        """Somebody is there."""
        self._line.sendall(json.dumps({"type": "touched"}).encode() + b"\n")

    def _look(self) -> bool:
        with suppress(BlockingIOError):
            self._buffer += self._line.recv(1 << 20)
        *lines, self._buffer = self._buffer.split(b"\n")
        for line in lines:
            message = json.loads(line)
            if message["type"] == "shown":
                self.view = message["view"]
        return bool(self.view)
