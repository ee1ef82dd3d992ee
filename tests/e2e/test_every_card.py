"""Every way in which a patron can be known, in the real program: by each kind of card, by printed codes, by QR codes.

Cards lie on a simulated reader of a real pcscd, codes come from a serial scanner.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from firmware_msgs.patron_qr import NONCE_BYTES, OneTimeCode, encode_static, sign
from kiosk.patron_codes import SKEW_S
from tests.e2e.county import MainLibrary
from tests.e2e.device_stage import (
    BY_BLOCK,
    BY_SOCIAL,
    BY_TAG,
    BY_UID,
    CARD_READER,
    CARDS,
    PATRONS,
    STRANGER,
    Patron,
    county_of_all_cards,
    knows,
    leave,
    serving,
    shows,
)
from tests.e2e.terminal import PAD, Part, Screen, Terminal

PREFIX = "YJLIB"
SCANNER = Part("scanner", "serial-scanner", {"kind": "scanner"}, {"check": "codabar"})
LIFETIME_S: Final = 60
AHEAD_S: Final = SKEW_S - 5
"""A terminal refuses codes that were issued before it started or within the skew after that, for they may have been
used already. So as not to wait for a minute, the phone's clock here runs ahead, as far as it may and still be believed.
"""

MISREAD = BY_UID.number[:-1] + "9"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainLibrary]:
    with county_of_all_cards(tmp_path_factory.mktemp("library"), terminals=1) as library:
        yield library


@pytest.fixture(scope="module")
def terminal(library: MainLibrary, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return Terminal(
        tmp_path_factory.mktemp("terminal"),
        "T-01",
        library,
        [],
        parts=(PAD, SCANNER, CARD_READER),
        rules=f'card_qr_prefix = "{PREFIX}"\nnotice_s = 1',
        more=CARDS,
    )


@pytest.fixture(scope="module")
def screen(terminal: Terminal) -> Iterator[Screen]:
    with serving(terminal) as screen:
        yield screen


@pytest.fixture(scope="module")
def issuer(library: MainLibrary) -> Ed25519PrivateKey:
    key = load_pem_private_key((library.folder / "library" / "library-signing.key").read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def is_told(screen: Screen, notice: str) -> None:
    """Nobody is identified, and the screen says why; then it is as before."""
    shows(screen, "idle", notice=notice)
    shows(screen, "idle", notice=None)


@pytest.mark.parametrize("patron", [BY_UID, BY_BLOCK, BY_SOCIAL, BY_TAG], ids=lambda patron: patron.card)
def test_a_card_of_each_kind_is_known(terminal: Terminal, screen: Screen, patron: Patron) -> None:
    terminal.order(command="tap", device="cards", uid=patron.uid)
    knows(screen, patron)
    terminal.order(command="untap", device="cards")
    leave(screen)


def test_the_same_text_of_another_kind_is_a_stranger(terminal: Terminal, screen: Screen) -> None:
    terminal.order(command="tap", device="cards", uid=STRANGER)
    is_told(screen, "card_unknown")
    terminal.order(command="untap", device="cards")


@pytest.mark.parametrize("fault", ["refuse", "mute", "torn"])
def test_a_card_that_fails_is_told(terminal: Terminal, screen: Screen, fault: str) -> None:
    terminal.order(command="fault", device="cards", kind=fault)
    terminal.order(command="tap", device="cards", uid=BY_BLOCK.uid)
    is_told(screen, "card_unreadable")
    terminal.order(command="untap", device="cards")
    terminal.order(command="clear", device="cards")


@pytest.mark.parametrize(
    "text",
    [BY_UID.number, f"A{BY_UID.number}B", encode_static(PREFIX, BY_UID.number)],
    ids=["printed", "framed Codabar", "static QR"],
)
def test_a_code_on_a_card_is_known(terminal: Terminal, screen: Screen, text: str) -> None:
    terminal.scan(text)
    knows(screen, BY_UID)
    leave(screen)


@pytest.mark.parametrize(
    ("text", "notice"),
    [(MISREAD, "code_unreadable"), (f"{PREFIX}!", "code_unreadable"), (f"XXLIB{BY_UID.number}", "card_unknown")],
    ids=["a wrong check digit", "no number behind the prefix", "another network's prefix"],
)
def test_a_code_of_no_use_is_told(terminal: Terminal, screen: Screen, text: str, notice: str) -> None:
    terminal.scan(text)
    is_told(screen, notice)


def code(token: str = BY_UID.number, *, issued_in_s: float = AHEAD_S, network: str = "test") -> OneTimeCode:
    return OneTimeCode(network, token, int(time.time() + issued_in_s), LIFETIME_S, os.urandom(NONCE_BYTES))


def test_a_one_time_code_is_known_once(terminal: Terminal, screen: Screen, issuer: Ed25519PrivateKey) -> None:
    shown = accepted(terminal, screen, issuer)
    knows(screen, BY_UID)
    leave(screen)
    terminal.scan(shown)
    is_told(screen, "code_used")


def accepted(terminal: Terminal, screen: Screen, issuer: Ed25519PrivateKey) -> str:
    """The first code that this terminal, which has just started, takes."""
    while True:
        shown = sign(code(), issuer)
        terminal.scan(shown)
        view = screen.wait(lambda view: view["type"] == "visit" or view.get("notice"), "an answer to the code")
        if view["type"] == "visit":
            return shown
        is_told(screen, "code_expired")


def test_a_one_time_code_of_no_use_is_told(terminal: Terminal, screen: Screen, issuer: Ed25519PrivateKey) -> None:
    terminal.scan(sign(code(issued_in_s=-SKEW_S - 2 * LIFETIME_S), issuer))
    is_told(screen, "code_expired")
    terminal.scan(sign(code(network="elsewhere"), issuer))
    is_told(screen, "code_foreign")
    terminal.scan(sign(code(), Ed25519PrivateKey.generate()))
    is_told(screen, "code_foreign")
    terminal.scan(sign(code(), issuer)[:60])
    is_told(screen, "code_unreadable")


def test_nothing_of_a_patron_is_in_the_log(terminal: Terminal, screen: Screen) -> None:
    terminal.scan(BY_UID.number)
    knows(screen, BY_UID)
    leave(screen)
    log = terminal.kiosk.log.read_text()
    for patron in PATRONS:
        assert patron.number not in log
        assert patron.uid not in log
        assert patron.card.rpartition(":")[2] not in log
