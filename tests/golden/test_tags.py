from __future__ import annotations

import pytest

from firmware_msgs.checksums import crc16_ccitt_false
from firmware_msgs.errors import DecodeError, EncodeError, TooLongError
from firmware_msgs.tags import iso28560_3
from firmware_msgs.tags.blocks import (
    LIBRARY_BLOCK,
    AcquisitionBlock,
    Block,
    IllBlock,
    LibraryBlock,
    SupplementBlock,
    TitleBlock,
    block_of,
    extension_of,
)
from firmware_msgs.tags.content import TagContent, TagFault, Usage
from firmware_msgs.tags.detect import HEAD_BYTES, is_enough, read_content
from firmware_msgs.tags.extensions import Extension, decode_extension, encode_extension
from firmware_msgs.tags.iso28560_3 import DanishTag, Quirk, decode, encode
from tests.golden.vectors import Vector, load

VECTORS = [vector for vector in load("iso28560_3") if vector.protocol == "iso28560-3"]
GOOD = [vector for vector in VECTORS if not vector.negative]
BOOK = TagContent(iso28560_3.FORMAT, "1000000136", "DK718500", 1, 1, Usage.CIRCULATING)

USAGES = {"8101": Usage.PATRON_CARD, "1801": Usage.PATRON_CARD}


@pytest.mark.parametrize("vector", [vector for vector in GOOD if "pii" in vector.decoded], ids=str)
def test_published_tags(vector: Vector) -> None:
    tag = decode(vector.data)
    usage = USAGES.get(str(vector)[:4], Usage.CIRCULATING)
    pii, isil = vector.decoded["pii"], vector.decoded["isil"]
    assert tag.content == TagContent(iso28560_3.FORMAT, pii, isil, 1, 1, usage)
    assert not tag.block_reversed


@pytest.mark.parametrize(
    "vector", [vector for vector in GOOD if "pii" in vector.decoded and str(vector)[0] != "8"], ids=str
)
def test_published_tags_are_written_as_they_were(vector: Vector) -> None:
    written = encode(decode(vector.data), capacity=max(len(vector.data) + 4, 36))
    assert written[: len(vector.data)].ljust(len(vector.data), b"\0") == vector.data


def test_the_published_extensions() -> None:
    tag = decode(next(vector.data for vector in GOOD if len(vector.decoded.get("ext", ())) == 2))
    library, acquisition = tag.extensions
    assert block_of(library) == LibraryBlock(media_format=1)
    assert block_of(acquisition) == AcquisitionBlock("Bogvognen", "1234567890", "", "a789656c")
    assert extension_of(LibraryBlock(media_format=1)) == library
    assert extension_of(AcquisitionBlock("Bogvognen", "1234567890", "", "a789656c")) == acquisition


BLOCKS = [vector for vector in load("iso28560_3") if vector.protocol == "iso28560-3-extension-block"]


@pytest.mark.parametrize("vector", BLOCKS, ids=str)
def test_published_extension_blocks(vector: Vector) -> None:
    extension = decode_extension(vector.data)
    assert extension.identifier == vector.decoded["id"]
    assert encode_extension(extension) == vector.data


@pytest.mark.parametrize(
    ("block", "kind"),
    [(b"", "truncated"), (b"\x05\x01", "truncated"), (b"\x03\x01\x02", "length"), (b"\x04\x01\0\x05\0", "length")],
)
def test_what_is_no_extension_block(block: bytes, kind: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_extension(block)
    assert caught.value.kind == kind


def test_the_fields_of_every_structured_block() -> None:
    blocks: tuple[Block, ...] = (
        LibraryBlock(2, "a long identifier", "DK-718500"),
        AcquisitionBlock("supplier", "product", "order", "invoice", "4006381333931", "10"),
        SupplementBlock("QA268.L55", "am", "BA", "Østerbro"),
        TitleBlock("云南的鸟"),
        IllBlock("DK-718500", "1203", "branch"),
    )
    tag = DanishTag(BOOK, tuple(map(extension_of, blocks)))
    assert tuple(map(block_of, decode(encode(tag, 512)).extensions)) == blocks


def test_a_block_of_somebody_elses_is_kept() -> None:
    extension = Extension(101, b"ta")
    assert block_of(extension) is None
    assert decode(encode(DanishTag(BOOK, (extension,)), 64)).extensions == (extension,)


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector.negative], ids=str)
def test_a_published_damaged_tag(vector: Vector) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(vector.data)
    assert caught.value.kind == "checksum"
    assert read_content(0x3E, vector.data) is TagFault.DAMAGED


def test_the_published_unpadded_checksum_is_read_and_written_padded() -> None:
    vector = next(vector for vector in VECTORS if vector.variant == "unpadded-crc")
    assert decode(vector.data).content.item_id == ""
    assert decode(vector.data).quirks == {Quirk.UNPADDED_CHECKSUM}
    written = encode(decode(vector.data), capacity=32)
    assert written[19:21] != vector.data[19:21]
    assert decode(written).content == decode(vector.data).content


