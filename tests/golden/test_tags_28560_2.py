from __future__ import annotations

import pytest

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags import iso28560_2
from firmware_msgs.tags.chip import Chip
from firmware_msgs.tags.compaction import Compaction, compact, compact_as, expand
from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.tags.elements import Element, bitmap_of, listed_in, object_of, set_of, text_of, usage_of
from firmware_msgs.tags.isil import decode_isil, encode_isil
from firmware_msgs.tags.iso15962 import DataObject, decode_length, decode_objects, encode_length, encode_objects
from tests.golden.vectors import Vector, load

VECTORS = load("iso28560_2")
TAGS = [vector for vector in VECTORS if vector.protocol == "iso28560-2"]
WHOLE_TAGS = [vector for vector in TAGS if "elements" in vector.decoded]
COMPACTED = [vector for vector in VECTORS if "compaction" in vector.protocol]
ISILS = [vector for vector in VECTORS if vector.protocol == "iso28560-isil"]
LENGTHS = [vector for vector in VECTORS if vector.protocol == "iso15962-length"]

ANNEX_D = WHOLE_TAGS[0].data
CUT_IN_PADDING = "a101040014815f000203a80008830203d6593f00"


@pytest.mark.parametrize("vector", WHOLE_TAGS, ids=str)
def test_published_objects(vector: Vector) -> None:
    objects = decode_objects(vector.data)
    assert [(found.oid, found.compaction, found.data.hex(), text_of(found)) for found in objects] == [
        (element["oid"], element["compaction"], element["data"], element["text"])
        for element in vector.decoded["elements"]
    ]
    assert [(found.padding or b"").hex() for found in objects] == [
        element["pad"] for element in vector.decoded["elements"]
    ]


@pytest.mark.parametrize("vector", [vector for vector in WHOLE_TAGS if str(vector) != CUT_IN_PADDING], ids=str)
def test_published_objects_are_written_as_they_were(vector: Vector) -> None:
    written = encode_objects(decode_objects(vector.data))
    assert vector.data[: len(written)] == written
    assert not any(vector.data[len(written) :])


@pytest.mark.parametrize("vector", WHOLE_TAGS, ids=str)
def test_published_texts(vector: Vector) -> None:
    tag = iso28560_2.decode(vector.data)
    assert {number: tag.text(int(number)) for number in vector.decoded["expect"]} == vector.decoded["expect"]


def test_an_integer_has_no_leading_zero_whatever_its_publisher_claims() -> None:
    (vector,) = (vector for vector in TAGS if "claimed" in vector.decoded)
    assert iso28560_2.decode(vector.data).content.item_id == vector.decoded["computed"]


@pytest.mark.parametrize("vector", COMPACTED, ids=str)
def test_published_compactions(vector: Vector) -> None:
    compaction = Compaction(int(vector.protocol.split("-")[2]))
    assert expand(compaction, vector.data) == vector.decoded
    assert compact_as(compaction, vector.decoded) == vector.data


@pytest.mark.parametrize(
    ("text", "compaction"),
    [
        ("", Compaction.OCTETS),
        ("7", Compaction.OCTETS),
        ("10", Compaction.INTEGER),
        ("9" * 19, Compaction.INTEGER),
        ("9" * 20, Compaction.NUMERIC),
        ("01", Compaction.NUMERIC),
        ("AB", Compaction.OCTETS),
        ("ABC", Compaction.FIVE_BIT),
        ("AB1", Compaction.OCTETS),
        ("AB12", Compaction.SIX_BIT),
        ("AB1 ", Compaction.OCTETS),
        ("abcdefg", Compaction.OCTETS),
        ("abcdefgh", Compaction.SEVEN_BIT),
        ("AB12345 ", Compaction.SEVEN_BIT),
        ("\x7f" * 9, Compaction.OCTETS),
        ("Bücherei", Compaction.OCTETS),
        ("云南", Compaction.UTF_8),
    ],
)
def test_the_compaction_is_the_shortest_that_gives_the_text_back(text: str, compaction: Compaction) -> None:
    chosen, data = compact(text)
    assert chosen is compaction
    assert expand(chosen, data) == text


