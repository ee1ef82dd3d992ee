"""What the simulated FEIG firmware answers to each of its commands."""

from __future__ import annotations

import pytest

from drivers.simulators.feig.firmware import Build, FeigFirmware
from drivers.simulators.feig.people import PeopleCounter
from drivers.simulators.virtual_tag import Field, VirtualTag
from firmware_msgs.feig.answers import Answer, Done, Refused, decode_answer
from firmware_msgs.feig.blocks import BlockOrder
from firmware_msgs.feig.buffer_records import Buffer
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
from firmware_msgs.feig.decoder import FrameDecoder
from firmware_msgs.feig.frames import ANY_ADDRESS, encode_frame
from firmware_msgs.feig.inventory import ItemTag
from firmware_msgs.feig.nxp import ResetEas, SenseEas, SetEas
from firmware_msgs.feig.outputs import FlashRate, OutputRecord, OutputState
from firmware_msgs.feig.peripherals import GetPeople, People, PeripheralAnswer, SetPeople
from firmware_msgs.feig.reader_answers import (
    InformationMode,
    InformationRecords,
    Inputs,
    NoiseLevel,
    ReaderFirmware,
    SoftwareVersion,
)
from firmware_msgs.feig.reader_requests import (
    DetectBaudRate,
    GetInputs,
    GetNoiseLevel,
    GetReaderInformation,
    GetSoftwareVersion,
    ResetCpu,
    ResetRf,
    SetNoiseLevel,
    SetOutputRecords,
    SetOutputs,
    SwitchRf,
)
from firmware_msgs.feig.requests import Request, encode_request
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
    WriteAfi,
    WriteBlocks,
    WriteDsfid,
)
from firmware_msgs.feig.targets import Unaddressed
from firmware_msgs.iso15693 import TagError

FIRST, SECOND = "E004010000000001", "E004010000000002"
ANY, SELECTED = Unaddressed.ANY, Unaddressed.SELECTED
LOCKED = Refused(Status.TAG_ERROR, TagError.LOCKED)


class Reader:
    """The firmware with two tags in its field."""

    def __init__(self, build: Build | None = None) -> None:
        self.first, self.second = VirtualTag(FIRST, b"first..."), VirtualTag(SECOND, b"second..", dsfid=0x3E)
        self.field = Field()
        self.field.place(self.first)
        self.field.place(self.second)
        self.firmware = FeigFirmware(self.field, build=build)
        self._build = self.firmware.build

    def ask(self, request: Request, address: int = ANY_ADDRESS) -> Answer:
        order = self._build.order
        (reply,) = self.firmware.feed(encode_frame(encode_request(request, address=address, order=order)))
        (frame,) = FrameDecoder().feed(reply.data)
        assert frame.address == self._build.address
        return decode_answer(request, frame, order)

    def take_away_and_back(self) -> None:
        self.field.remove(FIRST)
        self.ask(GetBufferInformation())
        self.field.place(self.first)

    def seen(self) -> set[str]:
        answer = self.ask(TakeInventory())
        return {tag.uid for tag in answer.tags} if isinstance(answer, Inventory) else set()


def test_a_quiet_tag_answers_only_to_its_uid() -> None:
    reader = Reader()
    assert reader.ask(StayQuiet(FIRST)) == Done()
    assert reader.seen() == {SECOND}
    assert reader.ask(ReadBlocks(ANY, 0, 1)) == Blocks((Block(b"seco"),))
    assert reader.ask(ReadBlocks(FIRST, 0, 1)) == Blocks((Block(b"firs"),))
    assert reader.ask(ResetToReady(FIRST)) == Done()
    assert reader.seen() == {FIRST, SECOND}


def test_a_quiet_tag_speaks_again_after_the_field_was_off_or_it_was_away() -> None:
    reader = Reader()
    for wake in (lambda: reader.ask(ResetRf()), lambda: reader.ask(ResetCpu()), reader.take_away_and_back):
        reader.ask(StayQuiet(FIRST))
        assert reader.seen() == {SECOND}
        wake()
        assert reader.seen() == {FIRST, SECOND}


def test_one_tag_at_a_time_is_selected() -> None:
    reader = Reader()
    assert reader.ask(ReadBlocks(SELECTED, 0, 1)) == Refused(Status.NO_TAG)
    assert reader.ask(ReadBlocks(ANY, 0, 1)) == Refused(Status.COLLISION)
    assert reader.ask(Select(FIRST)) == Done()
    assert reader.ask(ReadBlocks(SELECTED, 0, 1)) == Blocks((Block(b"firs"),))
    assert reader.ask(Select(SECOND)) == Done()
    assert reader.ask(ReadBlocks(SELECTED, 0, 1)) == Blocks((Block(b"seco"),))
    assert reader.ask(ResetToReady(SELECTED)) == Done()
    assert reader.ask(ReadBlocks(SELECTED, 0, 1)) == Refused(Status.NO_TAG)


