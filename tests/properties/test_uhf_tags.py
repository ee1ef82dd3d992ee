from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from firmware_msgs.config import AfiPair
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags.content import TagContent, TagFault, Usage
from firmware_msgs.tags.uhf import gaoxiao, iso28560_4, urn_code40
from firmware_msgs.tags.uhf.detect import is_enough, meaning, read_content, security_write
from firmware_msgs.tags.uhf.gaoxiao_id import IdCoding, coding_for, decode_id, encode_id
from firmware_msgs.tags.uhf.gaoxiao_user import (
    CONTENT_OIDS,
    UserElement,
    decode_content_bitmap,
    decode_user_bank,
    encode_content_bitmap,
    encode_user_bank,
)
from firmware_msgs.tags.uhf.gen2 import EpcBank, ProtocolControl, decode_epc_bank, encode_epc_bank
from firmware_msgs.tags.uhf.uii import Uii, parse_uii, write_uii

AFI = AfiPair()
EPCS = st.integers(0, 31).flatmap(lambda words: st.binary(min_size=2 * words, max_size=2 * words))
BANKS = st.builds(
    lambda epc, umi, xpc, iso, afi: EpcBank(ProtocolControl(len(epc) // 2, umi, xpc, iso, afi), epc),
    EPCS,
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0x00, AFI.secured, AFI.on_loan, 0xA1]),
)
CARRIED = st.characters(max_codepoint=0xFFFF, exclude_categories=["C", "Z"])
ID_CHARACTERS = "ABCXYZ0123456789-"
USAGES = st.sampled_from([usage for usage in Usage if usage is not Usage.OTHER])
PARTS = st.one_of(st.just((0, 0)), st.integers(1, 99).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))


@given(st.text(CARRIED, max_size=20))
def test_urn_code_40_gives_back_what_it_was_given(text: str) -> None:
    encoded = urn_code40.encode(text)
    assert len(encoded) % 2 == 0
    assert urn_code40.decode(encoded) == text


@given(st.from_regex(r"[A-Z]{0,3}[0-9]{0,60}", fullmatch=True))
def test_numbers_of_any_length_survive_urn_code_40(text: str) -> None:
    assert urn_code40.decode(urn_code40.encode(text)) == text


@given(BANKS, st.booleans())
def test_banks_survive_with_and_without_their_checksum(bank: EpcBank, with_crc: bool) -> None:  # noqa: FBT001 - drawn
    """One in 65,536 bare banks would pass for one with a checksum, were its first word not a length too."""
    data = encode_epc_bank(bank, with_crc=with_crc)
    if with_crc or len(bank.epc) > 2:
        assert decode_epc_bank(data) == bank


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=14))
def test_packed_identifiers_survive_in_every_coding_that_takes_them(item_id: str) -> None:
    for coding in IdCoding:
        with suppress(EncodeError):
            assert decode_id(encode_id(item_id, coding), coding) == item_id
    assert decode_id(encode_id(item_id, coding_for(item_id)), coding_for(item_id)) == item_id


@given(
    st.from_regex(r"[0-9A-Z]{3}[0-9]{4,10}[!-~]", fullmatch=True),
    st.from_regex(r"[0-9A-Z]{11,13}[!-~]", fullmatch=True),
)
def test_long_packed_identifiers_survive(short: str, long: str) -> None:
    assert decode_id(encode_id(short, IdCoding.BITS_96), IdCoding.BITS_96) == short
    assert decode_id(encode_id(long, IdCoding.BITS_128), IdCoding.BITS_128) == long


@given(st.lists(st.builds(UserElement, st.sampled_from(CONTENT_OIDS), st.binary(max_size=40)), max_size=6).map(tuple))
def test_user_banks_survive(elements: tuple[UserElement, ...]) -> None:
    memory = encode_user_bank(elements)
    assert decode_user_bank(memory.ljust(512, b"\0")) == elements
    assert decode_user_bank(memory, whole=False) == elements


@given(st.sets(st.sampled_from(CONTENT_OIDS)))
def test_content_bitmaps_survive(oids: set[int]) -> None:
    assert set(decode_content_bitmap(encode_content_bitmap(oids))) == oids


@given(st.text(ID_CHARACTERS, min_size=1, max_size=14), st.sampled_from(["", "CN-530428"]), PARTS)
def test_uiis_survive(item_id: str, owner: str, parts: tuple[int, int]) -> None:
    uii = Uii(item_id, owner, *(parts if owner else (0, 0)))
    assert parse_uii(write_uii(uii)) == uii


@given(st.text(ID_CHARACTERS, min_size=1, max_size=14), st.sampled_from(["", "CN-530428"]), PARTS, USAGES)
def test_iso_tags_say_what_they_were_given(item_id: str, owner: str, parts: tuple[int, int], usage: Usage) -> None:
    content = TagContent(iso28560_4.FORMAT, item_id, owner, *parts, usage)
    bank, user = iso28560_4.encode(content, AFI.on_loan)
    assert read_content(bank, user, AFI) == content
    assert is_enough(bank, user, AFI)


@given(st.text(ID_CHARACTERS, min_size=1, max_size=14), st.sampled_from(["", "10248"]), PARTS, USAGES, st.booleans())
def test_alliance_tags_say_what_they_were_given(
    item_id: str,
    owner: str,
    parts: tuple[int, int],
    usage: Usage,
    on_loan: bool,  # noqa: FBT001 - drawn
) -> None:
    content = TagContent(gaoxiao.FORMAT, item_id, owner, *parts, usage)
    bank, user = gaoxiao.encode(content, on_loan=on_loan)
    assert read_content(bank, user, AFI) == content
    assert meaning(bank, AFI) is not on_loan


@given(BANKS, st.booleans())
def test_a_security_write_changes_the_security_and_nothing_else(
    bank: EpcBank,
    secured: bool,  # noqa: FBT001 - drawn
) -> None:
    change = security_write(bank, AFI, secured=secured)
    if change is None:
        assert meaning(bank, AFI) is None
        return
    memory = bytearray(encode_epc_bank(bank))
    at = 2 * (change.first_word - 1)
    memory[at : at + 2] = change.data
    changed = EpcBank(ProtocolControl(*_pc_fields(bytes(memory[:2]))), bytes(memory[2:]))
    assert meaning(changed, AFI) is secured
    assert read_content(changed, b"", AFI) == read_content(bank, b"", AFI)


def _pc_fields(data: bytes) -> tuple[int, bool, bool, bool, int]:
    word = int.from_bytes(data, "big")
    return word >> 11, bool(word & 0x400), bool(word & 0x200), bool(word & 0x100), word & 0xFF


@given(BANKS, st.binary(max_size=64))
def test_any_tag_is_told_or_faulted(bank: EpcBank, user: bytes) -> None:
    assert isinstance(read_content(bank, user, AFI), TagContent | TagFault)
    assert is_enough(bank, user, AFI) in {True, False}


@given(st.binary(max_size=80))
def test_only_decode_errors_escape_the_decoders(data: bytes) -> None:
    for decode in (urn_code40.decode, decode_epc_bank, decode_user_bank, iso28560_4.decode_user_bank):
        with suppress(DecodeError):
            decode(data)
    for coding in IdCoding:
        with suppress(DecodeError):
            decode_id(data, coding)
