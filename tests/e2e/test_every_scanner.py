"""Each scanner that `simulate` can stand for, in the real program: a scan identifies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drivers.catalogue.model import Capability, Interface
from drivers.catalogue.table import MODELS
from firmware_msgs.patron_qr import NONCE_BYTES, OneTimeCode, sign
from tests.e2e.county import MainLibrary, wait_for
from tests.e2e.device_stage import BY_UID, county_of_all_cards, knows, leave, serving, shows
from tests.e2e.terminal import PAD, Part, Screen, Terminal

SCANNERS: Final = {
    "serial-scanner": "plain",
    "zebra-ssi": "zebra",
    "honeywell-serial": "honeywell",
    "newland-serial": "newland",
    "gm65": "gm65",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainLibrary]:
    with county_of_all_cards(tmp_path_factory.mktemp("library"), terminals=len(SCANNERS)) as library:
        yield library


def test_no_scanner_is_missing() -> None:
    """But those that type, which need a kernel's input layer: `scripts/machine devices` has them."""
    models = {name for name, row in MODELS.items() if Capability.CODES in row.capabilities}
    assert set(SCANNERS) == {name for name in models if MODELS[name].interface is not Interface.INPUT}


@pytest.mark.parametrize("model", SCANNERS)
def test_a_scan_identifies(library: MainLibrary, tmp_path: Path, model: str) -> None:
    name = MainLibrary.name_of(1 + list(SCANNERS).index(model))
    scanner = Part("scanner", model, {"kind": "scanner", "speaks": SCANNERS[model]})
    terminal = Terminal(tmp_path, name, library, [], parts=(PAD, scanner), rules="notice_s = 1")
    with serving(terminal) as screen:
        show(terminal, screen, BY_UID.number)
        knows(screen, BY_UID)
        leave(screen)
        show(terminal, screen, long_code())
        shows(screen, "idle", notice="code_foreign")


def show(terminal: Terminal, screen: Screen, text: str) -> None:
    """Somebody comes and holds a code under the scanner until it looks for one."""
    screen.touch()
    wait_for(lambda: terminal.try_scan(text), f"the scanner is told to scan: {terminal.kiosk.log}")


def long_code() -> str:
    """The longest that patrons show, of nobody that this network knows."""
    code = OneTimeCode("a" * 63, "b" * 32, int(time.time()), 60, bytes(NONCE_BYTES))
    return sign(code, Ed25519PrivateKey.generate())