def test_reversed_blocks_are_read_and_written_back_reversed() -> None:
    vector = next(vector for vector in VECTORS if vector.variant == "block-reversed")
    tag = decode(vector.data)
    assert tag.content == TagContent(iso28560_3.FORMAT, "11223344", "DE705", 1, 1, Usage.CIRCULATING)
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
    assert tag.content == BOOK
    assert tag.quirks == {Quirk.HYPHEN_IN_ISIL}
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


def test_a_long_identifier_may_come_after_other_blocks_and_fillers() -> None:
    content = TagContent(iso28560_3.FORMAT, "A" * 30, "CN530428", 1, 1, Usage.CIRCULATING)
    written = encode(DanishTag(content), 112)
    title = encode_extension(Extension(4, b"tit"))
    memory = written[:34] + b"\x01\x01\x01" + title + written[34:]
    assert decode(memory).content == content
    for size in range(34, 45):  # even where what was read ends with a whole block, or with a filler
        assert not is_enough(0x3E, memory[:size])


def test_an_identifier_that_no_extension_holds() -> None:
    memory = resealed(encode(DanishTag(BOOK), 36), 3, b"\x01".ljust(16, b"\0"))
    with pytest.raises(DecodeError) as caught:
        decode(memory)
    assert caught.value.kind == "value"


def test_a_damaged_extension_before_the_identifier_is_told_with_its_place_in_the_memory() -> None:
    content = TagContent(iso28560_3.FORMAT, "A" * 30, "CN530428", 1, 1, Usage.CIRCULATING)
    memory = bytearray(encode(DanishTag(content), 112))
    memory[37] ^= 1
    with pytest.raises(DecodeError) as caught:
        decode(bytes(memory))
    assert (caught.value.kind, caught.value.position) == ("checksum", 34)


def test_an_owners_code_that_is_too_long_is_found_in_the_library_extension() -> None:
    library = extension_of(LibraryBlock(1, "", "CN-120104-C-YBL"))
    memory = encode(DanishTag(BOOK, (library,)), 112)
    memory = resealed(memory, 21, b"CN\x01".ljust(13, b"\0"))
    assert decode(memory).content.owner_isil == "CN120104-C-YBL"


def test_a_short_basic_block_on_a_larger_chip() -> None:
    content = TagContent(iso28560_3.FORMAT, "1000000136", "DK718500123", 1, 1, Usage.CIRCULATING)
    memory = encode(DanishTag(content), 32) + b"\x05\x01\0\x05\x01"  # what follows is not the owner's
    assert decode(memory).content == content


def test_a_usage_without_a_name_is_written_back() -> None:
    memory = resealed(encode(DanishTag(BOOK), 36), 0, b"\x13")
    tag = decode(memory)
    assert tag.content.usage is Usage.OTHER
    assert encode(tag, 36) == memory


def test_a_memory_cut_short_is_read_while_only_zeros_are_missing() -> None:
    memory = encode(DanishTag(BOOK), 36)
    assert decode(memory[:29]).content == BOOK
    with pytest.raises(DecodeError) as caught:
        decode(memory[:28])
    assert caught.value.kind == "truncated"


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


@pytest.mark.parametrize(
    ("tag", "capacity", "field", "excess_bytes"),
    [
        (DanishTag(BOOK), 28, "the basic block", 4),
        (
            DanishTag(TagContent(iso28560_3.FORMAT, "1", "CN120104-C-YBL", 1, 1, Usage.CIRCULATING)),
            36,
            "the owner's code",
            1,
        ),
        (DanishTag(TagContent(iso28560_3.FORMAT, "A" * 20, "CN1", 1, 1, Usage.CIRCULATING)), 52, "the item id", 7),
        (DanishTag(BOOK, (Extension(4, b"title"),)), 36, "extension block 4", 7),
        (DanishTag(BOOK, (Extension(4, b"t" * 300),)), 2048, "extension block 4", 49),
    ],
)
def test_what_is_too_long_and_by_how_much(tag: DanishTag, capacity: int, field: str, excess_bytes: int) -> None:
    with pytest.raises(TooLongError) as caught:
        encode(tag, capacity)
    assert (caught.value.field, caught.value.excess_bytes) == (field, excess_bytes)


def test_a_chip_of_eight_byte_blocks() -> None:
    assert len(encode(DanishTag(BOOK), 64, block_bytes=8)) == 40


def resealed(memory: bytes, at: int, change: bytes) -> bytes:
    """The memory changed, with a checksum that holds again."""
    changed = memory[:at] + change + memory[at + len(change) :]
    crc = crc16_ccitt_false(changed[:19] + changed[21:34])
    return changed[:19] + crc.to_bytes(2, "little") + changed[21:]
