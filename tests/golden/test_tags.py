from __future__ import annotations

import pytest

from firmware_msgs.checksums import crc16_ccitt_false
from firmware_msgs.config import AfiPair
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags import iso28560_3
from firmware_msgs.tags.content import TagContent, TagFault, Usage
from firmware_msgs.tags.detect import HEAD_BYTES, detect, is_enough, read_content
from firmware_msgs.tags.extensions import ACQUISITION_BLOCK, LIBRARY_BLOCK, Extension
from firmware_msgs.tags.iso28560_3 import DanishTag, decode, encode
from tests.golden.vectors import Vector, load

VECTORS = [vector for vector in load("iso28560_3") if vector.protocol == "iso28560-3"]
GOOD = [vector for vector in VECTORS if not vector.negative]
BOOK = TagContent(iso28560_3.FORMAT, "1000000136", "DK718500", 1, 1, Usage.CIRCULATING)

STANDARD = {
    "foobar": ("foobar", "DE526", Usage.CIRCULATING),
    "1000000136": ("1000000136", "DK718500", Usage.CIRCULATING),
    "PATRON0001": ("PATRON0001", "FIXX", Usage.PATRON_CARD),
    "2935000003649": ("2935000003649", "RU293", Usage.PATRON_CARD),
    "": ("", "DE526", Usage.CIRCULATING),
}


def fields(tag: DanishTag) -> tuple[str, str, Usage]:
    return tag.content.item_id, tag.content.owner_isil, tag.content.usage


@pytest.mark.parametrize("vector", [vector for vector in GOOD if "pii" in vector.decoded], ids=str)
def test_published_tags(vector: Vector) -> None:
    tag = decode(vector.data)
    assert fields(tag) == STANDARD[vector.decoded["pii"]]
    assert (tag.content.parts, tag.content.part) == (1, 1)
    assert not tag.block_reversed


@pytest.mark.parametrize(
    "vector", [vector for vector in GOOD if "pii" in vector.decoded and "nibbles" not in vector.decoded], ids=str
)
def test_published_tags_are_written_as_they_were(vector: Vector) -> None:
    written = encode(decode(vector.data), capacity=max(len(vector.data) + 4, 36))
    assert written[: len(vector.data)].ljust(len(vector.data), b"\0") == vector.data


def test_the_published_extensions() -> None:
    tag = decode(next(vector.data for vector in GOOD if len(vector.decoded.get("ext", ())) == 2))
    library, acquisition = tag.extensions
    assert library.data == b"\x01"
    assert acquisition.identifier == ACQUISITION_BLOCK
    assert acquisition.texts == (b"Bogvognen", b"1234567890", b"", b"a789656c")


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector.negative], ids=str)
def test_a_published_damaged_tag(vector: Vector) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(vector.data)
    assert caught.value.kind == "checksum"
    assert read_content(0x3E, vector.data) is TagFault.DAMAGED


def test_the_published_unpadded_checksum_is_read_and_written_padded() -> None:
    vector = next(vector for vector in VECTORS if vector.variant == "unpadded-crc")
    assert decode(vector.data).content.item_id == ""
    written = encode(decode(vector.data), capacity=32)
    assert written[19:21] != vector.data[19:21]
    assert decode(written).content == decode(vector.data).content


def test_reversed_blocks_are_read_and_written_back_reversed() -> None:
    vector = next(vector for vector in VECTORS if vector.variant == "block-reversed")
    tag = decode(vector.data)
    assert fields(tag) == ("11223344", "DE705", Usage.CIRCULATING)
    assert tag.block_reversed
    assert encode(tag, capacity=32) == vector.data


def test_swapped_nibbles_are_written_in_standard_order() -> None:
    vector = next(vector for vector in GOOD if "nibbles" in vector.decoded)
    assert encode(decode(vector.data), capacity=32)[0] == 0x18


def test_swapped_part_numbers_are_read_and_written_in_order() -> None:
    swapped = resealed(encode(DanishTag(BOOK), 36), 1, b"\x02\x03")
    tag = decode(swapped)
    assert (tag.content.parts, tag.content.part) == (3, 2)
    assert encode(tag, 36)[1:3] == b"\x03\x02"


def test_a_hyphen_in_the_owner_is_read_and_not_written() -> None:
    tag = decode(resealed(encode(DanishTag(BOOK), 36), 21, b"DK-718500"))
    assert tag.content.owner_isil == "DK-718500"
    assert encode(tag, 36)[21:30] == b"DK718500\0"


def test_an_identifier_of_17_bytes_moves_to_the_library_extension() -> None:
    content = TagContent(iso28560_3.FORMAT, "A" * 17, "CN530428", 1, 1, Usage.CIRCULATING)
    memory = encode(DanishTag(content), 112)
    assert memory[3:19] == b"\x01" + bytes(15)
    assert memory[34:38] == bytes((22, 1, 0, memory[37]))
    assert decode(memory).content == content
    assert not is_enough(0x3E, memory[:HEAD_BYTES])
    assert not is_enough(0x3E, memory[:36])
    assert not is_enough(0x00, memory[:40])  # also where the writer left the DSFID alone
    assert is_enough(0x3E, memory)


