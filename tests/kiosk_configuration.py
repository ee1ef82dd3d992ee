"""A terminal's configuration that is right, for tests that make one thing of it wrong."""

from __future__ import annotations

from pathlib import Path

from provisioning.keys import make_library_keys, make_terminal_keys

GOOD = """network = "test"
terminal = "T-01"
site = "YJ-01"
site_name = "元江县图书馆"
journal = "journal.db"
screen_socket = "screen.sock"
broker = { host = "127.0.0.1", port = 1 }
[keys]
signing = "terminal/terminal-signing.key"
library_sealing = "library/library-sealing.pub"
library_signing = "library/library-signing.pub"
[rules]
owners = ["CN-530428"]
[[devices]]
name = "pad"
model = "feig-iscan"
port = "pad.tty"
"""


def write_configuration(folder: Path, text: str | bytes = GOOD) -> Path:
    """With its keys. Nobody listens on the broker's port, and there are no devices."""
    make_library_keys(folder / "library")
    make_terminal_keys(folder / "terminal")
    path = folder / "kiosk.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
