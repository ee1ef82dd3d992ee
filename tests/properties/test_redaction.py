"""Whatever comes over a device's link: no secret of four bytes or more gets into its capture."""

from __future__ import annotations

import string
from collections.abc import Iterable
from dataclasses import replace
from hashlib import shake_128

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.capture import Head, Left, Received, Sent, encode_capture
from drivers.catalogue.model import Interface
from drivers.catalogue.table import models
from drivers.redaction.traffic import Driven, LinkOpened, Piece, Traffic
from firmware_msgs.config import AfiPair
from firmware_msgs.feig.answers import Answer, encode_answer
from firmware_msgs.feig.frames import encode_frame
from firmware_msgs.feig.inventory import ItemTag, OtherTag, TagKind
from firmware_msgs.feig.requests import Request, encode_request
from firmware_msgs.feig.tag_answers import Block, Blocks, Inventory, SystemInformation
from firmware_msgs.feig.tag_requests import GetSystemInformation, ReadBlocks, TakeInventory, WriteBlocks
from firmware_msgs.pseudonyms import Pseudonyms
from firmware_msgs.sdt.answers import encode_memory
from firmware_msgs.sdt.frames import encode_frame as encode_sdt_frame
from firmware_msgs.sdt.questions import Command, Question, encode_question
from firmware_msgs.ssi.messages import DecodeData, encode_message
from firmware_msgs.ssi.packets import Source, encode_packet
from tests.capture_leaks import leaks

SCANNERS = ("serial-scanner", "honeywell-serial", "newland-serial", "gm65")  # whose codes have no frames
FRAMED = sorted(
    name
    for name, model in models().items()
    if model.redact is not None and model.interface is not Interface.INPUT and name not in SCANNERS
)


def random_bytes(count: int) -> st.SearchStrategy[bytes]:
    """Like no byte that a protocol itself has there, which Hypothesis would soon find."""
    return st.integers(0, 2**64).map(lambda seed: shake_128(seed.to_bytes(9)).digest(count))


secrets = st.integers(4, 8).flatmap(random_bytes)
words = st.text(string.ascii_letters + string.digits, min_size=12, max_size=24)


def file_of(model: str, traffic: Iterable[Traffic]) -> bytes:
    redaction = models()[model].redact
    assert redaction is not None
    happenings = redaction.traffic(tuple(traffic), Driven({}, AfiPair()), Pseudonyms(bytes(32)))
    return encode_capture(Head(version=1, model=model, program="test"), happenings)


def in_pieces(data: bytes, sizes: list[int], at_s: float, *, to_device: bool = False) -> list[Traffic]:
    """As reads have it: cut anywhere, a millisecond apart."""
    pieces: list[Traffic] = []
    for size in [*sizes, len(data)]:
        if data:
            pieces.append(Piece(round(at_s + len(pieces) / 1000, 6), to_device, data[:size]))
            data = data[size:]
    return pieces


cuts = st.lists(st.integers(1, 40), max_size=8)


