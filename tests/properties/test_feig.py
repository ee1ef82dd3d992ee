from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_msgs.buffer import ReceiveBuffer
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.answers import (
    Answer,
    Block,
    Blocks,
    Inventory,
    ItemTag,
    SystemInformation,
    decode_answer,
    encode_answer,
)
from firmware_msgs.feig.decoder import FrameDecoder
from firmware_msgs.feig.frames import MAX_FRAME_BYTES, Frame, Framing, encode_frame
from firmware_msgs.feig.requests import (
    DetectBaudRate,
    GetSoftwareVersion,
    GetSystemInformation,
    ReadBlocks,
    Request,
    ResetRf,
    SetOutputs,
    SwitchRf,
    TakeInventory,
    WriteAfi,
    WriteBlocks,
    decode_request,
    encode_request,
)

REPEATABLE = settings(derandomize=True)  # noise passes a 16-bit CRC once in 65,536 tries, which would be no failure

BYTE = st.integers(0, 255)
WORD = st.integers(0, 0xFFFF)
UID = st.binary(min_size=8, max_size=8).map(lambda data: data.hex().upper())
FRAMES = st.builds(Frame, BYTE, st.binary(max_size=64), BYTE, st.sampled_from(Framing))
BLOCKS = st.integers(1, 8).flatmap(
    lambda size: st.lists(st.binary(min_size=size, max_size=size), min_size=1, max_size=8)
)
REQUESTS: st.SearchStrategy[Request] = st.one_of(
    st.builds(TakeInventory, st.booleans()),
    st.builds(ReadBlocks, UID, BYTE, BYTE, st.booleans()),
    st.builds(WriteBlocks, UID, BYTE, BLOCKS.map(tuple), st.booleans()),
    st.builds(WriteAfi, UID, BYTE),
    st.builds(GetSystemInformation, UID),
    st.builds(SetOutputs, WORD, WORD, WORD, WORD),
    st.builds(SwitchRf, st.booleans()),
    st.sampled_from([GetSoftwareVersion(), ResetRf(), DetectBaudRate()]),
)


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def decode(pieces: list[bytes], *framings: Framing) -> list[Frame]:
    decoder = FrameDecoder(framings or tuple(Framing))
    return [frame for piece in pieces for frame in decoder.feed(piece)]


@given(st.lists(FRAMES, max_size=5))
def test_frames_survive_the_wire(frames: list[Frame]) -> None:
    """A frame of an unknown command may hold a whole other frame; these here hold none (one in 65,536 would)."""
    known = [Frame(0xB0, frame.data, frame.address, frame.framing) for frame in frames]
    assert decode([b"".join(map(encode_frame, known))]) == known


NESTED = st.builds(
    lambda inner, command, framing: Frame(command, b"\0\1" + encode_frame(inner) + b"\0", 0, framing),
    FRAMES,
    st.sampled_from([0x00, 0xB0]),
    st.sampled_from(Framing),
)
PARTS = st.one_of(FRAMES.map(encode_frame), NESTED.map(encode_frame), st.binary(max_size=40))


@given(st.lists(PARTS, max_size=6), st.lists(st.integers(0)))
def test_frames_do_not_depend_on_how_the_bytes_were_split(parts: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(parts)
    whole = decode([stream])
    assert decode(split(stream, cuts)) == whole
    assert decode([bytes((byte,)) for byte in stream]) == whole


@REPEATABLE
@given(FRAMES, st.data())
def test_a_damaged_frame_is_passed_over_and_the_next_one_found(good: Frame, choice: st.DataObject) -> None:
    frame = Frame(0xB0, good.data, good.address, good.framing)
    wire = encode_frame(frame)
    at = choice.draw(st.integers(3, len(wire) - 1))  # behind the length
    damaged = wire[:at] + bytes((wire[at] ^ choice.draw(st.integers(1, 255)),)) + wire[at + 1 :]
    assert decode([damaged + wire]) == [frame]


@REPEATABLE
@given(st.binary(max_size=30), FRAMES.filter(lambda frame: frame.framing is Framing.ADVANCED))
def test_a_host_that_expects_advanced_frames_finds_one_behind_noise(noise: bytes, frame: Frame) -> None:
    quiet = noise.replace(b"\x02", b"\x03")
    assert decode([quiet + encode_frame(frame)], Framing.ADVANCED) == [frame]


@given(NESTED.filter(lambda frame: frame.command == 0xB0))
def test_a_frame_inside_a_frame_is_data(outer: Frame) -> None:
    """What somebody wrote on a tag must not pass for a reader's answer."""
    wire = encode_frame(outer)
    assert decode([bytes((byte,)) for byte in wire]) == [outer]


@pytest.mark.parametrize("framings", [tuple(Framing), (Framing.ADVANCED,), (Framing.STANDARD,)])
def test_100_kb_of_noise_leave_at_most_one_frame_buffered(framings: tuple[Framing, ...]) -> None:
    noise = Random(42).randbytes(100_000)  # noqa: S311 - repeatable, nothing secret
    decoder = FrameDecoder(framings)
    for start in range(0, len(noise), 997):
        decoder.feed(noise[start : start + 997])
        assert decoder.buffered <= MAX_FRAME_BYTES
    decoder.reset()
    frame = Frame(0x65)
    assert decoder.feed(encode_frame(frame)) == [frame] or Framing.ADVANCED not in framings


@given(REQUESTS, st.sampled_from(Framing))
def test_requests_survive_the_wire(request_: Request, framing: Framing) -> None:
    (frame,) = decode([encode_frame(encode_request(request_, framing))])
    assert frame.framing is framing
    assert decode_request(frame) == request_


@given(st.lists(st.builds(ItemTag, UID, BYTE), max_size=24), st.booleans())
def test_inventories_survive_the_wire(tags: list[ItemTag], more: bool) -> None:  # noqa: FBT001 - drawn
    assert_survives(TakeInventory(), Inventory(tuple(tags), more=more))


@given(BLOCKS, UID)
def test_blocks_survive_the_wire(blocks: list[bytes], uid: str) -> None:
    assert_survives(ReadBlocks(uid, 0, len(blocks)), Blocks(tuple(map(Block, blocks))))


@given(st.builds(SystemInformation, UID, BYTE, BYTE, st.integers(1, 32), st.integers(1, 256), BYTE))
def test_system_information_survives_the_wire(information: SystemInformation) -> None:
    assert_survives(GetSystemInformation(information.uid), information)


def assert_survives(request: Request, answer: Answer) -> None:
    assert decode_answer(request, encode_answer(request, answer)) == answer


@given(REQUESTS, st.builds(Frame, st.sampled_from([0x52, 0x65, 0x69, 0x71, 0xB0]), st.binary(max_size=200)))
def test_only_decode_errors_escape_the_decoders(request_: Request, frame: Frame) -> None:
    with suppress(DecodeError):
        decode_request(frame)
    with suppress(DecodeError):
        decode_answer(request_, frame)


@given(st.lists(st.binary(max_size=20)), st.lists(st.integers(0, 12)))
def test_a_receive_buffer_keeps_order_and_never_exceeds_its_cap(pieces: list[bytes], commits: list[int]) -> None:
    buffer, taken, given_ = ReceiveBuffer(cap=10), b"", b"".join(pieces)
    for piece, count in zip(pieces, [*commits, *([10] * len(pieces))], strict=False):
        rest = piece
        while rest:
            rest = buffer.feed(rest)
            assert len(buffer) <= 10
            taken += buffer.peek()[: max(count, 1)]
            buffer.commit(max(count, 1))
    assert taken + buffer.peek() == given_
