from __future__ import annotations

import pytest

from firmware_msgs.checksums import crc16_mcrf4xx
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.answers import Done, Refused, decode_answer, encode_answer
from firmware_msgs.feig.configuration import ReadConfiguration
from firmware_msgs.feig.decoder import FrameDecoder
from firmware_msgs.feig.frames import Frame, Framing, encode_frame
from firmware_msgs.feig.inventory import ItemTag, OtherTag
from firmware_msgs.feig.nxp import ResetEas, SetEas
from firmware_msgs.feig.reader_answers import SoftwareVersion
from firmware_msgs.feig.reader_requests import (
    DetectBaudRate,
    GetReaderInformation,
    GetSoftwareVersion,
    ResetRf,
    SetOutputs,
    SwitchRf,
)
from firmware_msgs.feig.requests import Request, decode_request, encode_request
from firmware_msgs.feig.status import Status, status_words
from firmware_msgs.feig.tag_answers import Block, Blocks, Inventory, SystemInformation, decode_system_information
from firmware_msgs.feig.tag_requests import GetSystemInformation, ReadBlocks, TakeInventory, WriteAfi, WriteBlocks
from tests.golden.vectors import Vector, load

UID = "E004010809B9CB12"
VECTORS = load("feig_obid")
FRAMES = [vector for vector in VECTORS if vector.protocol in {"feig-standard", "feig-advanced"}]

REQUESTS: dict[str, Request] = {
    "05ff65e5cb": GetSoftwareVersion(),
    "020011ffb02b01e004010809b9cb120b65": GetSystemInformation(UID),
    "0fffb02b01e004010809b9cb126f6c": GetSystemInformation(UID),
    "020008ff6a01a1aa": SwitchRf(on=True),
    "020008ff6a0028bb": SwitchRf(on=False),
    "020018ffb02401e004010809b9cb120001043433323196db": WriteBlocks(UID, 0, (b"1234",)),
    "020018ffb02401e004010809b9cb12010104353637383c82": WriteBlocks(UID, 1, (b"8765",)),
    "020020ffb02401e00401001159139f00030433221100303031303435363379d7": WriteBlocks(
        "E00401001159139F", 0, (b"\x00\x11\x22\x33", b"0100", b"3654")
    ),
    "07ffb001001c56": TakeInventory(),
    "020009ffb001001843": TakeInventory(),
    "05ff698901": ResetRf(),
    "020007ff6902ab": ResetRf(),
    "06ff52000f6e": DetectBaudRate(),
    "020008ff52004ac3": DetectBaudRate(),
    "06ff6600cdbf": GetReaderInformation(0),
    "020008ff66008812": GetReaderInformation(0),
    "020008128007a02d": ReadConfiguration(7),
    "11ffb02301e004010809b9cb1200082882": ReadBlocks(UID, 0, 8),
    "020013ffb02301e004010809b9cb120008f3c6": ReadBlocks(UID, 0, 8),
    "10ffb02701e004010809b9cb1207ee44": WriteAfi(UID, 0x07),
    "020012ffb02701e004010809b9cb1207c8ab": WriteAfi(UID, 0x07),
    "10ffb02701e004010809b9cb12c24fd5": WriteAfi(UID, 0xC2),
    "020012ffb02701e004010809b9cb12c2693a": WriteAfi(UID, 0xC2),
    "10ffb104a201e004010809b9cb128274": SetEas(UID),
    "10ffb104a301e004010809b9cb12a558": ResetEas(UID),
}


@pytest.mark.parametrize("vector", [vector for vector in FRAMES if not vector.negative], ids=str)
def test_published_frames_decode_and_encode_to_themselves(vector: Vector) -> None:
    (frame,) = FrameDecoder().feed(vector.data)
    assert f"feig-{frame.framing.value}" == vector.protocol
    assert encode_frame(frame) == vector.data


@pytest.mark.parametrize("vector", [vector for vector in FRAMES if vector.negative], ids=str)
def test_a_published_bad_frame_is_ignored(vector: Vector) -> None:
    decoder = FrameDecoder()
    assert decoder.feed(vector.data) == []
    good = FRAMES[0]
    assert len(decoder.feed(good.data)) == 1


@pytest.mark.parametrize(("wire", "request_"), REQUESTS.items(), ids=list(REQUESTS))
def test_requests(wire: str, request_: Request) -> None:
    (frame,) = FrameDecoder().feed(bytes.fromhex(wire))
    assert decode_request(frame) == request_
    assert encode_frame(encode_request(request_, frame.framing, frame.address)).hex() == wire


def test_every_published_request_is_compared() -> None:
    asked = {vector.data.hex() for vector in FRAMES if not vector.negative and vector.data[1] != 0}
    assert asked <= REQUESTS.keys() | {"0d00650003030044530d303309"}


