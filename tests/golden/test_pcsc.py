from __future__ import annotations

import pytest

from firmware_msgs.apdu import Command, decode_command, encode_command
from firmware_msgs.atr import CardStandard, MemoryCard, decode_atr
from tests.golden.vectors import Vector, load


@pytest.mark.parametrize("vector", load("pcsc"), ids=str)
def test_every_published_command_is_read_and_written_back_as_it_was(vector: Vector) -> None:
    assert encode_command(decode_command(vector.data)) == vector.data


@pytest.mark.parametrize(
    ("frame", "command"),
    [
        ("FFCA000000", Command(0xFF, 0xCA, 0, 0, expected=256)),
        ("FF82000006FFFFFFFFFFFF", Command(0xFF, 0x82, 0, 0, b"\xff" * 6)),
        ("FF3000010401020007", Command(0xFF, 0x30, 0, 1, bytes.fromhex("01020007"))),
        ("FFC20002048F02000300", Command(0xFF, 0xC2, 0, 2, bytes.fromhex("8F020003"), expected=256)),
        ("00B2013400", Command(0x00, 0xB2, 1, 0x34, expected=256)),
    ],
)
def test_the_four_forms_of_a_command(frame: str, command: Command) -> None:
    assert decode_command(bytes.fromhex(frame)) == command


@pytest.mark.parametrize(
    ("frame", "card"),
    [
        ("3B8F8001804F0CA000000306030001000000006A", MemoryCard(CardStandard.ISO14443A, 0x0001)),
        ("3B8F8001804F0CA0000003060B00140000000077", MemoryCard(CardStandard.ISO15693, 0x0014)),
        ("3B8180018080", None),
        ("3B6500002063CB6800", None),
    ],
)
def test_answers_to_reset_of_common_cards(frame: str, card: MemoryCard | None) -> None:
    assert decode_atr(bytes.fromhex(frame)) == card


def test_only_a_mifare_classic_opens_with_a_key() -> None:
    names = {name for name in range(0x40) if MemoryCard(CardStandard.ISO14443A, name).is_mifare_classic}
    assert names == {0x01, 0x02, 0x26}
