from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_msgs.barcodes import CodeSplitter, ScannedCode
from firmware_msgs.errors import DecodeError
from firmware_msgs.identity_card import IdentityCard
from firmware_msgs.resync import ResyncDecoder
from firmware_msgs.scanners import gm65, honeywell, newland
from firmware_msgs.scanners.interleaved import AnswerForm, Interleaved
from firmware_msgs.sdt import answers, frames, questions, text
from firmware_msgs.ssi import messages, packets, parameters
from firmware_msgs.ssi.reception import Reception
from provisioning.decoding import scanners, sdt

REPEATABLE = settings(derandomize=True)  # noise passes a checksum now and then, which would be no failure

BYTE = st.integers(0, 255)
SOURCE = st.sampled_from(packets.Source)
PACKETS = st.builds(packets.Packet, BYTE, st.binary(max_size=packets.MAX_DATA_BYTES), SOURCE, BYTE)
BODIES = st.binary(min_size=2, max_size=1500)
NUMBERS = st.integers(0, 0xFFFF)
PARAMETERS = st.one_of(
    st.builds(parameters.Parameter, NUMBERS, st.binary(min_size=1, max_size=1)),
    st.builds(parameters.Parameter, NUMBERS, st.binary(min_size=2, max_size=2), st.just(parameters.Form.WORD)),
    st.builds(
        parameters.Parameter,
        NUMBERS,
        st.binary(max_size=60),
        st.sampled_from([parameters.Form.STRING, parameters.Form.ARRAY]),
    ),
)
PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=40)
CUTS = st.lists(st.integers(0))


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def fed(decoder: ResyncDecoder[packets.Packet] | ResyncDecoder[bytes], pieces: list[bytes]) -> list[object]:
    return [frame for piece in pieces for frame in decoder.feed(piece)]


@given(st.lists(PACKETS, max_size=4), CUTS)
def test_ssi_packets_survive_the_wire_however_split(sent: list[packets.Packet], cuts: list[int]) -> None:
    stream = b"".join(map(packets.encode_packet, sent))
    assert fed(packets.packet_decoder(), split(stream, cuts)) == sent


@given(st.lists(BODIES, max_size=4), CUTS)
def test_sdt_bodies_survive_the_wire_however_split(sent: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(frames.encode_frame, sent))
    assert fed(frames.body_decoder(), split(stream, cuts)) == sent


