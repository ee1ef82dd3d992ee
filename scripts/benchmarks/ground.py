"""What the measured processes stand on: a network of terminals with their keys, and a main library with a catalogue."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from central.circulation.values import Item, ItemState, Patron, item_key
from central.keys import LibraryKeys, load_library_keys
from central.storage.database import Database
from central.storage.ledgers import ITEMS, PATRONS
from firmware_msgs.config import Broker, Rules, TerminalConfig, TerminalKeys
from kiosk import clock
from kiosk.identity import Identity, load_identity
from provisioning.keys import make_library_keys, make_terminal_keys
from scripts.benchmarks import traffic

NETWORK: Final = "bench"
ROOT: Final = Path(__file__).parents[2]

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
        _write_catalogue(folder / "catalogue.sqlite", load_library_keys(folder / "library"))

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
        shutil.copy(self.folder / "catalogue.sqlite", folder / "central.sqlite")
        lines = [
            f'network = "{NETWORK}"',
            f'database = "{folder}/central.sqlite"',
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


def _write_catalogue(path: Path, keys: LibraryKeys) -> None:
    database = Database(path)
    database.create(secrets.token_hex(16))
    with database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO isils VALUES (?)", (traffic.OWNER,))
        ITEMS.save(connection, [_book(number) for number in range(traffic.CATALOGUE)])
        PATRONS.save(connection, [_patron(number, keys) for number in range(traffic.PATRONS)])


def _book(number: int) -> Item:
    ref, site = traffic.item(number), traffic.SITE
    state = ItemState.AVAILABLE
    return Item(item_key(ref), ref.owner, ref.id, f"title-{number}", site, state=state, current=site)


def _patron(number: int, keys: LibraryKeys) -> Patron:
    ref, of_card = f"patron-{number}", keys.card_hash(traffic.card(number))
    return Patron(ref, of_card, "读者", f"{number:04}", "adult", loan_limit=50, loan_days=30)