@pytest.mark.parametrize("request_", [StayQuiet(ANY), Select(SELECTED)])
def test_quiet_and_select_need_a_uid(request_: Request) -> None:
    reader = Reader()
    reader.ask(Select(FIRST))
    reader.field.remove(SECOND)
    assert reader.ask(request_) == Refused(Status.PARAMETER_RANGE)


def test_without_a_field_nobody_answers() -> None:
    reader = Reader()
    assert reader.ask(SwitchRf(on=False)) == Done()
    assert reader.ask(TakeInventory()) == reader.ask(GetSystemInformation(FIRST)) == Refused(Status.NO_TAG)
    assert reader.ask(SwitchRf(on=True)) == Done()
    assert reader.seen() == {FIRST, SECOND}


def test_a_locked_block_keeps_what_it_holds() -> None:
    reader = Reader()
    assert reader.ask(LockBlocks(FIRST, 1, 2)) == Done()
    locked = Refused(Status.TAG_ERROR, TagError.LOCKED, block=1)
    assert reader.ask(WriteBlocks(FIRST, 0, (b"new!", b"new!"))) == locked
    assert reader.first.memory[:8] == b"new!t..."  # the block before it was written
    assert reader.ask(LockBlocks(FIRST, 2, 1)) == Refused(Status.TAG_ERROR, TagError.ALREADY_LOCKED, block=2)
    assert reader.ask(LockBlocks(FIRST, 27, 2)) == Refused(Status.TAG_ERROR, TagError.NO_SUCH_BLOCK, block=28)
    assert reader.ask(GetBlockSecurity(FIRST, 0, 4)) == BlockSecurity((0, 1, 1, 0))
    assert reader.ask(GetBlockSecurity(FIRST, 0, 29)) == Refused(Status.TAG_ERROR, TagError.NO_SUCH_BLOCK)
    with_security = reader.ask(ReadBlocks(FIRST, 0, 2, with_security=True))
    assert with_security == Blocks((Block(b"new!", 0), Block(b"t...", 1)))
    assert reader.ask(ReadBlocks(FIRST, 1, 1)) == Blocks((Block(b"t...", 0),))


def test_a_locked_afi_and_dsfid_stay() -> None:
    reader = Reader()
    assert reader.ask(WriteAfi(FIRST, 0x07)) == reader.ask(LockAfi(FIRST)) == Done()
    assert reader.ask(WriteAfi(FIRST, 0xC2)) == LOCKED
    assert reader.first.afi == 0x07
    assert reader.ask(LockAfi(FIRST)) == Refused(Status.TAG_ERROR, TagError.ALREADY_LOCKED)
    assert reader.ask(WriteDsfid(FIRST, 0x3E)) == reader.ask(LockDsfid(FIRST)) == Done()
    assert reader.ask(WriteDsfid(FIRST, 0x06)) == LOCKED
    assert reader.first.dsfid == 0x3E
    assert reader.ask(LockDsfid(FIRST)) == Refused(Status.TAG_ERROR, TagError.ALREADY_LOCKED)


def test_the_eas_bit_is_set_sensed_and_reset() -> None:
    reader = Reader()
    assert reader.ask(SenseEas(FIRST)) == Refused(Status.NO_TAG)
    assert reader.ask(SetEas(FIRST)) == reader.ask(SenseEas(FIRST)) == Done()
    assert reader.ask(ResetEas(FIRST)) == Done()
    assert reader.ask(SenseEas(FIRST)) == Refused(Status.NO_TAG)


def test_settings_last_when_they_are_saved() -> None:
    reader = Reader()
    mine = bytes(range(14))
    assert reader.ask(WriteConfiguration(3, mine)) == Done()
    assert reader.ask(ReadConfiguration(3)) == ConfigurationRecord(mine)
    assert reader.ask(ReadConfiguration(3, in_eeprom=True)) == ConfigurationRecord(bytes(14))
    reader.ask(ResetCpu())
    assert reader.ask(ReadConfiguration(3)) == ConfigurationRecord(bytes(14))
    reader.ask(WriteConfiguration(3, mine))
    assert reader.ask(SaveConfiguration(3)) == Done()
    reader.ask(ResetCpu())
    assert reader.ask(ReadConfiguration(3)) == ConfigurationRecord(mine)
    assert reader.ask(ResetConfiguration(in_eeprom=True)) == Done()
    assert reader.ask(ReadConfiguration(3, in_eeprom=True)) == ConfigurationRecord(bytes(14))


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (ReadConfiguration(40), Status.READ_PROTECTED),
        (WriteConfiguration(40, bytes(14)), Status.WRITE_PROTECTED),
        (WriteConfiguration(4, bytes(13)), Status.LENGTH_ERROR),
        (GetReaderInformation(0x33), Status.PARAMETER_RANGE),
        (GetBufferInformation(), Status.NOT_AVAILABLE),
    ],
)
def test_what_it_cannot_do(request_: Request, status: Status) -> None:
    assert Reader().ask(request_) == Refused(status)


