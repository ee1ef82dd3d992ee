from __future__ import annotations

import pytest

from firmware_msgs.config import AfiPair
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags.content import TagContent, TagFault, Usage
from firmware_msgs.tags.elements import Element as IsoElement
from firmware_msgs.tags.elements import object_of
from firmware_msgs.tags.iso28560_2 import LibraryTag
from firmware_msgs.tags.uhf import gaoxiao, iso28560_4, urn_code40
from firmware_msgs.tags.uhf.detect import BankWrite, detect, is_enough, meaning, read_content, security_write
from firmware_msgs.tags.uhf.gaoxiao_id import IdCoding, coding_for, decode_id, encode_id
from firmware_msgs.tags.uhf.gaoxiao_user import (
    Element,
    UserElement,
    decode_content_bitmap,
    decode_library,
    decode_user_bank,
    encode_content_bitmap,
    encode_library,
    encode_user_bank,
)
from firmware_msgs.tags.uhf.gen2 import EpcBank, ProtocolControl, crc16_gen2, decode_epc_bank, encode_epc_bank
from firmware_msgs.tags.uhf.uii import Uii, parse_uii, write_uii
from tests.golden.vectors import Vector, load

ISO, ALLIANCE = load("iso28560_4_uhf"), load("gaoxiao_uhf")
AFI = AfiPair()
CODINGS = {"gaoxiao-pii-96": IdCoding.BITS_96, "gaoxiao-pii-128": IdCoding.BITS_128}
USER_BANK = "06 0201d0 140204b3 4607441cb6e2e335d6 5308ab4d6c9dd556cdeb 00"
"""ISO/TS 28560-4:2014, page 52, by way of dp2's tests."""

PACKED = {
    IdCoding.BITS_96: {
        "ABC012": "06414243303132",
        "ABC0123*": "a8324911ec010000",
        "ABC01234=": "d933491148130000",
        "ABC012345~": "ea374911e4c00000",
        "ABC0123456a": "1b36491100890700",
        "ABC01234567z": "ac3749111c5a4b00",
        "ABC0123456789_": "fe35491154346f1d",
        "A00000@": "0741303030303040",
        "ZZZ80007000000": "0ea3aa2a82b92a00",
    },
    IdCoding.BITS_128: {
        "A": "0141",
        "ABC0123*": "08414243303132332a",
        "ABC0123456a": "0b4142433031323334353661",
        "ABC01234567z": "ac77000046410c0201304911",
        "AAA9000000000)": "9e0200000000000040124511",
        "ZZZZZZZZZZZZZZ": "aea5aa2aaaaaaa2aaaaaaa2a",
    },
}
"""More of dp2's tests."""


def of(vectors: list[Vector], protocol: str) -> list[Vector]:
    return [vector for vector in vectors if vector.protocol == protocol]


def bank_of(text: str) -> EpcBank:
    return decode_epc_bank(bytes.fromhex(text))


@pytest.mark.parametrize("vector", of(ISO, "gen2-crc16"), ids=str)
def test_published_checksums(vector: Vector) -> None:
    assert f"{crc16_gen2(vector.data):04X}" == vector.decoded["crc"]
    data = crc16_gen2(vector.data).to_bytes(2, "big") + vector.data
    assert encode_epc_bank(decode_epc_bank(data), with_crc=True) == data


@pytest.mark.parametrize("vector", of(ISO, "urn-code-40"), ids=str)
def test_published_urn_code_40(vector: Vector) -> None:
    assert urn_code40.decode(vector.data) == vector.decoded
    assert urn_code40.encode(vector.decoded) == vector.data


@pytest.mark.parametrize(
    ("text", "data"),
    [("CH-", "141c"), ("000", "c04f"), ("134", "c70b"), ("-1.", "adb5"), ("78.", "ed4d"), ("31", "d319")],
)
def test_published_triples(text: str, data: str) -> None:
    """dp2's tests, from ISO/TS 28560-4:2014 page 49."""
    assert urn_code40.encode(text).hex() == data
    assert urn_code40.decode(bytes.fromhex(data)) == text


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a", "fc61"),
        ("é", "fdc3a900"),
        ("中国", "fee4b8adfee59bbd"),
        ("123456789", "fb00075bcd15"),
        ("000387624", "c04fd456e623"),
        ("0123456789", "bb81fb00075bcd15"),
        ("1" * 25, "fbf61787586c4fa8a01c71c7c1c1"),
    ],
)
def test_escapes(text: str, data: str) -> None:
    encoded = urn_code40.encode(text)
    assert encoded.hex() == data
    assert urn_code40.decode(encoded) == text


