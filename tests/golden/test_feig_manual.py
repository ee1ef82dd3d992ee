"""Every command byte for byte as the manuals have it (FEIG H60301-3e, H40801-5e, H20411-0e, H71011-0e, H90202-7e)
and its SDK. The layouts are theirs, the values invented.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware_msgs.feig.answers import Answer, Done, Refused, decode_answer, encode_answer
from firmware_msgs.feig.blocks import BlockOrder
from firmware_msgs.feig.buffer_records import Buffer, BufferRecord, Holds
from firmware_msgs.feig.buffered_mode import (
    BufferInformation,
    ClearBuffer,
    GetBufferInformation,
    ReadBuffer,
    StartBuffer,
)
from firmware_msgs.feig.configuration import (
    ConfigurationRecord,
    ReadConfiguration,
    ResetConfiguration,
    SaveConfiguration,
    WriteConfiguration,
)
from firmware_msgs.feig.frames import Frame
from firmware_msgs.feig.inventory import ItemTag, OtherTag
from firmware_msgs.feig.nxp import SenseEas
from firmware_msgs.feig.outputs import FlashRate, OutputRecord, OutputState
from firmware_msgs.feig.peripherals import GetPeople, People, PeripheralAnswer, SetPeople
from firmware_msgs.feig.reader_answers import (
    ConfigurationPages,
    DeviceId,
    InformationMode,
    InformationRecords,
    Inputs,
    NoiseLevel,
    OtherInformation,
    ReaderFirmware,
    ReaderHardware,
    SoftwareVersion,
)
from firmware_msgs.feig.reader_requests import (
    GetInputs,
    GetNoiseLevel,
    GetReaderInformation,
    GetSoftwareVersion,
    ResetCpu,
    ResetSystem,
    SetNoiseLevel,
    SetOutputRecords,
    SetOutputs,
)
from firmware_msgs.feig.requests import Request, decode_request, encode_request
from firmware_msgs.feig.status import Status
from firmware_msgs.feig.tag_answers import Block, Blocks, BlockSecurity, Inventory
from firmware_msgs.feig.tag_requests import (
    GetBlockSecurity,
    GetSystemInformation,
    LockAfi,
    LockBlocks,
    LockDsfid,
    ReadBlocks,
    ResetToReady,
    Select,
    StayQuiet,
    TakeInventory,
    WriteBlocks,
    WriteDsfid,
)
from firmware_msgs.feig.targets import Unaddressed
from firmware_msgs.iso15693 import TagError

UID = "E004010809B9CB12"
ANY, SELECTED = Unaddressed.ANY, Unaddressed.SELECTED

REQUESTS: list[tuple[str, Request]] = [
    (f"b0 02 01 {UID}", StayQuiet(UID)),
    (f"b0 22 01 {UID} 04 03", LockBlocks(UID, 4, 3)),
    (f"b0 23 09 {UID} 00 08", ReadBlocks(UID, 0, 8, with_security=True)),
    ("b0 23 00 00 08", ReadBlocks(ANY, 0, 8)),
    ("b0 23 02 00 08", ReadBlocks(SELECTED, 0, 8)),
    (f"b0 23 21 {UID} 03 0102 08", ReadBlocks(UID, 0x0102, 8, bank=3)),
    (f"b0 24 21 {UID} 03 0102 01 04 44332211", WriteBlocks(UID, 0x0102, (b"\x11\x22\x33\x44",), bank=3)),
    ("b0 24 02 05 02 04 44332211 88776655", WriteBlocks(SELECTED, 5, (b"\x11\x22\x33\x44", b"\x55\x66\x77\x88"))),
    (f"b0 25 01 {UID}", Select(UID)),
    (f"b0 26 01 {UID}", ResetToReady(UID)),
    ("b0 26 02", ResetToReady(SELECTED)),
    (f"b0 28 01 {UID}", LockAfi(UID)),
    (f"b0 29 01 {UID} 3e", WriteDsfid(UID, 0x3E)),
    (f"b0 2a 01 {UID}", LockDsfid(UID)),
    ("b0 2b 00", GetSystemInformation(ANY)),
    (f"b0 2c 01 {UID} 00 1c", GetBlockSecurity(UID, 0, 28)),
    (f"b1 04 a5 01 {UID}", SenseEas(UID)),
    ("b1 04 a5 00", SenseEas(ANY)),
    ("63", ResetCpu()),
    ("64 00", ResetSystem()),
    ("66 ff", GetReaderInformation(InformationMode.ALL)),
    ("6c 0001 0002 0003", SetNoiseLevel(1, 2, 3)),
    ("6d", GetNoiseLevel()),
    ("71 1c00 0400 0000 0005", SetOutputs(0x1C00, 0x0400, relay_time=5)),  # the first example of H40801-5e, 5.11.1
    ("71 4000 0000 0000 000a", SetOutputs(0x4000, relay_time=10)),  # the second
    (
        "72 01 02 01 01 000a 23 1b 0005",
        SetOutputRecords(
            (
                OutputRecord(0, 1, OutputState.ON, time=10),
                OutputRecord(1, 3, OutputState.FLASHING, FlashRate.HZ_2, repeats=1, time=5),
            )
        ),
    ),
    ("74", GetInputs()),
    ("80 81", ReadConfiguration(1, in_eeprom=True)),
    ("81 02 000102030405060708090a0b0c0d", WriteConfiguration(2, bytes(range(14)))),
    ("81 82 000102030405060708090a0b0c0d", WriteConfiguration(2, bytes(range(14)), in_eeprom=True)),
    ("82 03", SaveConfiguration(3)),
    ("82 40", SaveConfiguration()),
    ("83 83", ResetConfiguration(3, in_eeprom=True)),
    ("83 c0", ResetConfiguration(in_eeprom=True)),
    ("21 05", ReadBuffer(5, large=False)),
    ("22 0105", ReadBuffer(261)),
    ("31", GetBufferInformation()),
    ("32", ClearBuffer()),
    ("33", StartBuffer()),
    ("9f 00 0d 02 06ff7700 8433", GetPeople()),
    ("9f 00 0d 02 06027700 cf40", GetPeople(address=2)),
]


@pytest.mark.parametrize(("wire", "request_"), REQUESTS, ids=[wire for wire, _ in REQUESTS])
def test_requests(wire: str, request_: Request) -> None:
    command, *data = bytes.fromhex(wire)
    frame = Frame(command, bytes(data))
    assert decode_request(frame) == request_
    assert encode_request(request_) == frame


VERSION = SoftwareVersion(0x0303, 0, 0x44, 0x53, 0x0D30)
ANSWERS: list[tuple[Request, str, Answer]] = [
    (LockBlocks(UID, 4, 3), "03 05", Refused(Status.WRITE_ERROR, block=5)),
    (LockBlocks(UID, 4, 3), "95 11 05", Refused(Status.TAG_ERROR, TagError.ALREADY_LOCKED, 5)),
    (WriteBlocks(UID, 0, (b"1234",), bank=3), "95 12 0102", Refused(Status.TAG_ERROR, TagError.LOCKED, 0x0102)),
    (ReadBlocks(ANY, 0, 2), "00 02 02 01 1122 00 3344", Blocks((Block(b"\x22\x11", 1), Block(b"\x44\x33")))),
    (GetBlockSecurity(UID, 0, 3), "00 03 00 01 00", BlockSecurity((0, 1, 0))),
    (SenseEas(UID), "00", Done()),
    (SenseEas(UID), "01", Refused(Status.NO_TAG)),
    (GetSoftwareVersion(), "00 0303 00 44 53 0d30 0100", replace(VERSION, more=b"\1\0")),
    (GetReaderInformation(0), "00 0303 00 44 53 0d30 0100 0200", ReaderFirmware(VERSION, 256, 512)),
    (GetReaderInformation(0x10), "00 0001 0002 0003 04 05 000000", ReaderHardware(1, 2, 3, 4, 5)),
    (GetReaderInformation(0x40), "00 0010 ff0f", ConfigurationPages(16, b"\xff\x0f")),
    (GetReaderInformation(0x51), "00 c0a80a0a", OtherInformation(bytes((192, 168, 10, 10)))),
    (GetReaderInformation(0x80), "00 00000001 00000002 0003 0004 0005 0000", DeviceId(1, 2, 3, 4, 5)),
    (
        GetReaderInformation(0xFF),
        "00 02 00" + "11" * 30 + "80" + "22" * 30,
        InformationRecords(((0x00, b"\x11" * 30), (0x80, b"\x22" * 30))),
    ),
    (GetNoiseLevel(), "00 0001 0002 0003", NoiseLevel(1, 2, 3)),
    (GetInputs(), "00 03", Inputs(3)),
    (ReadConfiguration(1), "00 000102030405060708090a0b0c0d", ConfigurationRecord(bytes(range(14)))),
    (WriteConfiguration(9, bytes(14)), "16", Refused(Status.WRITE_PROTECTED)),
    (GetBufferInformation(), "00 0100 0000 0003", BufferInformation(256, 0, 3)),
    (ReadBuffer(1), "92", Refused(Status.NO_VALID_DATA)),
    (
        ReadBuffer(2, large=False),
        f"94 33 02 03{UID} 00 01 44332211 01020304 07 03{UID} 05 00 01020304 08",
        Buffer(
            Holds.UID | Holds.BLOCKS | Holds.TIME | Holds.ANTENNA,
            (
                BufferRecord(uid=UID, blocks=(b"\x11\x22\x33\x44",), time=b"\1\2\3\4", antenna=7),
                BufferRecord(uid=UID, first=5, time=b"\1\2\3\4", antenna=8),
            ),
            more=True,
        ),
    ),
    (
        ReadBuffer(1),
        f"00 8b 04 0001 0017 03 00 0a c23e{UID} 0001 04 11223344 ff",
        Buffer(
            Holds.UID | Holds.BLOCKS | Holds.LSB_FIRST | Holds.AFI,
            (BufferRecord(uid=UID, afi=0xC2, dsfid=0x3E, blocks=(b"\x11\x22\x33\x44",), extra=b"\xff"),),
        ),
    ),
    (GetPeople(), "20", Refused(Status.PERIPHERAL_SILENT)),
    (
        GetPeople(),
        "00 16007700 00000001 00000002 00000003 fffffffe 9719",
        PeripheralAnswer(0, People((1, 2, 3, 0xFFFFFFFE))),
    ),
    (SetPeople((0, 0, 0, 0)), "00 06007800 bf76", PeripheralAnswer(0)),
]


@pytest.mark.parametrize(("request_", "wire", "answer"), ANSWERS, ids=[wire for _, wire, _ in ANSWERS])
def test_answers(request_: Request, wire: str, answer: Answer) -> None:
    data = bytes.fromhex(wire)
    frame = encode_answer(request_, answer)
    assert frame.data.hex() == data.hex()
    assert decode_answer(request_, frame) == answer


KINDS = {
    "00 00 1122334455667788": OtherTag(0x00, b"\0", "1122334455667788"),
    "05 01 1122334455667788": OtherTag(0x05, b"\1", "1122334455667788"),
    "06 0102030405060708090a0b0c": OtherTag(0x06, b"", "0102030405060708090A0B0C"),
    "06 8102030405060708": OtherTag(0x06, b"", "8102030405060708"),
    "07 " + "11" * 19: OtherTag(0x07, b"", "11" * 19),
    "08 0000 112233445566": OtherTag(0x08, b"\0\0", "112233445566"),
    "09 01 06 3000 11223344": OtherTag(0x09, b"\1", "300011223344"),
    "81 00 08 1122334455667788": OtherTag(0x81, b"\0", "1122334455667788"),
    "84 01 0e 3400 112233445566778899aabbcc": OtherTag(0x84, b"\1", "3400112233445566778899AABBCC"),
    "9a 01 02 1122": OtherTag(0x9A, b"\1", "1122"),
}


@pytest.mark.parametrize(("entry", "tag"), KINDS.items(), ids=list(KINDS))
def test_every_kind_of_tag_in_an_inventory(entry: str, tag: OtherTag) -> None:
    data = bytes((0, 2)) + bytes.fromhex(entry) + bytes.fromhex(f"03 00 {UID}")
    answer = Inventory((tag, ItemTag(UID, 0)))
    assert decode_answer(TakeInventory(), Frame(0xB0, data, 0)) == answer
    assert encode_answer(TakeInventory(), answer).data == data


def test_an_answer_may_stand_behind_a_warning() -> None:
    data = bytes.fromhex(f"84 01 03 00 {UID}")
    assert decode_answer(TakeInventory(), Frame(0xB0, data, 0)) == Inventory((ItemTag(UID, 0),))
    assert decode_answer(TakeInventory(), Frame(0xB0, b"\x84", 0)) == Refused(Status.RF_WARNING)


def test_a_reader_may_be_set_to_leave_blocks_as_they_are() -> None:
    order = BlockOrder.LSB_FIRST
    assert encode_request(WriteBlocks(ANY, 0, (b"1234",)), order=order).data == b"\x24\x00\x00\x01\x041234"
    answer = Blocks((Block(b"1234"),))
    frame = encode_answer(ReadBlocks(ANY, 0, 1), answer, order=order)
    assert frame.data == b"\0\1\4\x001234"
    assert decode_answer(ReadBlocks(ANY, 0, 1), frame, order) == answer