@given(st.lists(st.one_of(PACKETS.map(packets.encode_packet), st.binary(max_size=40)), max_size=5), CUTS)
def test_what_is_found_in_noise_does_not_depend_on_the_split(parts: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(parts)
    whole = fed(packets.packet_decoder(), [stream])
    assert fed(packets.packet_decoder(), split(stream, cuts)) == whole
    assert fed(packets.packet_decoder(), [bytes((byte,)) for byte in stream]) == whole


@REPEATABLE
@given(st.binary(max_size=60), PACKETS.filter(lambda packet: len(packet.data) > 4))
def test_a_packet_behind_noise_is_found_once_the_line_is_quiet(noise: bytes, packet: packets.Packet) -> None:
    decoder = packets.packet_decoder()
    found = decoder.feed(noise + packets.encode_packet(packet)) + decoder.flush()
    assert found[-1:] == [packet]
    assert decoder.buffered == 0


@REPEATABLE
@given(st.binary(max_size=60), BODIES)
def test_a_frame_behind_noise_is_found(noise: bytes, body: bytes) -> None:
    quiet = noise.replace(b"\xaa", b"\xab")
    assert frames.body_decoder().feed(quiet + frames.encode_frame(body)) == [body]


@pytest.mark.parametrize(
    ("make", "longest"),
    [(packets.packet_decoder, packets.MAX_PACKET_BYTES), (frames.body_decoder, frames.MAX_FRAME_BYTES)],
)
def test_100_kb_of_noise_leave_at_most_one_frame_buffered(
    make: Callable[[], ResyncDecoder[bytes]], longest: int
) -> None:
    noise = Random(42).randbytes(100_000)  # noqa: S311 - repeatable, nothing secret
    decoder = make()
    for start in range(0, len(noise), 997):
        decoder.feed(noise[start : start + 997])
        assert decoder.buffered <= longest


@given(st.lists(PARAMETERS, max_size=8).map(tuple))
def test_parameters_survive_the_wire(sent: tuple[parameters.Parameter, ...]) -> None:
    assert parameters.decode_parameters(parameters.encode_parameters(sent)) == sent
    numbers = tuple(parameter.number for parameter in sent)
    assert parameters.decode_numbers(parameters.encode_numbers(numbers)) == numbers


@given(BYTE, st.binary(max_size=251))
def test_only_decode_errors_escape_the_message_decoders(opcode: int, data: bytes) -> None:
    with suppress(DecodeError):
        messages.decode_message(packets.Packet(opcode, data))
    Reception().take(packets.Packet(opcode, data, packets.Source.SCANNER))


@given(st.binary(max_size=400), st.sampled_from(["scanner-serial", "gm65", "zebra-ssi", "sdt"]))
def test_only_decode_errors_escape_the_readings(data: bytes, protocol: str) -> None:
    readings = {**scanners.READINGS, **sdt.READINGS}
    with suppress(DecodeError):
        readings[protocol](data)


@given(st.one_of(st.binary(max_size=300), st.binary(min_size=256, max_size=256)), BODIES)
def test_only_decode_errors_escape_the_card_decoders(data: bytes, body: bytes) -> None:
    for command in questions.Command:
        with suppress(DecodeError):
            answers.decode_answer(questions.Question(command), body)
    with suppress(DecodeError):
        assert isinstance(text.decode_card(data), IdentityCard)


FAMILIES: dict[str, tuple[AnswerForm, bytes]] = {
    "honeywell": (
        honeywell.ANSWERS,
        honeywell.encode_answer(honeywell.MenuAnswer("TRGMOD0", honeywell.MenuStatus.DONE, honeywell.Storage.VOLATILE)),
    ),
    "newland": (newland.ANSWERS, newland.encode_answer(newland.Answer("SCNTRG1", newland.Status.DONE))),
    "gm65": (gm65.ANSWERS, gm65.encode_reply(gm65.Reply(gm65.Result.DONE, b"\x0d\x02"))),
}


@pytest.mark.parametrize("family", FAMILIES)
@given(st.data(), CUTS)
def test_codes_and_answers_are_told_apart_however_they_come(family: str, draw: st.DataObject, cuts: list[int]) -> None:
    form, answer = FAMILIES[family]
    codes = draw.draw(st.lists(st.one_of(st.none(), PRINTABLE), max_size=6))
    stream = b"".join(answer if code is None else code.encode() + b"\r" for code in codes)
    interleaved = Interleaved(form, CodeSplitter())
    heard, answered = [], []
    for piece in split(stream, cuts):
        lines, found = interleaved.feed(piece)
        heard += lines
        answered += found
    assert heard == [ScannedCode(code) for code in codes if code is not None]
    assert answered == [answer for code in codes if code is None]
    assert not interleaved.is_partial


@pytest.mark.parametrize("family", FAMILIES)
@given(st.lists(st.binary(max_size=300)), PRINTABLE)
def test_noise_holds_up_no_code_for_longer_than_a_gap(family: str, noise: list[bytes], code: str) -> None:
    form, _ = FAMILIES[family]
    interleaved = Interleaved(form, CodeSplitter(64))
    for piece in noise:
        interleaved.feed(piece)
    interleaved.settle(ends_code=False)
    lines, _ = interleaved.feed(code.encode() + b"\r")
    assert lines == [ScannedCode(code)]


@given(st.integers(0, 0xFFFF), st.binary(min_size=1, max_size=255))
def test_module_commands_survive_the_wire(address: int, data: bytes) -> None:
    command = gm65.WriteRegisters(address, data)
    assert gm65.decode_command(gm65.encode_command(command)) == command
    reply = gm65.Reply(gm65.Result.DONE, data)
    assert gm65.decode_reply(gm65.encode_reply(reply)) == reply


@given(PRINTABLE.filter(lambda text: not set(text) & set(".!")), st.sampled_from(honeywell.Storage))
def test_menu_commands_survive_the_wire(words: str, storage: honeywell.Storage) -> None:
    command = honeywell.Menu(words, storage)
    assert honeywell.decode_command(honeywell.encode_command(command)) == command


@given(PRINTABLE, st.sampled_from(newland.Storage))
def test_newland_commands_survive_the_wire(words: str, storage: newland.Storage) -> None:
    command = newland.Command(words, storage)
    assert newland.decode_command(newland.encode_command(command)) == command
