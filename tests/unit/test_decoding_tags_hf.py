from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import pytest

from firmware_msgs.errors import DecodeError
from provisioning.decoding.tags_hf import READINGS
from tests.golden.vectors import Vector, load

VECTORS = [
    vector
    for name in ("afi", "iso28560_2", "iso28560_3", "rfid501", "feig_obid")
    for vector in load(name)
    if vector.protocol in READINGS
]
HOUSE_NAMES = {"usage"}  # a word here, a number in the examples
REMARKS = {"note", "layout", "nibbles", "claimed", "computed", "expect"}


def differences(wanted: Any, said: Any, path: str = "") -> Iterator[str]:
    """What the published example has and we do not say."""
    if isinstance(wanted, dict):
        for name in wanted.keys() - REMARKS - HOUSE_NAMES:
            yield from differences(wanted[name], said.get(name, "nothing"), f"{path}.{name}")
    elif isinstance(wanted, list):
        for one, other in zip_longest(wanted, said, fillvalue="nothing"):
            yield from differences(one, other, f"{path}[]")
    elif wanted != said:
        yield f"{path}: {wanted!r} wanted, {said!r} said"


def _elements(said: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = said.get("elements", [])
    return found


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if not vector.negative], ids=str)
def test_published_examples(vector: Vector) -> None:
    said = READINGS[vector.protocol](vector.data)
    match vector.decoded:
        case dict():
            assert not list(differences(vector.decoded, said))
            texts = {str(each["oid"]): each["text"] for each in _elements(said)}
            assert vector.decoded.get("expect", {}).items() <= texts.items()
        case str():
            assert str(said["text"]).startswith(vector.decoded)
        case number:
            assert said["value"] == number


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector.negative], ids=str)
def test_published_damage(vector: Vector) -> None:
    with pytest.raises(DecodeError):
        READINGS[vector.protocol](vector.data)


def test_a_tag_of_objects() -> None:
    said = READINGS["iso28560-2"](
        bytes.fromhex("9100051cbe991a140201d0140204b34607441cb6e2e335d6830207acc09ebaa06f6b0000")
    )
    assert {name: said[name] for name in ("format", "item_id", "owner_isil", "parts", "part", "listed")} == {
        "format": "iso28560-2",
        "item_id": "123456789012",
        "owner_isil": "US-InU-Mu",
        "parts": 12,
        "part": 3,
        "listed": [3, 4, 6],
    }
    assert "usage" not in said
    assert READINGS["iso28560-2"](bytes.fromhex("050112"))["usage"] == "circulating"


def test_a_text_that_is_none_spoils_no_other() -> None:
    said = READINGS["iso28560-2"](bytes.fromhex("110b" + "01" * 11 + "7f0201ff"))
    assert isinstance(said["fields"], dict)
    assert said["fields"]["title"] is None


def test_a_danish_tag_says_what_is_not_standard_about_it() -> None:
    swapped, reversed_blocks = (
        READINGS["iso28560-3"](vector.data)
        for vector in VECTORS
        if str(vector).startswith(("81010132393335303030303033363439000000879352553239330000000000", "3101011133"))
    )
    assert (swapped["usage"], swapped["usage_code"], swapped["quirks"]) == ("patron_card", 8, ["swapped_nibbles"])
    assert (reversed_blocks["item_id"], reversed_blocks["block_reversed"]) == ("11223344", True)


@pytest.mark.parametrize(
    ("protocol", "text", "decoded"),
    [
        ("iso15962-compaction-0-application", "00ff", "00ff"),
        ("iso15962-compaction-1-integer", "0100", "256"),
        ("iso15962-compaction-6-octets", "42fc63", "Büc"),
        ("iso15962-compaction-7-utf-8", "e4ba91", "云"),
    ],
)
def test_compactions(protocol: str, text: str, decoded: str) -> None:
    assert READINGS[protocol](bytes.fromhex(text))["text"] == decoded


def test_an_afi_that_no_library_uses() -> None:
    assert READINGS["afi"](b"\x42")["secured"] is None
    assert READINGS["dsfid"](b"\x42")["format"] is None


@pytest.mark.parametrize(
    ("protocol", "text"),
    [
        ("afi", ""),
        ("afi", "0707"),
        ("dsfid", "3e06"),
        ("iso15962-length", "0500"),
        ("iso15962-length", "81"),
        ("iso28560-3-extension-block", "050100050100"),
        ("iso15693-sysinfo", "0355443322110004e0000700"),
        ("3m-rfid501", "0411"),
        ("iso28560-2", "1105"),
    ],
)
def test_what_is_no_whole_frame(protocol: str, text: str) -> None:
    with pytest.raises(DecodeError):
        READINGS[protocol](bytes.fromhex(text))
