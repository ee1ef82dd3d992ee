from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_msgs.buffer import ReceiveBuffer
from firmware_msgs.feig.answers import decode_answer, encode_answer
from firmware_msgs.feig.decoder import FrameDecoder
from firmware_msgs.feig.frames import MAX_FRAME_BYTES, Frame, Framing, encode_frame
from firmware_msgs.feig.inventory import OtherTag, TagKind
from firmware_msgs.feig.tag_answers import Block, Blocks, Inventory
from firmware_msgs.feig.tag_requests import ReadBlocks, TakeInventory
from firmware_msgs.feig.targets import Unaddressed

REPEATABLE = settings(derandomize=True)  # noise passes a 16-bit CRC once in 65,536 tries, which would be no failure

BYTE = st.integers(0, 255)
FRAMES = st.builds(Frame, BYTE, st.binary(max_size=64), BYTE, st.sampled_from(Framing))


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


@pytest.mark.parametrize("framing", Framing)
def test_a_kilobyte_of_noise_one_byte_at_a_time_hides_no_frame_for_ever(framing: Framing) -> None:
    noise = Random(43).randbytes(1000)  # noqa: S311 - repeatable, nothing secret
    wire = encode_frame(Frame(0x65, framing=framing))
    found = decode([bytes((byte,)) for byte in noise + wire * 50], framing)
    assert Frame(0x65, framing=framing) in found


def test_the_largest_answers_that_can_be_meant_fit_a_frame() -> None:
    cards = Inventory((OtherTag(TagKind.ISO_14443A, b"\x04\0", "11" * 10),) * 255)
    blocks = Blocks((Block(bytes(8)),) * 255)
    for request, answer in ((TakeInventory(), cards), (ReadBlocks(Unaddressed.ANY, 0, 255), blocks)):
        frame = encode_answer(request, answer)
        assert decode([encode_frame(frame)]) == [frame]
        assert decode_answer(request, frame) == answer


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
