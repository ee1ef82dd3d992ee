from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firmware_msgs.apdu import (
    CHAIN_MAX,
    GET_UID,
    Command,
    Response,
    decode_command,
    decode_response,
    encode_command,
    encode_response,
    exchange,
    uid_of,
)
from firmware_msgs.atr import decode_atr, encode_memory_card_atr
from firmware_msgs.errors import DecodeError

BYTE = st.integers(0, 255)
SIZES = st.one_of(st.integers(0, 300), st.sampled_from([255, 256, 257, 65535]))
DATA = st.builds(lambda size, fill: bytes((fill,)) * size, SIZES, BYTE)
EXPECTED = st.one_of(st.none(), st.integers(1, 300), st.sampled_from([256, 257, 65535, 65536]))
COMMANDS = st.builds(Command, BYTE, BYTE, BYTE, BYTE, DATA, EXPECTED)
JUNK = st.binary(max_size=40)


@given(COMMANDS)
def test_a_command_survives_the_wire(command: Command) -> None:
    assert decode_command(encode_command(command)) == command


@given(st.builds(Response, st.binary(max_size=300), st.integers(0, 0xFFFF)))
def test_a_response_survives_the_wire(response: Response) -> None:
    assert decode_response(encode_response(response)) == response


@given(JUNK)
def test_junk_is_a_value_or_a_decode_error(junk: bytes) -> None:
    for decode in (decode_command, decode_response, decode_atr):
        with suppress(DecodeError):
            decode(junk)


@given(BYTE, st.integers(0, 0xFFFF))
def test_a_memory_cards_answer_to_reset_survives_the_wire(standard: int, name: int) -> None:
    card = decode_atr(encode_memory_card_atr(standard, name))
    assert card is not None
    assert card.name_code == name


@given(st.integers(1, 19), st.integers(1, 255))
@example(1, 0xF0)  # no check byte is announced any more
def test_one_wrong_byte_in_an_answer_to_reset_is_never_taken_for_the_same_card(at: int, flip: int) -> None:
    atr = bytearray(encode_memory_card_atr(3, 1))
    atr[at] ^= flip
    with suppress(DecodeError):
        assert decode_atr(bytes(atr)) is None


@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=CHAIN_MAX))
def test_an_answer_in_pieces_is_put_together(pieces: list[bytes]) -> None:
    left = list(pieces)

    def card(_: bytes) -> bytes:
        piece = left.pop(0)
        return piece + (bytes((0x61, min(len(left[0]), 255))) if left else b"\x90\x00")

    assert exchange(GET_UID, card) == Response(b"".join(pieces), 0x9000)


def test_a_card_that_wants_another_length_gets_it() -> None:
    asked: list[bytes] = []

    def card(command: bytes) -> bytes:
        asked.append(command)
        return bytes.fromhex("04A1B2C39000") if command[-1] == 4 else b"\x6c\x04"

    assert uid_of(exchange(GET_UID, card)) == "04A1B2C3"
    assert [command.hex() for command in asked] == ["ffca000000", "ffca000004"]


def test_a_card_that_never_ends_is_ended() -> None:
    with pytest.raises(DecodeError, match="without end"):
        exchange(GET_UID, lambda _: b"\x00\x61\x10")


@pytest.mark.parametrize("frame", ["6A81", "9000", "00" * 33 + "9000"])
def test_what_is_no_uid_is_refused(frame: str) -> None:
    with pytest.raises(DecodeError):
        uid_of(decode_response(bytes.fromhex(frame)))
