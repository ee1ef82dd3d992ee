from __future__ import annotations

from dataclasses import replace

import pytest

from firmware_msgs.config import AfiPair
from firmware_msgs.tags import iso28560_2, iso28560_3, rfid501
from firmware_msgs.tags.afi import AFI_MEANINGS
from firmware_msgs.tags.chip import Chip
from firmware_msgs.tags.content import TagContent, TagFault, Usage
from firmware_msgs.tags.detect import detect, is_enough, read_content
from firmware_msgs.tags.elements import Element
from firmware_msgs.tags.iso28560_3 import DanishTag, encode
from tests.golden.vectors import Vector, load

BOOK = TagContent(iso28560_3.FORMAT, "1000000136", "DK718500", 1, 1, Usage.CIRCULATING)
COIN = TagContent(iso28560_2.FORMAT, "01325462", "CN-120104-C-YBL", 2, 1, Usage.CIRCULATING)
COIN_MEMORY = iso28560_2.encode(iso28560_2.tag_of(COIN), Chip(28)).memory.ljust(112, b"\0")


@pytest.mark.parametrize(
    ("dsfid", "memory", "content"),
    [
        (0x00, bytes(112), TagFault.BLANK),
        (0x3E, bytes(112), TagFault.BLANK),
        (0x00, b"\x55" * 24 + bytes(88), TagFault.BLANK),
        (0x00, b"\x55" * 25 + bytes(87), TagFault.UNKNOWN_FORMAT),
        (0x3E, b"\x11" * 36, TagFault.DAMAGED),
        (0x3E, b"\x11" * 31, TagFault.DAMAGED),
        (0x3E, encode(DanishTag(BOOK), 36), BOOK),
        (0x00, encode(DanishTag(BOOK), 36), BOOK),
    ],
)
def test_content_of_any_tag(dsfid: int, memory: bytes, content: TagContent | TagFault) -> None:
    assert read_content(dsfid, memory) == content


def test_a_28560_3_checksum_outweighs_a_wrong_dsfid() -> None:
    memory = encode(DanishTag(BOOK), 112).ljust(112, b"\0")
    assert detect(0x06, memory) == iso28560_3.FORMAT
    assert read_content(0x06, memory) == BOOK


def test_the_default_afi_pair_is_the_published_one() -> None:
    pair = AfiPair()
    assert AFI_MEANINGS[pair.secured].secured
    assert not AFI_MEANINGS[pair.on_loan].secured


@pytest.mark.parametrize("vector", load("rfid501")[:1] + load("rfid501")[2:], ids=str)
def test_published_3m_tags(vector: Vector) -> None:
    tag = rfid501.decode(vector.data)
    decoded = vector.decoded
    assert (tag.barcode, tag.number, tag.total, tag.item_type) == tuple(
        decoded[key] for key in ("content", "set", "total", "type")
    )
    if "branch" in decoded:
        assert (tag.branch, tag.library, tag.custom) == (decoded["branch"], decoded["library"], decoded["custom"])
    expected = TagContent(rfid501.FORMAT, decoded["content"], "", 1, 1, Usage.NO_INFORMATION)
    assert read_content(0x00, vector.data.ljust(36, b"\0")) == expected


def test_the_published_3m_blank() -> None:
    assert load("rfid501")[1].data == rfid501.BLANK
    assert read_content(0x00, rfid501.BLANK) is TagFault.BLANK


@pytest.mark.parametrize(
    "memory",
    [
        b"\x05\x11\0\0" + b"200901010123".ljust(16, b"\0"),
        b"\x04\x21\0\0" + b"200901010123".ljust(16, b"\0"),
        b"\x04\x11\0\x0e" + b"200901010123".ljust(16, b"\0"),
        b"\x04\x11\0\0" + bytes(16),
        b"\x04\x11\0\0" + b"2009\x000101".ljust(16, b"\0"),
        b"\x04\x11\0\0" + b"20\x07".ljust(16, b"\0"),
    ],
)
def test_what_only_begins_like_a_3m_tag(memory: bytes) -> None:
    assert read_content(0x00, memory.ljust(36, b"\1")) is TagFault.UNKNOWN_FORMAT


@pytest.mark.parametrize(
    ("dsfid", "afi", "memory", "content"),
    [
        (0x06, None, COIN_MEMORY, COIN),
        (0x06, 0x07, COIN_MEMORY, COIN),
        (0x00, 0x07, COIN_MEMORY, COIN),
        (0x00, 0xC2, COIN_MEMORY, COIN),
        (0x00, 0x00, COIN_MEMORY, TagFault.UNKNOWN_FORMAT),
        (0x00, None, COIN_MEMORY, COIN),
        (0x00, None, COIN_MEMORY[:12], TagFault.UNKNOWN_FORMAT),
        (0x00, 0x07, b"\x80" + COIN_MEMORY, COIN),
        (0x00, 0x07, COIN_MEMORY[4:], TagFault.UNKNOWN_FORMAT),
        (0x06, None, COIN_MEMORY[:12], TagFault.DAMAGED),
        (0x06, None, b"\x02\x01\xd0" + bytes(40), TagFault.DAMAGED),
        (0x06, None, b"\x10\x01\xd0" + bytes(40), TagFault.DAMAGED),
        (0x06, None, b"\x61\x03\x1b[2" + bytes(40), TagFault.DAMAGED),
        (0x06, None, bytes(112), TagFault.BLANK),
    ],
)
def test_content_of_a_tag_of_objects(
    dsfid: int, afi: int | None, memory: bytes, content: TagContent | TagFault
) -> None:
    assert read_content(dsfid, memory, afi) == content


def test_objects_that_a_28560_3_checksum_fits_by_chance_are_what_the_dsfid_says() -> None:
    by_chance = replace(COIN, item_id="00097492")  # found by trying
    tag = iso28560_2.tag_of(by_chance).with_texts({Element.TITLE: "Birds of Yunnan"})
    memory = iso28560_2.encode(tag, Chip(28)).memory.ljust(112, b"\0")
    assert iso28560_3.recognises(memory)
    read = next(size for size in range(36, 113, 4) if is_enough(0x06, memory[:size]))
    assert read_content(0x06, memory[:read]) == by_chance


@pytest.mark.parametrize(
    "vector",
    [vector for vector in load("iso28560_2") if vector.protocol == "iso28560-2" and len(vector.data) > 20],
    ids=str,
)
def test_published_tags_of_objects(vector: Vector) -> None:
    content = read_content(iso28560_2.DSFID, vector.data)
    expected = vector.decoded["expect"]
    if "1" not in expected:
        assert content is TagFault.DAMAGED
    else:
        assert isinstance(content, TagContent)
        assert (content.item_id, content.owner_isil) == (expected["1"], expected.get("3", ""))
