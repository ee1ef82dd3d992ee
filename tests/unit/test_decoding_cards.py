"""What `provision decode` says of APDUs and of 3M frames."""

from __future__ import annotations

import json
from typing import Any

import pytest

from firmware_msgs.errors import DecodeError
from provisioning.decoding import m3, pcsc
from tests.golden.vectors import Vector, load

READINGS = {**pcsc.READINGS, **m3.READINGS}


def read(protocol: str, text: str) -> Any:
    return json.loads(json.dumps(READINGS[protocol](bytes.fromhex(text))))


@pytest.mark.parametrize("vector", [*load("pcsc"), *load("m3_810")], ids=str)
def test_every_published_example_has_a_kind(vector: Vector) -> None:
    said = read(vector.protocol, vector.data.hex())
    assert said["kind"] != "question_or_answer"
    assert (said["kind"] == "other") == ("cmd 03" in vector.decoded)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ("ff82000006ffffffffffff", {"kind": "load_key", "case": "3S", "slot": 0, "lc": 6, "le": None}),
        ("ff860000050100046000", {"kind": "authenticate", "block": 4, "key_type": "A", "slot": 0}),
        ("ff3000010401020007", {"kind": "write_afi", "afi": "07", "maker": "omnikey"}),
        ("ff30030000", {"kind": "get_dsfid", "case": "2S", "le": 256}),
        ("ffc2000002820000", {"kind": "end_session", "case": "4S"}),
        ("ffc20002048f02020300", {"kind": "switch_protocol", "standard": "ISO15693", "layer": 3}),
        ("ffc200010a5f4604000303009501aa00", {"kind": "transceive", "sent": "aa"}),
        ("00a4020002ef05", {"kind": "select_file", "file": "ef05"}),
        ("00a404000f7378312e73682ec9e7bbe1b1a3d5cf", {"kind": "select_application", "card": "social_security"}),
        ("00b2013400", {"kind": "read_record", "file": "ef06", "field": "identity_number", "record": 1}),
        ("00b2010400", {"kind": "read_record", "file": None, "field": None, "record": 1}),
        ("00b00000000010", {"kind": "read_file", "case": "2E", "le": 16, "file": None, "offset": 0}),
        ("00b0960206", {"kind": "read_file", "file": "ef16", "offset": 2, "count": 6}),
        ("ff860000050100046100", {"kind": "authenticate", "key_type": "B", "slot": 0}),
        ("ffca000004", {"kind": "get_uid", "le": 4}),
        ("ffca010000", {"kind": "get_historical_bytes"}),
        ("ffc20000048100840000", {"kind": "manage_session", "orders": ["start_session", "field_on"]}),
        ("611e", {"kind": "response", "text": "more data waits (611E)"}),
        ("00840000", {"kind": "other", "case": "1"}),
        ("04a1b2c39000", {"kind": "response", "data": "04a1b2c3", "status": "9000"}),
        ("6a82", {"kind": "response", "status": "6a82", "text": "not found (6A82)"}),
    ],
)
def test_apdus(frame: str, said: dict[str, object]) -> None:
    assert read("pcsc-apdu", frame).items() >= said.items()


def test_an_apdu_that_may_be_either_is_told_as_both() -> None:
    said = read("pcsc-apdu", "00a40200029000")
    assert said["kind"] == "question_or_answer"
    assert (said["question"]["file"], said["answer"]["status"]) == ("9000", "9000")


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ("d60005fe0005fa40", {"kind": "take_inventory", "afi": "00", "tell": "05"}),
        ("d6000c09e004010080a1b2c3da5ae7", {"kind": "write_afi", "uid": "E004010080A1B2C3", "afi": "da"}),
        ("d6000c0900e00401003123aa266a44", {"kind": "afi_written", "uid": "E00401003123AA26"}),
        ("d6000ffe00000501e00401003123aa26941a", {"kind": "inventory", "tags": [{"uid": "E00401003123AA26"}]}),
        ("d500090400110a0500027250", {"kind": "probed", "version": "10.5.0.2"}),
        ("d600090300020000000312e6", {"kind": "other", "command": "03", "data": "000200000003"}),
    ],
)
def test_3m_frames(frame: str, said: dict[str, object]) -> None:
    assert read("3m-810", frame).items() >= said.items()


@pytest.mark.parametrize(
    ("protocol", "frame", "kind"),
    [
        ("pcsc-apdu", "", "truncated"),
        ("pcsc-apdu", "00a4", "truncated"),
        ("pcsc-apdu", "00a4020002ef05ffff", "length"),
        ("3m-810", "d60003116421", "checksum"),
        ("3m-810", "d6000311642000", "length"),
    ],
)
def test_what_is_none_is_refused(protocol: str, frame: str, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read(protocol, frame)
    assert caught.value.kind == kind
