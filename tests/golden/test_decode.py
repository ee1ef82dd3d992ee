"""`provision decode` on every worked example that is kept here: what a technician gets to see."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from provisioning.decoding.table import READINGS
from provisioning.main import app
from tests.golden.vectors import Vector, load

OTHERWISE: Final = frozenset({"hid_events"})
"""Files of another form, for which there is no reading."""

NAMES: Final = [file.stem for file in sorted(Path(__file__).parent.glob("*.json")) if file.stem not in OTHERWISE]
VECTORS: Final = [vector for name in NAMES for vector in load(name)]
TAG_KEYS: Final = {"format", "item_id", "owner_isil", "parts", "part", "usage"}
ADDED: Final = {
    "crc16-ccitt-false",
    "gaoxiao-oi",
    "gaoxiao-user-bank",
    "iso15962-compaction-1-integer",
    "iso28560-3-extension-block",
    "iso28560-4-user-bank",
}
SAID_BETTER: Final = {
    "usage",
    "note",
    "expect",
    "claimed",
    "computed",
    "nibbles",
    "layout",
    "address",
    "id_no",
    "ext",
    "state",
}
"""What the worked examples put in words of their own; each has its own test beside its codec."""


def decode(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["decode", *arguments])
    return done.exit_code, done.stdout, done.stderr


def is_refused(vector: Vector) -> bool:
    """Negative by its own word, or published with a checksum that is not its text's."""
    published = vector.decoded if isinstance(vector.decoded, dict) else {}
    counted = published.get("computed", published.get("checksum"))
    return vector.negative or ("checksum" in published and counted != published["checksum"])


@pytest.mark.parametrize("vector", [each for each in VECTORS if not is_refused(each)], ids=str)
def test_it_says_what_the_worked_example_says(vector: Vector) -> None:
    code, out, err = decode(vector.protocol, vector.data.hex())
    assert (code, err) == (0, "")
    said: dict[str, Any] = json.loads(out)
    assert out.count("\n") == 1
    assert said["protocol"] == vector.protocol
    if isinstance(vector.decoded, dict):
        expected = {key: value for key, value in vector.decoded.items() if key not in SAID_BETTER}
        assert {key: said.get(key, "missing") for key in expected} == expected
    elif isinstance(vector.decoded, str | int) and "kind" not in said:
        assert any(str(vector.decoded) in str(value) for value in said.values()) or "meaning" in said


@pytest.mark.parametrize("vector", [each for each in VECTORS if is_refused(each)], ids=str)
def test_a_wrong_checksum_is_told_with_its_kind_and_place(vector: Vector) -> None:
    code, out, err = decode(vector.protocol, vector.data.hex())
    assert (code, out) == (1, "")
    assert "checksum at byte" in err


@pytest.mark.parametrize("vector", [each for each in VECTORS if each.protocol == "iso28560-3"], ids=str)
def test_a_tag_says_all_that_a_terminal_asks_of_it(vector: Vector) -> None:
    code, out, _ = decode(vector.protocol, vector.data.hex())
    assert code == vector.negative
    assert vector.negative or json.loads(out).keys() >= TAG_KEYS


@pytest.mark.parametrize(
    ("protocol", "text", "error"),
    [
        ("gaoxiao-epc-bank(CRC+PC+payload)", "c41e3400300833b2ddd9014000000000", "value at byte 8"),  # dp2: no such tag
        ("gaoxiao-epc-bank(CRC+PC+payload)", "280001045300001853044000", "value at byte 6"),
        ("gaoxiao-epc-bank(CRC+PC+payload)", "45c2141cc04fc70badb5c6e2da1ded4dd319", "value"),
        ("gaoxiao-user-bank", "0c02d9941404000100012c003800", "length at byte 8"),  # dp2: four bytes of usage
        ("iso28560-4-epc-bank(PC+UII)", "1107141cfa01", "value at byte 4"),
        ("iso28560-4-epc-bank(PC+UII)", "3400170300039813080", "hex"),
        ("iso28560-4-user-bank", "0602", "truncated at byte 2"),
        ("iso28560-4-user-bank", "06020100f0", "truncated at byte 5"),
    ],
)
def test_an_error_tells_its_place_in_the_bytes_that_were_given(protocol: str, text: str, error: str) -> None:
    code, out, err = decode(protocol, text)
    assert (code, out) == (1, "")
    assert err.startswith(f"provision: {error}: ")


def test_an_element_that_stands_twice_keeps_both_texts() -> None:
    said = json.loads(decode("gaoxiao-user-bank", "180141180142")[1])
    assert [element["text"] for element in said["elements"]] == ["A", "B"]


def test_what_is_no_text_in_a_user_bank_does_not_spoil_the_rest() -> None:
    said = json.loads(decode("iso28560-4-user-bank", "06 7701ff 140204b3 00")[1])
    assert (said["elements"][0]["text"], said["parts"], said["part"]) == (None, 12, 3)


def test_a_blank_tag_is_told_from_one_as_3m_made_it() -> None:
    assert json.loads(decode("3m-rfid501", "00" * 12)[1])["state"] == "blank tag"
    assert json.loads(decode("3m-rfid501", "55" * 24 + "00" * 4)[1])["state"] == "blank factory tag"


def test_every_protocol_of_the_examples_has_a_reading() -> None:
    assert {vector.protocol for vector in VECTORS} | ADDED <= READINGS.keys()


def test_the_list_names_every_protocol() -> None:
    code, out, _ = decode("--list")
    assert code == 0
    assert out.splitlines() == sorted(READINGS)


@pytest.mark.parametrize("text", ["05 FF 65 E5 CB", "05:ff:65:e5:cb", "05ff\n65e5cb"])
def test_bytes_may_be_written_as_people_copy_them(text: str) -> None:
    assert decode("feig-standard", text)[0] == 0


@pytest.mark.parametrize("text", ["", "0", "05ff65e5cg", "05ff65e5c"])
def test_what_is_no_hex_is_told(text: str) -> None:
    code, out, err = decode("feig-standard", text)
    assert (code, out) == (1, "")
    assert err.startswith("provision: ")


def test_an_unknown_protocol_is_told_with_where_the_names_are() -> None:
    code, out, err = decode("feig", "00")
    assert (code, out) == (2, "")
    assert "decode --list" in err


def test_text_that_would_turn_the_terminals_around_is_escaped() -> None:
    code, out, _ = decode("iso15962-compaction-7-utf-8", "e280ae41")
    assert code == 0
    assert "\u202e" not in out
    assert json.loads(out)["text"] == "\u202eA"


def test_as_the_program_on_the_command_line() -> None:
    command = [str(Path(sys.executable).with_name("provision")), "decode", "lcus", "a00101a2"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout)["protocol"] == "lcus"
