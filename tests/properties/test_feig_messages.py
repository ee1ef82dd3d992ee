from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from firmware_msgs.errors import DecodeError, EncodeError
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
from firmware_msgs.feig.commands import Command
from firmware_msgs.feig.configuration import (
    ConfigurationRecord,
    ReadConfiguration,
    ResetConfiguration,
    SaveConfiguration,
    WriteConfiguration,
)
from firmware_msgs.feig.frames import Frame, Framing, encode_frame, parse_whole
from firmware_msgs.feig.inventory import ItemTag, OtherTag, TagKind
from firmware_msgs.feig.nxp import ResetEas, SenseEas, SetEas
from firmware_msgs.feig.outputs import OutputRecord
from firmware_msgs.feig.peripherals import GetPeople, People, PeripheralAnswer, SetPeople
from firmware_msgs.feig.reader_answers import ConfigurationPages, DeviceId, Inputs, NoiseLevel, SoftwareVersion
from firmware_msgs.feig.reader_requests import (
    DetectBaudRate,
    GetInputs,
    GetNoiseLevel,
    GetReaderInformation,
    GetSoftwareVersion,
    ResetCpu,
    ResetRf,
    ResetSystem,
    SetNoiseLevel,
    SetOutputRecords,
    SetOutputs,
    SwitchRf,
)
from firmware_msgs.feig.requests import Request, decode_request, encode_request
from firmware_msgs.feig.tag_answers import Block, Blocks, BlockSecurity, Inventory, SystemInformation
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

BYTE, WORD, LONG = st.integers(0, 0xFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)
UID = st.binary(min_size=8, max_size=8).map(lambda data: data.hex().upper())
TAG = UID | st.sampled_from(Unaddressed)
BANK = st.integers(0, 3)
BLOCK_LISTS = st.integers(1, 8).flatmap(
    lambda size: st.lists(st.binary(min_size=size, max_size=size), min_size=1, max_size=8).map(tuple)
)
RECORD = st.builds(OutputRecord, BANK, st.integers(0, 31), BANK, BANK, st.integers(0, 15), WORD)
COUNTS = st.tuples(LONG, LONG, LONG, LONG)
BLOCK_NUMBER = st.integers(0, 63)
BARE: list[Request] = [
    GetSoftwareVersion(),
    ResetRf(),
    ResetCpu(),
    DetectBaudRate(),
    GetNoiseLevel(),
    GetInputs(),
    GetBufferInformation(),
    ClearBuffer(),
    StartBuffer(),
    SaveConfiguration(),
    ResetConfiguration(),
]
REQUESTS: st.SearchStrategy[Request] = st.one_of(
    st.builds(TakeInventory, st.booleans()),
    *(st.builds(kind, TAG) for kind in (StayQuiet, Select, ResetToReady, LockAfi, LockDsfid, GetSystemInformation)),
    *(st.builds(kind, TAG) for kind in (SetEas, ResetEas, SenseEas)),
    *(st.builds(kind, TAG, BYTE, BYTE) for kind in (LockBlocks, GetBlockSecurity)),
    *(st.builds(kind, TAG, BYTE) for kind in (WriteAfi, WriteDsfid)),
    st.builds(ReadBlocks, TAG, BYTE, BYTE, st.booleans()),
    st.builds(ReadBlocks, TAG, WORD, BYTE, st.booleans(), BANK),
    st.builds(WriteBlocks, TAG, BYTE, BLOCK_LISTS),
    st.builds(WriteBlocks, TAG, WORD, BLOCK_LISTS, BANK),
    st.builds(SetOutputs, WORD, WORD, WORD, WORD),
    st.builds(SetOutputRecords, st.lists(RECORD, max_size=8).map(tuple)),
    st.builds(SetNoiseLevel, WORD, WORD, WORD),
    st.builds(SwitchRf, st.booleans()),
    *(st.builds(kind, BYTE) for kind in (ResetSystem, GetReaderInformation)),
    st.builds(ReadConfiguration, BLOCK_NUMBER, st.booleans()),
    st.builds(WriteConfiguration, BLOCK_NUMBER, st.binary(max_size=30), st.booleans()),
    st.builds(SaveConfiguration, BLOCK_NUMBER),
    st.builds(ResetConfiguration, BLOCK_NUMBER, st.booleans()),
    st.builds(ReadBuffer, BYTE, st.just(value=False)),
    st.builds(ReadBuffer, WORD),
    st.builds(GetPeople, BYTE),
    st.builds(SetPeople, COUNTS, BYTE),
    st.sampled_from(BARE),
)


@given(REQUESTS, st.sampled_from(Framing), BYTE, st.sampled_from(BlockOrder))
def test_requests_survive_the_wire(request_: Request, framing: Framing, address: int, order: BlockOrder) -> None:
    frame = encode_request(request_, framing, address, order)
    assert parse_whole(encode_frame(frame)) == frame
    assert decode_request(frame, order) == request_


