"""`provision decode` of FEIG frames."""

from __future__ import annotations

import pytest

from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.answers import encode_answer
from firmware_msgs.feig.buffer_records import Buffer, BufferRecord, Holds
from firmware_msgs.feig.buffered_mode import ReadBuffer
from firmware_msgs.feig.frames import Frame, Framing, encode_frame
from firmware_msgs.feig.peripherals import GetPeople, People, PeripheralAnswer
from firmware_msgs.feig.requests import encode_request
from firmware_msgs.feig.tag_answers import Block, Blocks
from firmware_msgs.feig.tag_requests import ReadBlocks
from provisioning.decoding.feig import READINGS
from tests.golden.vectors import Vector, load

UID = "E004010809B9CB12"
VECTORS = [vector for vector in load("feig_obid") if vector.protocol in READINGS]


def read(frame: Frame) -> dict[str, object]:
    return dict(READINGS[f"feig-{frame.framing.value}"](encode_frame(frame)))


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if not vector.negative], ids=str)
def test_every_published_example_is_read(vector: Vector) -> None:
    said = READINGS[vector.protocol](vector.data)
    assert said["kind"] != "other"
    if isinstance(vector.decoded, dict):
        assert vector.decoded.items() <= said.items()


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector.negative], ids=str)
def test_a_wrong_checksum_is_an_error(vector: Vector) -> None:
    with pytest.raises(DecodeError) as caught:
        READINGS[vector.protocol](vector.data)
    assert caught.value.kind == "checksum"


def test_where_both_are_possible_both_readings_are_given() -> None:
    said = READINGS["feig-advanced"](bytes.fromhex("020008128007a02d"))
    assert said["kind"] == "question_or_answer"
    assert said["question"] == {"kind": "read_configuration", "block": 7, "in_eeprom": False}
    answer = said["answer"]
    assert isinstance(answer, dict)
    assert (answer["kind"], answer["status"]) == ("refused", 7)


def test_a_real_readers_refusal_is_in_words() -> None:
    said = READINGS["feig-advanced"](bytes.fromhex("02000A00B09512009429"))
    assert said["kind"] == "refused"
    assert (said["status"], said["tag_error"], said["block"]) == (0x95, 0x12, 0)
    assert said["tag_error_text"] == "this is locked and cannot be changed"


def test_blocks_are_told_in_the_tags_order() -> None:
    answer = Blocks((Block(b"1234"), Block(b"5678", 1)))
    said = read(encode_answer(ReadBlocks(UID, 0, 2), answer))
    assert said["kind"] == "blocks"
    assert said["data"] == b"12345678".hex()
    assert said["blocks"] == [{"data": "31323334", "security": 0}, {"data": "35363738", "security": 1}]


def test_a_buffer_and_a_people_counter_are_read() -> None:
    buffer = Buffer(Holds.UID | Holds.AFI, (BufferRecord(uid=UID, afi=7, dsfid=0x3E),))
    records = read(encode_answer(ReadBuffer(1), buffer))["records"]
    assert isinstance(records, list)
    assert (records[0]["uid"], records[0]["afi"], records[0]["dsfid"]) == (UID, "07", "3e")
    people = read(encode_answer(GetPeople(), PeripheralAnswer(0, People((1, 2, 3, 4)))))
    assert people["people"] == {"counts": [1, 2, 3, 4]}
    assert read(encode_request(GetPeople(2)))["kind"] == "get_people"


def test_an_unknown_command_is_told_as_it_is() -> None:
    said = read(Frame(0x4E, b"\1\2", address=3))
    assert (said["kind"], said["cmd"], said["data"]) == ("other", "4e", "0102")


@pytest.mark.parametrize(
    ("protocol", "data", "kind"),
    [
        ("feig-standard", "", "truncated"),
        ("feig-standard", "05ff65e5", "truncated"),
        ("feig-standard", "05ff65e5cb00", "length"),
        ("feig-standard", "020007ff6902ab", "framing"),
        ("feig-advanced", "05ff65e5cb", "framing"),
        ("feig-advanced", "020008ff6902ab", "length"),
        ("feig-sysinfo-data", "3ee004010809b9cb1201034f", "truncated"),
        ("feig-sysinfo-data", "3ee004010809b9cb1201034f0100", "length"),
    ],
)
def test_what_is_no_such_frame_is_an_error(protocol: str, data: str, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        READINGS[protocol](bytes.fromhex(data))
    assert caught.value.kind == kind


def test_both_forms_have_a_name() -> None:
    assert {f"feig-{framing.value}" for framing in Framing} < READINGS.keys()
