from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from firmware_msgs.apdu import Command, Response
from firmware_msgs.cards import iso15693_air, omnikey, social_security, storage, transparent
from firmware_msgs.errors import DecodeError

BYTE = st.integers(0, 255)
UID = st.binary(min_size=7, max_size=7).map(lambda data: f"E0{data.hex().upper()}")
APDUS = st.builds(
    Command,
    st.sampled_from([0x00, 0xFF]),
    st.sampled_from([0x30, 0x82, 0x86, 0xB0, 0xB2, 0xC2, 0xCA, 0xD6]),
    st.integers(0, 8),
    BYTE,
    st.binary(max_size=24),
    st.one_of(st.none(), st.integers(1, 256)),
)
RESPONSES = st.builds(Response, st.binary(max_size=40), st.sampled_from([0x9000, 0x6A82]))

STORAGE: st.SearchStrategy[storage.StorageCommand] = st.one_of(
    st.just(storage.GetUid()),
    st.builds(storage.LoadKey, st.binary(min_size=6, max_size=6), BYTE, st.booleans()),
    st.builds(storage.Authenticate, st.integers(0, 0xFFFF), st.sampled_from(storage.KeyType), BYTE),
    st.builds(storage.ReadBinary, st.integers(0, 0xFFFF), st.integers(1, 256)),
    st.builds(storage.UpdateBinary, st.integers(0, 0xFFFF), st.binary(min_size=1, max_size=255)),
)
OMNIKEY: st.SearchStrategy[omnikey.OmnikeyCommand] = st.one_of(
    st.builds(omnikey.GetObject, st.sampled_from(omnikey.TagObject)),
    st.builds(omnikey.WriteObject, st.sampled_from([omnikey.TagObject.AFI, omnikey.TagObject.DSFID]), BYTE),
)
ORDER = st.sampled_from(transparent.Order)
TRANSPARENT: st.SearchStrategy[transparent.TransparentCommand] = st.one_of(
    st.builds(transparent.Manage, ORDER, st.lists(ORDER, max_size=3).map(tuple)),
    st.builds(transparent.SwitchProtocol, st.sampled_from(transparent.Standard), BYTE),
    st.builds(transparent.Transceive, st.binary(max_size=100)),
)
REQUESTS: st.SearchStrategy[iso15693_air.Request] = st.one_of(
    st.builds(iso15693_air.ReadBlocks, UID, BYTE, st.integers(1, 256)),
    st.builds(iso15693_air.WriteAfi, UID, BYTE),
    st.builds(iso15693_air.GetSystemInformation, UID),
)
OPTIONAL_BYTE = st.one_of(st.none(), BYTE)


@given(STORAGE)
def test_commands_to_memory_cards_survive(command: storage.StorageCommand) -> None:
    assert storage.decode_storage(storage.encode_storage(command)) == command


@given(OMNIKEY)
def test_commands_of_omnikey_readers_survive(command: omnikey.OmnikeyCommand) -> None:
    assert omnikey.decode_omnikey(omnikey.encode_omnikey(command)) == command


@given(TRANSPARENT)
def test_commands_of_transparent_sessions_survive(command: transparent.TransparentCommand) -> None:
    assert transparent.decode_transparent(transparent.encode_transparent(command)) == command


@given(st.binary(max_size=100))
def test_a_cards_answer_in_a_transparent_session_survives(data: bytes) -> None:
    assert transparent.card_data_of(transparent.encode_transparent_answer(data)) == data


@given(REQUESTS)
def test_requests_to_a_tag_survive_the_air(request: iso15693_air.Request) -> None:
    assert iso15693_air.decode_request(iso15693_air.encode_request(request)) == request


@given(UID, OPTIONAL_BYTE, OPTIONAL_BYTE, st.one_of(st.none(), st.tuples(st.integers(1, 256), st.integers(1, 32))))
def test_system_information_survives_the_air(
    uid: str, dsfid: int | None, afi: int | None, memory: tuple[int, int] | None
) -> None:
    count, size = memory or (None, None)
    information = iso15693_air.SystemInformation(uid, dsfid, afi, count, size, ic_reference=dsfid)
    data = iso15693_air.encode_response(iso15693_air.encode_system_information(information))
    assert iso15693_air.decode_system_information(iso15693_air.decode_response(data)) == information


COMMAND_DECODERS: tuple[Callable[[Command], object], ...] = (
    storage.decode_storage,
    omnikey.decode_omnikey,
    transparent.decode_transparent,
    social_security.decode_read_record,
)
RESPONSE_DECODERS: tuple[Callable[[Response], object], ...] = (
    omnikey.memory_of,
    omnikey.byte_of,
    transparent.card_data_of,
    lambda response: social_security.decode_record(social_security.Field.CARD_ID, response),
)
BYTE_DECODERS: tuple[Callable[[bytes], object], ...] = (
    iso15693_air.decode_request,
    iso15693_air.decode_response,
    iso15693_air.decode_system_information,
    iso15693_air.uid_text,
    lambda data: social_security.decode_card(data, data),
)


@given(APDUS, RESPONSES, st.binary(max_size=40))
def test_only_decode_errors_escape(apdu: Command, response: Response, junk: bytes) -> None:
    for decode in COMMAND_DECODERS:
        with suppress(DecodeError):
            decode(apdu)
    for understand in RESPONSE_DECODERS:
        with suppress(DecodeError):
            understand(response)
    for read in BYTE_DECODERS:
        with suppress(DecodeError):
            read(junk)