@pytest.mark.parametrize(
    ("compaction", "data"),
    [
        (Compaction.INTEGER, b"\1" * 128),
        (Compaction.NUMERIC, b"\x1a"),
        (Compaction.NUMERIC, b"\xf1"),
        (Compaction.NUMERIC, b"\x1f\xff"),
        (Compaction.FIVE_BIT, b"\x08\x01\x80"),
        (Compaction.SEVEN_BIT, b"\xff" * 7 + b"\x60"),
        (Compaction.UTF_8, b"\xff"),
    ],
)
def test_data_that_is_not_in_its_compaction(compaction: Compaction, data: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        expand(compaction, data)
    assert caught.value.kind == "value"


@pytest.mark.parametrize(
    ("compaction", "text"),
    [
        (Compaction.INTEGER, "01"),
        (Compaction.NUMERIC, "1"),
        (Compaction.NUMERIC, "1２"),
        (Compaction.FIVE_BIT, "abc"),
        (Compaction.SIX_BIT, "ABC "),
        (Compaction.SEVEN_BIT, "é" * 8),
        (Compaction.OCTETS, "云"),
        (Compaction.APPLICATION, "0"),
        (Compaction.UTF_8, "\ud800"),
    ],
)
def test_a_text_that_a_compaction_cannot_hold(compaction: Compaction, text: str) -> None:
    with pytest.raises(EncodeError):
        compact_as(compaction, text)


@pytest.mark.parametrize("vector", ISILS, ids=str)
def test_published_isils(vector: Vector) -> None:
    assert decode_isil(vector.data) == vector.decoded


@pytest.mark.parametrize("vector", [vector for vector in ISILS if str(vector) != "1b81e120104ad1d6644c"], ids=str)
def test_published_isils_are_written_as_they_were(vector: Vector) -> None:
    assert encode_isil(vector.decoded) == vector.data


def test_what_is_no_isil() -> None:
    with pytest.raises(EncodeError):
        encode_isil("CN_530428")


@pytest.mark.parametrize("vector", LENGTHS, ids=str)
def test_published_lengths(vector: Vector) -> None:
    assert decode_length(Cursor(vector.data)) == vector.decoded
    assert encode_length(vector.decoded) == vector.data


def test_a_length_without_an_end() -> None:
    with pytest.raises(DecodeError):
        decode_length(Cursor(b"\xff\xff\xff\x01"))
    with pytest.raises(EncodeError):
        encode_length(1 << 21)


@pytest.mark.parametrize(
    ("memory", "kind"),
    [
        (b"\x11", "truncated"),
        (b"\x11\x05\x1c\xbe", "truncated"),
        (b"\x7f", "truncated"),
        (b"\x91\x02", "truncated"),
        (b"\x11\x81", "truncated"),
        (b"\x10\x01\x01", "value"),
        (b"\x90\x00\x01\x01", "value"),
        (b"\x11\xff\xff\xff\xff", "value"),
    ],
)
def test_objects_that_are_none(memory: bytes, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_objects(memory)
    assert caught.value.kind == kind


def test_bytes_80_are_skipped_and_00_ends() -> None:
    assert decode_objects(b"\x80\x80\x61\x01A\x80\x00\x61\x01B") == (DataObject(1, Compaction.OCTETS, b"A"),)


@pytest.mark.parametrize("oid", [15, 17, 26, 127, 270])
def test_object_identifiers_over_14(oid: int) -> None:
    found = DataObject(oid, Compaction.OCTETS, b"x" * 200, padding=b"\0\0\0")
    memory = encode_objects([found])
    assert memory[:5] == bytes((0xEF, oid - 15, 3, 0x81, 0x48))
    assert decode_objects(memory) == (found,)


@pytest.mark.parametrize(
    "found",
    [
        DataObject(0, Compaction.OCTETS, b""),
        DataObject(271, Compaction.OCTETS, b""),
        DataObject(1, Compaction.OCTETS, b"", padding=bytes(256)),
    ],
)
def test_objects_that_cannot_be_written(found: DataObject) -> None:
    with pytest.raises(EncodeError):
        encode_objects([found])


def test_the_content_of_the_annexs_tag() -> None:
    tag = iso28560_2.decode(ANNEX_D)
    assert tag.content == TagContent("iso28560-2", "123456789012", "US-InU-Mu", 12, 3, Usage.NO_INFORMATION)
    assert tag.listed == frozenset({3, 4, 6})
    assert tag.is_listed_rightly


def test_the_annexs_tag_is_written_as_it_was() -> None:
    texts = {
        Element.ITEM_ID: "123456789012",
        Element.OWNER_ISIL: "US-InU-Mu",
        Element.SHELF: "QA268.L55",
        Element.SET_INFORMATION: "1203",
    }
    tag = iso28560_2.LibraryTag(()).with_texts(texts)
    written = iso28560_2.encode(tag, Chip(9), frozenset({Element.ITEM_ID, Element.OWNER_ISIL}))
    assert written.memory == ANNEX_D
    assert written.to_lock == {0, 1, 6, 7, 8}


def test_a_bitmap_may_list_more_than_there_is() -> None:
    tag = iso28560_2.decode(bytes.fromhex(CUT_IN_PADDING))
    assert tag.listed == frozenset({3, 5, 7, 23})
    assert not tag.is_listed_rightly


def test_a_bitmaps_first_bit_is_the_owner() -> None:
    assert bitmap_of([1, 3, 5, 7]).hex() == "a8"
    assert bitmap_of([3, 5, 7, 23]).hex() == "a80008"
    assert bitmap_of([1, 2]) == b""
    assert listed_in(b"") == frozenset()


@pytest.mark.parametrize(
    ("found", "parts"),
    [
        (object_of(Element.SET_INFORMATION, "1203"), (12, 3)),
        (object_of(Element.SET_INFORMATION, "11"), (1, 1)),
        (object_of(Element.SET_INFORMATION, "0201"), (2, 1)),
        (object_of(Element.SET_INFORMATION, "120003"), (120, 3)),
        (DataObject(4, Compaction.INTEGER, b"\xc9"), (2, 1)),  # 0201 as 201
        (object_of(Element.SET_INFORMATION, "0312"), (12, 3)),
        (DataObject(4, Compaction.OCTETS, b"\x02\x01"), (2, 1)),
        (DataObject(4, Compaction.OCTETS, b"21"), (2, 1)),
        (DataObject(4, Compaction.OCTETS, b"\x00"), (0, 0)),
        (DataObject(4, Compaction.OCTETS, b"\xb2\xb9"), (185, 178)),
        (DataObject(4, Compaction.NUMERIC, b"\x1a"), (0, 0)),
        (DataObject(4, Compaction.INTEGER, b""), (0, 0)),
    ],
)
def test_set_information(found: DataObject, parts: tuple[int, int]) -> None:
    assert set_of(found) == parts


@pytest.mark.parametrize("compaction", list(Compaction))
def test_a_type_of_usage_in_any_compaction(compaction: Compaction) -> None:
    assert usage_of(DataObject(Element.USAGE, compaction, b"\x12")) is Usage.CIRCULATING
    assert usage_of(DataObject(Element.USAGE, compaction, b"\x30")) is Usage.OTHER
    assert usage_of(DataObject(Element.USAGE, compaction, b"")) is Usage.OTHER


@pytest.mark.parametrize(
    ("data", "usage"), [("0a", Usage.CIRCULATING), ("14", Usage.NOT_CIRCULATING), ("50", Usage.PATRON_CARD)]
)
def test_a_type_of_usage_as_a_number(data: str, usage: Usage) -> None:
    """10, 20 and 80 as early versions of dp2 wrote them."""
    assert usage_of(DataObject(Element.USAGE, Compaction.INTEGER, bytes.fromhex(data))) is usage


CODES = {Element.CONTENT_BITMAP, Element.USAGE, Element.MEDIA_FORMAT, Element.SUPPLY_STAGE}


@pytest.mark.parametrize("element", list(Element))
def test_every_element_says_what_was_written(element: Element) -> None:
    text = "a80008" if element in CODES else "CN-120104-C-YBL"
    assert text_of(object_of(element, text)) == text
    assert iso28560_2.LibraryTag(()).with_texts({element: text}).text(element) == text


def test_of_an_element_that_stands_twice_the_first_counts() -> None:
    memory = bytes.fromhex("6101416101420000")
    assert iso28560_2.decode(memory).content.item_id == "A"
    assert iso28560_2.encode(iso28560_2.decode(memory), Chip(8)).memory == bytes.fromhex("61014100")