def test_a_number_may_begin_with_zeros_and_be_as_long_as_it_says() -> None:
    assert urn_code40.decode(bytes.fromhex("fb10075bcd15")) == "0123456789"
    with pytest.raises(DecodeError) as caught:
        urn_code40.decode(bytes.fromhex("fb00ffffffff"))
    assert caught.value.kind == "value"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("fa01", "value"),  # past the last triple
        ("ff00", "value"),
        ("0002", "value"),  # padding in front of A
        ("14", "truncated"),
        ("fc", "truncated"),
        ("fb0007", "truncated"),
        ("fd4141", "value"),  # two characters of one byte
        ("fdff41", "value"),
        ("fc1b", "value"),  # moves a cursor
    ],
)
def test_what_is_no_urn_code_40_is_refused(data: str, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        urn_code40.decode(bytes.fromhex(data))
    assert caught.value.kind == kind


@pytest.mark.parametrize("text", ["\U0001f4d6", "\ud800", "A\n"])
def test_what_urn_code_40_cannot_carry_is_refused(text: str) -> None:
    with pytest.raises(EncodeError):
        urn_code40.encode(text)


BANKS = of(ISO, "iso28560-4-epc-bank(PC+UII)")


@pytest.mark.parametrize("vector", [vector for vector in BANKS if not vector.negative], ids=str)
def test_published_iso_banks(vector: Vector) -> None:
    bank = decode_epc_bank(vector.data)
    expected = vector.decoded["pc"]
    assert bank.pc == ProtocolControl(
        expected["words"], bool(expected["umi"]), bool(expected["xpc"]), bool(expected["iso"]), int(expected["afi"], 16)
    )
    assert urn_code40.decode(bank.epc) == vector.decoded["uii"]
    written = encode_epc_bank(
        EpcBank(bank.pc, urn_code40.encode(vector.decoded["uii"])), with_crc="crc_ok" in vector.decoded
    )
    assert vector.data.startswith(written)
    assert (vector.data == written) is (vector.variant != "whole-bank")


def test_what_follows_an_epc_is_left_out_only_where_the_crc_proves_its_end() -> None:
    (whole,) = (vector.data for vector in BANKS if vector.variant == "whole-bank")
    wrong = bytes((whole[0] ^ 1,)) + whole[1:]
    for data in (wrong, whole[2:]):
        with pytest.raises(DecodeError) as caught:
            decode_epc_bank(data)
        assert (caught.value.kind, caught.value.position) == ("length", len(data))


def test_the_published_iso_tag_with_its_user_bank() -> None:
    bank, user = bank_of("45c2141cc04fc70badb5c6e2da1ded4dd319"), bytes.fromhex(USER_BANK)
    assert read_content(bank, user, AFI) == TagContent(
        "iso28560-4", "12345678", "CH-000134-1", 3, 1, Usage.NO_INFORMATION
    )
    assert meaning(bank, AFI) is False
    assert iso28560_4.encode_user_bank(LibraryTag(iso28560_4.decode_user_bank(user).objects[1:])) == user


def test_an_iso_tag_that_keeps_owner_and_set_in_its_user_bank() -> None:
    objects = [object_of(oid, text) for oid, text in ((3, "US-InU-Mu"), (4, "1203"), (5, "10"))]
    user = iso28560_4.encode_user_bank(LibraryTag(tuple(objects)))
    epc = urn_code40.encode("12345678")
    bank = EpcBank(ProtocolControl(len(epc) // 2, user_memory=True, iso=True, afi=0x07), epc)
    assert read_content(bank, user, AFI) == TagContent("iso28560-4", "12345678", "US-InU-Mu", 12, 3, Usage.CIRCULATING)
    assert not is_enough(bank, b"", AFI)
    assert not is_enough(bank, user[:8], AFI)
    assert is_enough(bank, user, AFI)
    assert IsoElement.ITEM_ID not in {found.oid for found in iso28560_4.decode_user_bank(user).objects}


@pytest.mark.parametrize(
    ("text", "uii"),
    [
        ("12345678", Uii("12345678")),
        ("CH-000134-1.12345678", Uii("12345678", "CH-000134-1")),
        ("CH-000134-1.12345678.31", Uii("12345678", "CH-000134-1", 3, 1)),
        ("CH-000134-1.12345678.1203", Uii("12345678", "CH-000134-1", 12, 3)),
        ("CN-1.A.B", Uii("A.B", "CN-1")),
        ("CN-1.A.13", Uii("A.13", "CN-1")),  # there is no third part of one
    ],
)
def test_the_parts_of_a_uii(text: str, uii: Uii) -> None:
    assert parse_uii(text) == uii
    assert write_uii(uii) == text


@pytest.mark.parametrize("text", ["", "CN-1."])
def test_a_uii_names_an_item(text: str) -> None:
    with pytest.raises(DecodeError):
        parse_uii(text)


@pytest.mark.parametrize("uii", [Uii(""), Uii("A.B"), Uii("A.31", "CN-1"), Uii(".31", "CN-1")])
def test_a_uii_that_would_be_read_otherwise_is_refused(uii: Uii) -> None:
    with pytest.raises(EncodeError):
        write_uii(uii)


@pytest.mark.parametrize("vector", [v for v in ALLIANCE if v.protocol in CODINGS], ids=str)
def test_published_packed_identifiers(vector: Vector) -> None:
    coding = CODINGS[vector.protocol]
    assert decode_id(vector.data, coding) == vector.decoded
    assert encode_id(vector.decoded, coding) == vector.data


@pytest.mark.parametrize(
    ("coding", "text", "data"), [(coding, *pair) for coding, pairs in PACKED.items() for pair in pairs.items()]
)
def test_more_packed_identifiers(coding: IdCoding, text: str, data: str) -> None:
    assert decode_id(bytes.fromhex(data), coding) == text
    assert encode_id(text, coding).hex() == data


@pytest.mark.parametrize(
    ("data", "coding", "kind"),
    [
        ("", 0, "value"),
        ("00", 0, "value"),
        ("0f", 0, "value"),
        ("05414243", 0, "truncated"),
        ("0541424330310041", 0, "length"),
        ("024180", 0, "value"),
        ("0e3300000000", 0, "truncated"),
        ("0e08000000000000", 0, "value"),  # the last character is no ASCII
        ("0e330000ffffffff", 0, "value"),  # ten digits where nine are
        ("0e330000000000c000000000", 1, "value"),
        ("ff", 2, "value"),
        ("", 2, "value"),
    ],
)
def test_impossible_identifiers(data: str, coding: int, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_id(bytes.fromhex(data), IdCoding(coding))
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("text", "coding"),
    [
        ("TSG00000001", IdCoding.BITS_96),
        ("a1", IdCoding.BITS_96),
        ("TSGA0000001", IdCoding.BITS_128),
        ("TSGA00000000-1", IdCoding.UTF_8),
        ("图书1", IdCoding.UTF_8),
    ],
)
def test_the_shortest_coding_is_taken(text: str, coding: IdCoding) -> None:
    assert coding_for(text) is coding
    assert decode_id(encode_id(text, coding), coding) == text


@pytest.mark.parametrize("text", ["", "A" * 15, "A\n"])
def test_what_no_coding_carries_is_refused(text: str) -> None:
    with pytest.raises(EncodeError):
        coding_for(text)


@pytest.mark.parametrize("vector", of(ALLIANCE, "gaoxiao-epc-bank(CRC+PC+payload)"), ids=str)
def test_published_alliance_banks(vector: Vector) -> None:
    bank, said = decode_epc_bank(vector.data), vector.decoded
    epc = gaoxiao.decode_epc(bank)
    assert (epc.item_id, epc.on_loan, epc.sort_bin) == (said["pii"], bool(said["on_loan"]), said["sort_bin"])
    assert (epc.coding, epc.version) == (said["pii_encoding"], said["version"])
    assert list(epc.content_oids) == said["content_oids"]
    assert encode_epc_bank(gaoxiao.encode_epc(epc), with_crc=True) == vector.data
    assert detect(bank, AFI) == "gaoxiao"


@pytest.mark.parametrize(
    ("epc", "user", "content"),
    [
        (
            "c15734001703000398130803f4040000",
            "0c0228081004000100010000000000000000000000000000000000000000",
            TagContent("gaoxiao", "32103179", "10248", 1, 1, Usage.NO_INFORMATION),
        ),
        (
            "d61f340000000003185304406c0e0000",
            "0c02d994100400010001000000000000",
            TagContent("gaoxiao", "01519231", "55700", 1, 1, Usage.NO_INFORMATION),
        ),
    ],
)
def test_whole_sample_tags_of_dp2(epc: str, user: str, content: TagContent) -> None:
    bank, memory = bank_of(epc), bytes.fromhex(user)
    assert read_content(bank, memory, AFI) == content
    assert meaning(bank, AFI) is True
    assert not is_enough(bank, memory[:4], AFI)
    assert is_enough(bank, memory[:14], AFI)


@pytest.mark.parametrize(("code", "data"), [("90000", "ea60"), ("00001", "0001"), ("10248", "2808")])
def test_published_library_codes(code: str, data: str) -> None:
    assert encode_library(code).hex() == data
    assert decode_library(bytes.fromhex(data)) == code


@pytest.mark.parametrize("code", ["60000", "1024", "1024x", "99999"])
def test_codes_that_cannot_be_stored(code: str) -> None:
    with pytest.raises(EncodeError):
        encode_library(code)


def test_the_published_content_bitmap() -> None:
    """The format document's own example, by way of dp2's tests."""
    assert decode_content_bitmap(0x00A1) == (3, 12, 15)
    assert encode_content_bitmap((3, 12, 15)) == 0x00A1


@pytest.mark.parametrize("vector", of(ALLIANCE, "gaoxiao-oi"), ids=str)
def test_more_published_library_codes(vector: Vector) -> None:
    assert decode_library(vector.data) == vector.decoded
    assert encode_library(vector.decoded) == vector.data


@pytest.mark.parametrize("vector", of(ALLIANCE, "gaoxiao-user-bank"), ids=str)
def test_published_user_banks(vector: Vector) -> None:
    elements = decode_user_bank(vector.data)
    assert [(found.oid, found.data.hex()) for found in elements] == [
        (said["oid"], said["data"]) for said in vector.decoded["elements"]
    ]
    assert vector.data.startswith(encode_user_bank(elements)[:-2])


def test_elements_of_every_kind_survive() -> None:
    elements = (
        UserElement(Element.OWNER, encode_library("50000")),
        UserElement(Element.USAGE, b"\x64\xc8"),
        UserElement(Element.LOCATION, "中文/english".encode()),
    )
    assert decode_user_bank(encode_user_bank(elements)) == elements


@pytest.mark.parametrize("memory", ["0c", "0c0228", "0fff"])
def test_an_element_that_is_not_all_there(memory: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_user_bank(bytes.fromhex(memory))
    assert caught.value.kind == "truncated"


@pytest.mark.parametrize("usage", [usage for usage in Usage if usage is not Usage.OTHER])
def test_both_formats_say_what_they_were_given(usage: Usage) -> None:
    iso = TagContent("iso28560-4", "TSG00000000001", "CN-530428", 3, 2, usage)
    assert read_content(*iso28560_4.encode(iso, AFI.secured), AFI) == iso
    alliance = TagContent("gaoxiao", "TSG00000001", "10248", 3, 2, usage)
    assert read_content(*gaoxiao.encode(alliance, on_loan=False), AFI) == alliance


@pytest.mark.parametrize("secured", [True, False])
def test_security_is_one_word_in_either_format(*, secured: bool) -> None:
    iso = iso28560_4.encode(TagContent("", "TSG1", "", 0, 0, Usage.NO_INFORMATION), AFI.value(secured=not secured))[0]
    afi = AFI.value(secured=secured)
    assert security_write(iso, AFI, secured=secured) == BankWrite(1, bytes((iso.pc.words << 3 | 1, afi)))
    alliance = gaoxiao.encode(TagContent("", "TSG1", "", 0, 0, Usage.NO_INFORMATION), on_loan=secured)[0]
    assert security_write(alliance, AFI, secured=secured) == BankWrite(2, bytes((0x00 if secured else 0x80, 0)))


@pytest.mark.parametrize(
    ("bank", "content"),
    [
        ("0000", TagFault.BLANK),
        ("3000" + "00" * 12, TagFault.BLANK),
        ("3000e28011602000748ba2010a11", TagFault.BLANK),
        ("3000300833b2ddd9014000000000", TagFault.UNKNOWN_FORMAT),  # a GS1 SGTIN
        ("3000170328087903000084560000", TagFault.UNKNOWN_FORMAT),  # promises elements without user memory
        ("09a1141c", TagFault.UNKNOWN_FORMAT),  # ISO, of an application that is not libraries'
        ("0907ff00", TagFault.DAMAGED),
    ],
)
def test_other_tags(bank: str, content: TagFault) -> None:
    assert read_content(bank_of(bank), b"", AFI) is content
    assert security_write(bank_of(bank), AFI, secured=True) is None or content is TagFault.DAMAGED


@pytest.mark.parametrize(
    ("data", "kind"),
    [("", "truncated"), ("30", "truncated"), ("3000", "length"), ("c15634001703000398130803f4040000", "checksum")],
)
def test_banks_that_are_none(data: str, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        bank_of(data)
    assert caught.value.kind == kind
