"""What the measured processes stand on: a network of terminals with their keys, and a main library with a catalogue."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from firmware_msgs.config import Broker, Rules, TerminalConfig, TerminalKeys
from kiosk import clock
from kiosk.identity import Identity, load_identity
from provisioning.keys import make_library_keys, make_terminal_keys
from scripts.benchmarks import traffic
from scripts.benchmarks.county import write_county

NETWORK: Final = "bench"
ROOT: Final = Path(__file__).parents[2]
CENTRAL: Final = str(Path(sys.executable).with_name("central"))
DATABASE: Final = "central.sqlite"

RULES: Final = Rules(owners=(traffic.OWNER,), offline_limit=50, settling_s=0)
"""A patron may take a whole pad, and nothing waits at the start."""


class Ground:
    """A folder on the disk that is measured; everything lives and ends in it."""

    def __init__(self, folder: Path, terminals: Sequence[str]) -> None:
        self.folder = folder
        self.terminals = terminals
        make_library_keys(folder / "library")
        for terminal in terminals:
            make_terminal_keys(folder / terminal)
        self._import_county()

    def subfolder(self, name: str) -> Path:
        """A new one."""
        path = self.folder / f"{name}-{secrets.token_hex(4)}"
        path.mkdir()
        return path

    def settings(self, terminal: str, port: int) -> TerminalConfig:
        """The configuration of a terminal whose broker listens on `port`."""
        return TerminalConfig(
            network=NETWORK,
            terminal=terminal,
            site=traffic.SITE,
            site_name="Bench",
            journal="journal.sqlite",
            screen_socket="screen",
            broker=Broker(host="127.0.0.1", port=port),
            keys=TerminalKeys(
                signing=f"{terminal}/terminal-signing.key",
                library_sealing="library/library-sealing.pub",
                library_signing="library/library-signing.pub",
            ),
            rules=RULES,
        )

    def identity(self, terminal: str) -> Identity:
        """Who a terminal is."""
        return load_identity(self.settings(terminal, port=1), self.folder, clock.boot_id())

    def central_config(self, folder: Path, port: int) -> Path:
        """The configuration file, in `folder`, of a main library that has the catalogue and heard from nobody yet."""
        shutil.copy(self.folder / DATABASE, folder / DATABASE)
        return self._write_config(folder, port)

    def _import_county(self) -> None:
        config, county = self._write_config(self.folder, port=1), write_county(self.folder / "county")
        command = (CENTRAL, "import", "--config", config, county)
        subprocess.run(command, capture_output=True, check=True)

    def _write_config(self, folder: Path, port: int) -> Path:
        lines = [
            f'network = "{NETWORK}"',
            f'database = "{DATABASE}"',
            f'keys = "{self.folder}/library"',
            f"broker = {{ port = {port} }}",
            "web = { port = 0 }",
        ]
        for terminal in self.terminals:
            key = self.folder / terminal / "terminal-signing.pub"
            lines += ["[[terminals]]", f'id = "{terminal}"', f'site = "{traffic.SITE}"', f'public_key = "{key}"']
        path = folder / "central.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path
