"""The demo's programs: each is started as a service manager would start it, with its own configuration file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from drivers.simulators.pcscd import SOCKET_VARIABLE
from scripts.demo_network.folder import RunFolder
from scripts.demo_network.places import Place
from scripts.demo_network.processes import Program
from scripts.demo_network.stock import COUNTY

_SETUP: Final = "Run scripts/setup; if it finds nothing to do, this is a fault of ours: please report it with that log."
_PCSCD: Final = f"It needs the packages pcscd, vsmartcard-vpcd and util-linux, and root or user namespaces. {_SETUP}"


def console_script(name: str) -> str:
    """One of our commands, in the virtual environment that runs us."""
    return str(Path(sys.executable).with_name(name))


def broker(folder: RunFolder, config: Path) -> Program:
    """mosquitto."""
    return Program(
        name="broker",
        command=("mosquitto", "-c", str(config)),
        log=folder.log("broker"),
        remedy=f"It is Debian's mosquitto. {_SETUP}",
        comes_back=True,
    )


def devices(folder: RunFolder, config: Path) -> Program:
    """All simulated devices. They hold the tags' memories: if they end, what happened so far is gone."""
    return Program(
        name="devices",
        command=(console_script("simulate"), "--config", str(config)),
        log=folder.log("devices"),
        remedy=_PCSCD,
    )


def county_import(folder: RunFolder, config: Path) -> Program:
    """The county's sites, books, patrons, holds and loans, into the main library's database."""
    return Program(
        name="county import",
        command=(console_script("central"), "import", "--config", str(config), str(COUNTY)),
        log=folder.log("county-import"),
        remedy=_SETUP,
    )


def central(folder: RunFolder, config: Path) -> Program:
    """The main library."""
    return Program(
        name="central",
        command=(console_script("central"), "run", "--config", str(config)),
        log=folder.log("central"),
        remedy=_SETUP,
        comes_back=True,
    )


def kiosk(folder: RunFolder, place: Place, config: Path, card_service: str) -> Program:
    """A terminal's session; its screens come and go. `card_service` is the socket of the pcscd of its machine."""
    return Program(
        name=place.terminal,
        command=(console_script("kiosk"), "run", "--config", str(config), "--no-screen"),
        log=folder.log(place.terminal),
        remedy=_SETUP,
        comes_back=True,
        environment={SOCKET_VARIABLE: card_service},
    )


def library_keys(folder: RunFolder) -> Program:
    """The main library's key pairs."""
    return _keys(folder, "library", folder.central / "keys")


def terminal_keys(folder: RunFolder, place: Place) -> Program:
    """A terminal's key pair."""
    return _keys(folder, "terminal", folder.terminal(place.terminal) / "keys")


def _keys(folder: RunFolder, kind: str, out: Path) -> Program:
    return Program(
        name=f"{kind} keys",
        command=(console_script("provision"), "keys", kind, "--out", str(out)),
        log=folder.log("keys"),
        remedy=_SETUP,
    )
