from __future__ import annotations

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_msgs.checksums import crc16_ccitt_false
from firmware_msgs.errors import DecodeError
from firmware_msgs.tags import iso28560_3
from firmware_msgs.tags.blocks import (
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
from firmware_msgs.tags.detect import is_enough, read_content
from firmware_msgs.tags.extensions import END, Extension, encode_extension, iterate_extensions
from firmware_msgs.tags.iso28560_3 import DanishTag, decode, encode

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcxyz-./云"
PARTS = st.integers(0, 255).flatmap(lambda parts: st.tuples(st.just(parts), st.integers(0, parts or 255)))
CONTENTS = st.builds(
    lambda item_id, code, parts, usage: TagContent(iso28560_3.FORMAT, item_id, f"CN{code}", parts[0], parts[1], usage),
    st.text(ALPHABET, max_size=40),
    st.text("0123456789", max_size=9),
    PARTS,
    st.sampled_from([usage for usage in Usage if usage is not Usage.OTHER]),
)
EXTENSIONS = st.lists(st.builds(Extension, st.integers(2, 0xFFFF), st.binary(max_size=40)), max_size=3).map(tuple)
FIELDS = st.text(ALPHABET, max_size=12)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(LibraryBlock, st.integers(0, 255), FIELDS, FIELDS),
    st.builds(AcquisitionBlock, *[FIELDS] * 6),
    st.builds(SupplementBlock, *[FIELDS] * 4),
    st.builds(TitleBlock, FIELDS),
    st.builds(IllBlock, *[FIELDS] * 3),
)


@settings(derandomize=True)  # a reversed tag passes for a straight one once in 20,000, which would be no failure
@given(st.builds(DanishTag, CONTENTS, EXTENSIONS, st.booleans()))
def test_what_is_written_is_read_again(tag: DanishTag) -> None:
    found = decode(encode(tag, capacity=1024))
    assert found.content == tag.content
    assert found.extensions[-len(tag.extensions) :] == tag.extensions or not tag.extensions
    assert found.block_reversed is tag.block_reversed
    assert not found.quirks


@given(CONTENTS.filter(lambda content: len(content.item_id.encode()) <= 16))
def test_a_32_byte_tag_holds_a_whole_basic_block(content: TagContent) -> None:
    memory = encode(DanishTag(content), capacity=32)
    assert len(memory) == 32
    assert decode(memory).content == content


@settings(derandomize=True)  # as above
@given(CONTENTS, st.tuples(*[st.booleans()] * 5))
def test_a_tag_with_any_of_the_quirks_says_the_same(
    content: TagContent, quirks: tuple[bool, bool, bool, bool, bool]
) -> None:
    swaps_nibbles, swaps_parts, has_hyphen, is_unpadded, is_reversed = quirks
    memory = bytearray(encode(DanishTag(content), capacity=256).ljust(256, b"\0"))
    if swaps_nibbles:
        memory[0] = memory[0] >> 4 | (memory[0] & 0x0F) << 4
    if swaps_parts and content.parts and content.part:
        memory[1], memory[2] = memory[2], memory[1]
    if has_hyphen and len(content.owner_isil) < 11:
        memory[21:32] = (content.owner_isil[:2] + "-" + content.owner_isil[2:]).encode().ljust(11, b"\0")
    covered = bytes(memory[:19] + memory[21:32]) + (b"" if is_unpadded else b"\0\0")
    memory[19:21] = crc16_ccitt_false(covered).to_bytes(2, "little")
    if is_reversed:
        memory = bytearray(b"".join(memory[at : at + 4][::-1] for at in range(0, 256, 4)))
    assert decode(bytes(memory)).content == content
    rewritten = encode(decode(bytes(memory)), capacity=256)
    assert rewritten == encode(DanishTag(content, block_reversed=is_reversed), capacity=256)


@given(CONTENTS)
def test_reading_until_it_is_enough_tells_the_same_as_reading_all(content: TagContent) -> None:
    memory = encode(DanishTag(content), capacity=256).ljust(256, b"\0")
    read = next(size for size in range(36, 257, 4) if is_enough(iso28560_3.DSFID, memory[:size]))
    assert read_content(iso28560_3.DSFID, memory[:read]) == content


@given(EXTENSIONS)
def test_extensions_survive(extensions: tuple[Extension, ...]) -> None:
    written = b"".join(map(encode_extension, extensions)) + END
    assert tuple(iterate_extensions(written)) == extensions
    assert tuple(iterate_extensions(b"\xff" + written, start=1)) == extensions


@given(BLOCKS)
def test_structured_blocks_survive(block: Block) -> None:
    assert block_of(extension_of(block)) == block


@given(st.integers(0, 255), st.none() | st.integers(0, 255), st.binary(max_size=120))
def test_any_memory_is_told_or_faulted(dsfid: int, afi: int | None, memory: bytes) -> None:
    assert isinstance(read_content(dsfid, memory, afi), (TagContent, TagFault))
    assert is_enough(dsfid, memory, afi) in {True, False}


@given(st.binary(max_size=120))
def test_only_decode_errors_escape_the_decoder(memory: bytes) -> None:
    with suppress(DecodeError):
        decode(memory)