def test_the_published_software_version() -> None:
    vector = next(vector for vector in FRAMES if isinstance(vector.decoded, dict))
    (frame,) = FrameDecoder().feed(vector.data)
    version = SoftwareVersion(0x0303, 0x00, 0x44, 0x53, 0x0D30)
    assert decode_answer(GetSoftwareVersion(), frame) == version
    assert encode_frame(encode_answer(GetSoftwareVersion(), version, Framing.STANDARD)) == vector.data


def test_the_published_system_information() -> None:
    vector = next(vector for vector in VECTORS if vector.protocol == "feig-sysinfo-data")
    information = SystemInformation(UID, dsfid=0x3E, afi=0x01, block_size=4, block_count=80, ic_reference=0x01)
    assert decode_system_information(vector.data) == information
    frame = encode_answer(GetSystemInformation(UID), information)
    assert frame.data == b"\0" + vector.data


def test_the_published_checksum() -> None:
    vector = next(vector for vector in VECTORS if vector.protocol.startswith("crc16"))
    assert crc16_mcrf4xx(vector.data) == int(vector.decoded["crc"], 16)


def test_blocks_are_turned_round_on_the_wire() -> None:
    """Three blocks with security bytes, from the comments of TH Wildau's node-rfid-server."""
    data = bytes.fromhex("00 03 04 00 32010211 00 30343130 00 39393933")
    request = ReadBlocks(UID, 0, 3)
    answer = Blocks((Block(b"\x11\x02\x01\x32"), Block(b"0140"), Block(b"3999")))
    assert decode_answer(request, Frame(0xB0, data, 0)) == answer
    assert answer.data == b"\x11\x02\x01201403999"
    assert encode_answer(request, answer).data == data


def test_an_inventory_of_cards() -> None:
    """14443 entries as Amarok's FeigReader tests have them."""
    data = bytes.fromhex(f"94 03 03 3e {UID} 04 00ff 77665544332211 04 24ff aa998877665544332211")
    answer = Inventory(
        (
            ItemTag(UID, 0x3E),
            OtherTag(0x04, b"\x00\xff", "77665544332211"),
            OtherTag(0x04, b"\x24\xff", "AA998877665544332211"),
        ),
        more=True,
    )
    assert decode_answer(TakeInventory(), Frame(0xB0, data, 0)) == answer
    assert encode_answer(TakeInventory(), answer).data == data


def test_the_rest_of_an_inventory_is_asked_for_by_bit_7() -> None:
    assert encode_request(TakeInventory(more=True)).data == b"\x01\x80"


def test_outputs_are_four_big_endian_words() -> None:
    assert encode_request(SetOutputs(0x0001, 0x0002, 3, 4)).data == bytes.fromhex("0001 0002 0003 0004")


@pytest.mark.parametrize(
    ("data", "answer"),
    [("00", Done()), ("01", Refused(Status.NO_TAG)), ("9510", Refused(Status.TAG_ERROR, 0x10)), ("77", Refused(0x77))],
)
def test_answers_to_a_write(data: str, answer: Done | Refused) -> None:
    assert decode_answer(WriteAfi(UID, 7), Frame(0xB0, bytes.fromhex(data), 0)) == answer
    assert encode_answer(WriteAfi(UID, 7), answer).data == bytes.fromhex(data)


@pytest.mark.parametrize(
    ("request_", "command", "data", "kind"),
    [
        (WriteAfi(UID, 7), 0x65, "00", "command"),
        (WriteAfi(UID, 7), 0xB0, "", "truncated"),
        (WriteAfi(UID, 7), 0xB0, "0000", "length"),
        (WriteAfi(UID, 7), 0xB0, "95", "truncated"),
        (ReadBlocks(UID, 0, 2), 0xB0, "00 01 04 00 11223344", "value"),
        (ReadBlocks(UID, 0, 1), 0xB0, "00 01 04 00 112233", "truncated"),
        (GetSystemInformation("E004010000000001"), 0xB0, f"00 3e {UID} 01 03 4f 01", "value"),
        (TakeInventory(), 0xB0, "00 01 0d 00", "value"),
        (TakeInventory(), 0xB0, "00 02 03 3e" + UID, "truncated"),
    ],
)
def test_an_answer_to_something_else_is_refused(request_: Request, command: int, data: str, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_answer(request_, Frame(command, bytes.fromhex(data), 0))
    assert caught.value.kind == kind


def test_every_status_has_words() -> None:
    words = {status_words(status) for status in Status}
    assert len(words) == len(Status)
    assert status_words(0x77) == "the reader gave the unknown status 77"
    assert str(Refused(Status.TAG_ERROR, 0x12)) == "the tag refused: this is locked and cannot be changed"
