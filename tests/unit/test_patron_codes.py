"""Patrons' QR codes between scanner and session."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drivers.events import BarcodeScanned
from firmware_msgs.config import Broker, Rules, TerminalConfig, TerminalKeys
from firmware_msgs.patron_qr import OneTimeCode, sign
from kiosk.patron_codes import SKEW_S, PatronCodes
from kiosk.session.events import CodeRefusal, PatronCodeRefused

KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
MADE_S = 1_790_000_000.0
CODE = OneTimeCode("yuanjiang", "T4QX9", int(MADE_S + 2 * SKEW_S), 120, b"12345678")
SETTINGS = TerminalConfig(
    network="yuanjiang",
    terminal="T-01",
    site="S",
    site_name="S",
    journal="j",
    screen_socket="s",
    broker=Broker(host="h", port=1),
    keys=TerminalKeys(signing="a", library_sealing="b", library_signing="c"),
    rules=Rules(owners=("CN-530428",), card_qr_prefix="YJ:"),
)


class World:
    def __init__(self) -> None:
        self.passed_s = self.fallen_back_s = 0.0
        self.is_known = True
        self.codes = PatronCodes(SETTINGS, KEY.public_key(), self.library_s, self.steady_s)
        self.passed_s = 3 * SKEW_S

    def steady_s(self) -> float:
        return 5_000.0 + self.passed_s

    def library_s(self) -> float | None:
        return MADE_S + self.passed_s - self.fallen_back_s if self.is_known else None

    def scan(self, text: str) -> str | CodeRefusal:
        told = self.codes.read(BarcodeScanned("scanner", text))
        return told.reason if isinstance(told, PatronCodeRefused) else told.text


@pytest.mark.parametrize("text", ["TSG00000000001", "9787536692930", "yj:1234", ""])
def test_any_other_text_stands_for_itself(text: str) -> None:
    assert World().scan(text) == text


def test_a_printed_code_stands_for_the_cards_number() -> None:
    assert World().scan("YJ:20310001") == "20310001"
    assert World().scan("YJ:2031 0001") is CodeRefusal.UNREADABLE


def test_a_one_time_code_stands_for_its_token_once() -> None:
    world, text = World(), sign(CODE, KEY)
    assert world.scan(text) == "T4QX9"
    assert world.scan(text) is CodeRefusal.USED


def test_a_code_of_others_is_foreign() -> None:
    world = World()
    assert world.scan(sign(CODE, OTHER_KEY)) is CodeRefusal.FOREIGN
    assert world.scan(sign(replace(CODE, network="elsewhere"), KEY)) is CodeRefusal.FOREIGN


def test_a_code_outside_its_time_has_expired() -> None:
    world = World()
    world.passed_s += CODE.lifetime_s + SKEW_S
    assert world.scan(sign(CODE, KEY)) is CodeRefusal.EXPIRED


def test_a_code_from_before_the_program_began_may_have_been_used_then() -> None:
    before = replace(CODE, issued_s=int(MADE_S), lifetime_s=600)
    assert World().scan(sign(before, KEY)) is CodeRefusal.EXPIRED


@pytest.mark.parametrize(("after_s", "back_s"), [(CODE.lifetime_s + 1, SKEW_S / 2), (3600, 3600)])
def test_a_clock_that_falls_back_brings_no_used_code_to_life_again(after_s: int, back_s: float) -> None:
    world, text = World(), sign(CODE, KEY)
    assert world.scan(text) == "T4QX9"
    world.passed_s += after_s
    later = replace(CODE, token="NEXT", issued_s=CODE.issued_s + after_s, nonce=b"87654321")
    assert world.scan(sign(later, KEY)) == "NEXT"  # with it, what has expired is forgotten
    world.fallen_back_s = back_s
    assert world.scan(text) in (CodeRefusal.USED, CodeRefusal.EXPIRED)
    world.passed_s += back_s
    latest = replace(later, token="LAST", issued_s=later.issued_s + 1, nonce=b"00000000")
    assert world.scan(sign(latest, KEY)) == "LAST"


def test_a_damaged_code_is_unreadable() -> None:
    assert World().scan(sign(CODE, KEY)[:40]) is CodeRefusal.UNREADABLE


def test_without_the_main_librarys_time_none_can_be_judged() -> None:
    world = World()
    world.is_known = False
    assert world.scan(sign(CODE, KEY)) is CodeRefusal.UNCHECKED
    world.is_known = True
    assert world.scan(sign(CODE, KEY)) == "T4QX9"