OTHER_TAGS = st.one_of(
    st.builds(OtherTag, st.just(TagKind.ISO_14443A), st.just(b"\x04\0"), st.just("11" * 10)),
    st.builds(OtherTag, st.integers(0x80, 0xFF), st.binary(min_size=1, max_size=1), UID),
    st.builds(OtherTag, st.just(TagKind.GENERIC), st.binary(min_size=1, max_size=1), UID),
)
TAGS = st.builds(ItemTag, UID, BYTE) | OTHER_TAGS
SECURE_BLOCKS = BLOCK_LISTS.map(lambda blocks: Blocks(tuple(Block(block, len(block) & 1) for block in blocks)))
LARGE_RECORD = st.builds(
    BufferRecord,
    uid=UID,
    afi=BYTE,
    dsfid=BYTE,
    blocks=BLOCK_LISTS,
    time=st.binary(min_size=4, max_size=4),
    antenna=BYTE,
)
LARGE = Holds.UID | Holds.AFI | Holds.BLOCKS | Holds.TIME | Holds.ANTENNA


@given(st.lists(TAGS, max_size=24).map(tuple), st.booleans())
def test_inventories_survive_the_wire(tags: tuple[ItemTag | OtherTag, ...], more: bool) -> None:  # noqa: FBT001 - drawn
    assert_survives(TakeInventory(), Inventory(tags, more=more))


@given(SECURE_BLOCKS, TAG)
def test_blocks_survive_the_wire(blocks: Blocks, tag: str | Unaddressed) -> None:
    assert_survives(ReadBlocks(tag, 0, len(blocks.blocks)), blocks)


@given(st.builds(SystemInformation, UID, BYTE, BYTE, st.integers(1, 32), st.integers(1, 256), BYTE))
def test_system_information_survives_the_wire(information: SystemInformation) -> None:
    assert_survives(GetSystemInformation(information.uid), information)


@given(st.lists(BYTE, max_size=255).map(tuple))
def test_block_security_survives_the_wire(states: tuple[int, ...]) -> None:
    assert_survives(GetBlockSecurity(Unaddressed.ANY, 0, len(states)), BlockSecurity(states))


@given(st.lists(LARGE_RECORD, max_size=5).map(tuple), st.booleans(), st.booleans())
def test_buffers_survive_the_wire(records: tuple[BufferRecord, ...], more: bool, lsb_first: bool) -> None:  # noqa: FBT001 - drawn
    holds = LARGE | Holds.LSB_FIRST if lsb_first else LARGE
    assert_survives(ReadBuffer(9), Buffer(holds, records, more))


@given(WORD, WORD, WORD, COUNTS)
def test_numbers_survive_the_wire(first: int, second: int, third: int, counts: tuple[int, ...]) -> None:
    assert_survives(GetNoiseLevel(), NoiseLevel(first, second, third))
    assert_survives(GetBufferInformation(), BufferInformation(first, second, third))
    assert_survives(GetSoftwareVersion(), SoftwareVersion(first, second & 0xFF, 1, 2, third))
    assert_survives(GetReaderInformation(0x40), ConfigurationPages(first, bytes((second & 0xFF,))))
    assert_survives(GetReaderInformation(0x80), DeviceId(counts[0], counts[1], first, second, third))
    assert_survives(GetInputs(), Inputs(first & 0xFF))
    assert_survives(ReadConfiguration(1), ConfigurationRecord(first.to_bytes(14, "big")))
    assert_survives(GetPeople(), PeripheralAnswer(0, People(counts)))


@given(
    UID, st.sampled_from([Done(), Refused(0x01), Refused(0x03, block=2), Refused(0x95, 0x12), Refused(0x95, 0x12, 3)])
)
def test_answers_to_a_write_survive_the_wire(uid: str, answer: Answer) -> None:
    assert_survives(WriteAfi(uid, 7), answer)


def assert_survives(request: Request, answer: Answer) -> None:
    assert decode_answer(request, encode_answer(request, answer)) == answer


FRAMES = st.builds(Frame, st.sampled_from(Command), st.binary(max_size=200))


@given(REQUESTS, FRAMES)
def test_only_decode_errors_escape_the_decoders(request_: Request, frame: Frame) -> None:
    with suppress(DecodeError):
        decode_request(frame)
    with suppress(DecodeError):
        decode_answer(request_, frame)
    with suppress(DecodeError):
        decode_answer(request_, encode_request(request_))


@given(FRAMES)
def test_what_was_decoded_can_be_encoded(frame: Frame) -> None:
    with suppress(DecodeError, EncodeError):
        request = decode_request(frame)
        assert decode_request(encode_request(request)) == request


@given(st.binary(max_size=60))
def test_a_whole_frame_or_a_decode_error(data: bytes) -> None:
    with suppress(DecodeError):
        assert encode_frame(parse_whole(data)) == data