@pytest.mark.parametrize("model", FRAMED)
@given(secret=secrets, before=st.binary(max_size=20), after=st.binary(max_size=20), sizes=cuts)
def test_noise_is_left_out_and_counted(
    model: str, secret: bytes, before: bytes, after: bytes, sizes: list[int]
) -> None:
    noise = before + secret + after
    file = file_of(model, [LinkOpened(0), *in_pieces(noise, sizes, 1)])
    assert leaks(file, {"secret": secret}) == []
    left = sum(each.count for each in _happenings(model, noise, sizes) if isinstance(each, Left))
    told = sum(len(each.hex) // 2 for each in _happenings(model, noise, sizes) if isinstance(each, Sent | Received))
    assert left + told == len(noise)


def _happenings(model: str, noise: bytes, sizes: list[int]) -> list[object]:
    redaction = models()[model].redact
    assert redaction is not None
    traffic = [LinkOpened(0), *in_pieces(noise, sizes, 1)]
    return list(redaction.traffic(traffic, Driven({}, AfiPair()), Pseudonyms(bytes(32))))


@given(uid=random_bytes(6), memory=random_bytes(32), sizes=cuts)
def test_a_tag_that_is_no_item_is_nobody_s_any_more(uid: bytes, memory: bytes, sizes: list[int]) -> None:
    name = "E004" + uid.hex().upper()
    blocks = tuple(memory[at : at + 4] for at in range(0, 32, 4))
    talk: list[tuple[Request, Answer]] = [
        (
            TakeInventory(),
            Inventory((ItemTag(name, 0), OtherTag(TagKind.ISO_14443A, b"\0\0", uid.hex().upper() + "01"))),
        ),
        (GetSystemInformation(name), SystemInformation(name, 0, 7, 4, 28, 1)),
        (ReadBlocks(name, 0, 8), Blocks(tuple(map(Block, blocks)))),
        (WriteBlocks(name, 0, blocks), Blocks(())),
    ]
    traffic: list[Traffic] = [LinkOpened(0)]
    for at_s, (request, answer) in enumerate(talk, 1):
        traffic.append(Piece(at_s, to_device=True, data=encode_frame(encode_request(request))))
        traffic += in_pieces(encode_frame(encode_answer(request, answer)), sizes, at_s + 0.1)
    file = file_of("feig-iscan", traffic)
    hidden = {f"block {at}": block for at, block in enumerate(blocks)}
    assert leaks(file, {"uid": uid, "uid's end": uid[2:], **hidden}) == []


@pytest.mark.parametrize("model", SCANNERS)
@given(codes=st.lists(words, max_size=4), end=st.sampled_from(("\r", "\r\n", "\t", "")), sizes=cuts)
def test_a_scanner_s_codes_are_nobody_s(model: str, codes: list[str], end: str, sizes: list[int]) -> None:
    data = "".join(code + end for code in codes).encode()
    file = file_of(model, [LinkOpened(0), *in_pieces(data, sizes, 1)])
    assert leaks(file, {code: code for code in codes}) == []


@given(text=st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), tail=st.binary(max_size=6))
def test_nothing_of_a_name_is_left(text: str, tail: bytes) -> None:
    file = file_of("serial-scanner", [LinkOpened(0), Piece(1, to_device=False, data=text.encode() + tail + b"\r")])
    runs = "".join(each if not each.isascii() else " " for each in text).split(" ")
    assert leaks(file, {run: run.encode() for run in runs if len(run.encode()) > 3 and len(set(run)) > 3}) == []


@given(code=words, kind=st.integers(0, 255), sizes=cuts)
def test_a_packet_s_code_is_nobody_s(code: str, kind: int, sizes: list[int]) -> None:
    data = encode_packet(encode_message(DecodeData(kind, code.encode()), Source.SCANNER))
    file = file_of("zebra-ssi", [LinkOpened(0), *in_pieces(data, sizes, 1)])
    assert leaks(file, {"code": code}) == []


@given(text=random_bytes(256), photo=secrets, sizes=cuts)
def test_nothing_of_an_identity_card_is_left(text: bytes, photo: bytes, sizes: list[int]) -> None:
    question = encode_sdt_frame(encode_question(Question(Command.READ)))
    answer = encode_sdt_frame(encode_memory(text, photo * 100))
    traffic = [LinkOpened(0), Piece(1, to_device=True, data=question), *in_pieces(answer, sizes, 1.1)]
    file = file_of("sdt-serial", traffic)
    assert leaks(file, {"photo": photo} | {str(at): text[at : at + 4] for at in range(0, 256, 4)}) == []


def test_a_key_is_no_option_to_be_told() -> None:
    redaction = models()["feig-iscan"].redact
    assert redaction is not None
    hiding = replace(redaction, secrets=frozenset({"block_key"}))
    assert hiding.options({"block_key": "A1B2C3D4E5F6", "block": 4}) == {"block_key": "0" * 12, "block": 4}