def test_a_changed_long_identifier_replaces_the_old_one_and_keeps_the_media_format() -> None:
    content = TagContent(iso28560_3.FORMAT, "B" * 20, "CN530428", 1, 1, Usage.CIRCULATING)
    old = Extension(LIBRARY_BLOCK, b"\x02" + b"A" * 20 + b"\0DK-718500")
    tag = decode(encode(DanishTag(content, (Extension(4, b"title"), old)), 112))
    assert tag.content == content
    assert tag.extensions[0] == Extension(LIBRARY_BLOCK, b"\x02" + b"B" * 20 + b"\0DK-718500")


def test_a_damaged_extension_does_not_spoil_the_basic_block() -> None:
    memory = bytearray(encode(DanishTag(BOOK, (Extension(4, b"title"),)), 64))
    memory[40] ^= 1
    assert decode(bytes(memory)).content == BOOK
    assert decode(bytes(memory)).extensions == ()


def test_fillers_between_extensions_are_skipped() -> None:
    memory = encode(DanishTag(BOOK, (Extension(4, b"title"),)), 64)
    assert decode(memory[:34] + b"\x01\x01" + memory[34:]).extensions == (Extension(4, b"title"),)


@pytest.mark.parametrize("text", [b"\x1b[2Jbook", b"book\x07", b"a\nb", b"\xe2\x80\xaebook"])
def test_what_would_move_a_cursor_is_no_identifier(text: bytes) -> None:
    memory = resealed(encode(DanishTag(BOOK), 36), 3, text.ljust(16, b"\0"))
    with pytest.raises(DecodeError) as caught:
        decode(memory)
    assert caught.value.kind == "value"
    assert "book" not in str(caught.value)
    assert read_content(0x3E, memory) is TagFault.DAMAGED


def test_older_writers_texts_are_latin_1() -> None:
    memory = resealed(encode(DanishTag(BOOK), 36), 3, "Bücherei 7".encode("latin-1").ljust(16, b"\0"))
    assert decode(memory).content.item_id == "Bücherei 7"


@pytest.mark.parametrize(
    ("dsfid", "memory", "content"),
    [
        (0x00, bytes(112), TagFault.BLANK),
        (0x3E, bytes(112), TagFault.BLANK),
        (0x00, b"\x55" * 24 + bytes(88), TagFault.BLANK),
        (0x00, b"\x55" * 25 + bytes(87), TagFault.UNKNOWN_FORMAT),
        (0x06, b"\x11\x02\x01" + bytes(40), TagFault.UNKNOWN_FORMAT),
        (0x3E, b"\x11" * 36, TagFault.DAMAGED),
        (0x3E, b"\x11" * 31, TagFault.DAMAGED),
        (0x3E, encode(DanishTag(BOOK), 36), BOOK),
        (0x00, encode(DanishTag(BOOK), 36), BOOK),
    ],
)
def test_content_of_any_tag(dsfid: int, memory: bytes, content: TagContent | TagFault) -> None:
    assert read_content(dsfid, memory) == content


def test_formats_by_published_dsfid() -> None:
    by_dsfid = {vector.data[0]: vector.decoded for vector in load("afi") if vector.protocol == "dsfid"}
    assert "28560-3" in by_dsfid[iso28560_3.DSFID]
    assert detect(iso28560_3.DSFID, bytes(34)) == iso28560_3.FORMAT
    assert detect(0x06, b"\1" * 34) is None


def test_the_default_afi_pair_is_the_published_one() -> None:
    by_afi = {vector.data[0]: vector.decoded for vector in load("afi") if vector.protocol == "afi"}
    assert "on loan" in by_afi[AfiPair().on_loan]
    assert AfiPair().secured == 0x07


def test_the_published_checksum() -> None:
    assert crc16_ccitt_false(b"RFID tag data model") == 0x1AEE


@pytest.mark.parametrize(
    ("content", "capacity"),
    [
        (BOOK, 28),
        (TagContent(iso28560_3.FORMAT, "A" * 17, "CN1", 1, 1, Usage.CIRCULATING), 36),
        (TagContent(iso28560_3.FORMAT, "1", "CN" + "1" * 10, 1, 1, Usage.CIRCULATING), 32),
        (TagContent(iso28560_3.FORMAT, "1", "CN1", 256, 1, Usage.CIRCULATING), 36),
        (TagContent(iso28560_3.FORMAT, "1", "CN1", 1, 2, Usage.CIRCULATING), 36),
        (TagContent(iso28560_3.FORMAT, "1\0", "CN1", 1, 1, Usage.CIRCULATING), 36),
        (TagContent(iso28560_3.FORMAT, "\x01", "CN1", 1, 1, Usage.CIRCULATING), 36),
        (TagContent(iso28560_3.FORMAT, "1", "CN1", 1, 1, Usage.OTHER), 36),
        (TagContent(iso28560_3.FORMAT, "A" * 300, "CN1", 1, 1, Usage.CIRCULATING), 2048),
    ],
)
def test_what_does_not_fit_is_the_callers_fault(content: TagContent, capacity: int) -> None:
    with pytest.raises(EncodeError):
        encode(DanishTag(content), capacity)


def resealed(memory: bytes, at: int, change: bytes) -> bytes:
    """The memory changed, with a checksum that holds again."""
    changed = memory[:at] + change + memory[at + len(change) :]
    crc = crc16_ccitt_false(changed[:19] + changed[21:34])
    return changed[:19] + crc.to_bytes(2, "little") + changed[21:]