def test_it_says_what_it_is() -> None:
    reader = Reader()
    version = reader.ask(GetSoftwareVersion())
    assert isinstance(version, SoftwareVersion)
    information = reader.ask(GetReaderInformation())
    assert isinstance(information, ReaderFirmware)
    assert information.version == version
    every = reader.ask(GetReaderInformation(InformationMode.ALL))
    assert isinstance(every, InformationRecords)
    assert InformationMode.DEVICE_ID in {mode for mode, _ in every.records}
    assert reader.ask(DetectBaudRate()) == Done()


def test_outputs_and_inputs_are_told() -> None:
    reader = Reader()
    assert reader.ask(SetOutputs(0b01_00_11, 0b01_00_10, lamp_time=5)) == Done()
    beeper = OutputRecord(2, 1, OutputState.ON, FlashRate.HZ_8, time=1)
    assert reader.ask(SetOutputRecords((beeper,))) == Done()
    assert reader.firmware.outputs.facts() == {
        "bits 0-1": "flashing at 2 Hz for 0.5 s",
        "bits 4-5": "on for 0.5 s",
        "2/1": "on for 0.1 s",
    }
    reader.firmware.inputs = 0b10
    assert reader.ask(GetInputs()) == Inputs(0b10)
    assert reader.ask(SetNoiseLevel(1, 2, 3)) == Done()
    assert reader.ask(GetNoiseLevel()) == NoiseLevel(1, 2, 3)


def test_buffered_mode_writes_down_each_tag_once() -> None:
    reader = Reader(Build(gathers=True))
    assert reader.ask(TakeInventory()) == reader.ask(WriteAfi(FIRST, 7)) == Refused(Status.NOT_AVAILABLE)
    assert gathered(reader, 1) == ([FIRST], False)
    assert len(gathered(reader, 9)[0]) == 2
    assert reader.ask(GetBufferInformation()) == BufferInformation(256, 0, 2)
    assert reader.ask(ClearBuffer()) == Done()
    assert reader.ask(ReadBuffer(1)) == reader.ask(ClearBuffer()) == Refused(Status.NO_VALID_DATA)
    reader.take_away_and_back()
    assert gathered(reader, 9) == ([FIRST], False)
    assert reader.ask(StartBuffer()) == Done()
    assert len(gathered(reader, 9)[0]) == 2


def gathered(reader: Reader, count: int) -> tuple[list[str], bool]:
    answer = reader.ask(ReadBuffer(count))
    assert isinstance(answer, Buffer)
    for record in answer.records:
        assert b"".join(record.blocks)[:5] == (b"first" if record.uid == FIRST else b"secon")
    return [record.uid for record in answer.records], answer.more


def test_a_people_counter_counts_wraps_and_can_be_out_of_reach() -> None:
    people = PeopleCounter(address=2, counts=(0xFFFFFFFF, 0, 0, 0))
    reader = Reader(Build(people=people))
    people.let_pass(0, 3)
    people.let_pass(3)
    assert reader.ask(GetPeople()) == PeripheralAnswer(0, People((2, 0, 0, 1)))
    assert reader.ask(GetPeople(address=3)) == Refused(Status.PERIPHERAL_SILENT)
    assert reader.ask(SetPeople((9, 8, 7, 6), address=2)) == PeripheralAnswer(0)
    assert reader.ask(GetPeople(address=2)) == PeripheralAnswer(0, People((9, 8, 7, 6)))
    people.is_connected = False
    assert reader.ask(GetPeople(address=2)) == Refused(Status.PERIPHERAL_SILENT)


def test_a_reader_of_its_own_address_and_block_order() -> None:
    reader = Reader(Build(address=5, order=BlockOrder.LSB_FIRST))
    assert reader.ask(ReadBlocks(FIRST, 0, 1)) == Blocks((Block(b"firs"),))
    assert reader.ask(TakeInventory(), address=5) == Inventory((ItemTag(FIRST, 0), ItemTag(SECOND, 0x3E)))
    assert reader.firmware.feed(encode_frame(encode_request(TakeInventory(), address=4))) == []
