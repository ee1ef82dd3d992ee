from __future__ import annotations

import pytest

from firmware_msgs.errors import BlockLockedError, EncodeError, TooLongError
from firmware_msgs.tags import iso28560_3
from firmware_msgs.tags.chip import Chip
from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.tags.elements import Element
from firmware_msgs.tags.iso28560_2 import LibraryTag, decode, encode, tag_of

ANNEX_D = bytes.fromhex("9100051cbe991a140201d0140204b34607441cb6e2e335d6830207acc09ebaa06f6b0000")
LOCKED = frozenset({0, 1, 6, 7, 8})
TAG = decode(ANNEX_D)


def locked_chip(memory: bytes = ANNEX_D, locked: frozenset[int] = LOCKED, block_count: int = 20) -> Chip:
    return Chip(block_count, memory=memory.ljust(4 * block_count, b"\0"), locked=locked)


def texts(tag: LibraryTag) -> dict[int, str | None]:
    return {found.oid: tag.text(found.oid) for found in tag.objects if found.oid != Element.CONTENT_BITMAP}


def kept(chip: Chip, memory: bytes) -> bool:
    places = [slice(4 * block, 4 * block + 4) for block in chip.locked]
    return all(memory[place] in (chip.memory[place], b"") for place in places)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {Element.SHELF: "QA268.L5"},
        {Element.SHELF: None},
        {Element.SHELF: None, Element.SET_INFORMATION: None},
        {Element.TITLE: "test"},
        {Element.TITLE: "test", Element.SHELF: "a shelf of eight feet"},
        {Element.USAGE: "10", Element.SET_INFORMATION: "1212"},
    ],
)
def test_what_is_locked_stays_and_the_rest_finds_its_place(changes: dict[Element, str | None]) -> None:
    wanted = TAG.with_texts(changes)
    written = encode(wanted, locked_chip())
    assert kept(locked_chip(), written.memory)
    found = decode(written.memory.ljust(80, b"\0"))
    assert texts(found) == texts(wanted)
    assert found.is_listed_rightly
    assert not written.to_lock


@pytest.mark.parametrize(
    ("changes", "block", "holds"),
    [
        ({Element.ITEM_ID: "123456789013"}, 0, "item id"),
        ({Element.OWNER_ISIL: "US-InU"}, 6, "owner isil"),
        ({Element.OWNER_ISIL: None}, 6, "owner isil"),
    ],
)
def test_a_locked_block_that_would_have_to_change_is_named(
    changes: dict[Element, str | None], block: int, holds: str
) -> None:
    with pytest.raises(BlockLockedError, match=holds) as caught:
        encode(TAG.with_texts(changes), locked_chip())
    assert caught.value.block == block


def test_a_locked_content_bitmap_allows_no_further_element() -> None:
    chip = locked_chip(locked=frozenset({0, 1, 2}))
    assert kept(chip, encode(TAG.with_texts({Element.SET_INFORMATION: "1203"}), chip).memory)
    with pytest.raises(BlockLockedError, match="content bitmap") as caught:
        encode(TAG.with_texts({Element.TITLE: "test"}), chip)
    assert caught.value.block == 2


def test_a_locked_block_after_the_end_bounds_the_room() -> None:
    chip = locked_chip(locked=frozenset({12}))
    room = TAG.with_texts({Element.LOCAL_A: "x" * 4})
    written = encode(room, chip)
    assert len(written.memory) <= 48
    assert texts(decode(written.memory)) == texts(room)
    with pytest.raises(TooLongError):
        encode(TAG.with_texts({Element.LOCAL_A: "é" * 30}), chip)


def test_a_locked_block_of_something_else_is_named() -> None:
    foreign = bytes.fromhex("110101") + b"1000000136".ljust(77, b"\0")
    with pytest.raises(BlockLockedError) as caught:
        encode(TAG, locked_chip(foreign, frozenset({2, 5})))
    assert caught.value.block == 2


def test_a_locked_end_mark_leaves_the_room_before_it() -> None:
    chip = locked_chip(bytes(80), frozenset({2}))
    small = LibraryTag(()).with_texts({Element.ITEM_ID: "12345678"})
    assert encode(small, chip).memory == bytes.fromhex("1103bc614e000000")
    with pytest.raises(TooLongError) as caught:
        encode(small.with_texts({Element.TITLE: "a"}), chip)
    assert (caught.value.field, caught.value.excess_bytes) == ("content bitmap", 5)


def test_what_is_to_be_locked_fills_blocks_of_its_own() -> None:
    tag = TAG.with_texts({Element.TITLE: "test"})
    written = encode(tag, Chip(11), frozenset({Element.ITEM_ID, Element.OWNER_ISIL, Element.TITLE}))
    assert written.memory[:40] == bytes.fromhex(
        "9100051cbe991a140202d002140204b3c60207441cb6e2e335d600000307acc09ebaa06f6b6f0204"
    )
    assert written.to_lock == {0, 1, 7, 8, 9, 10}
    again = encode(tag, Chip(11, memory=written.memory, locked=written.to_lock))
    assert again.memory == written.memory


def test_locking_more_on_a_chip_where_much_is_locked() -> None:
    written = encode(TAG.with_texts({Element.TITLE: "test"}), locked_chip(), frozenset({Element.TITLE}))
    assert kept(locked_chip(), written.memory)
    (start,) = (at for at in range(0, 80, 4) if written.memory[at : at + 2] in (b"\x6f\x02", b"\xef\x02"))
    assert start // 4 in written.to_lock
    assert not written.to_lock & LOCKED


@pytest.mark.parametrize(
    ("block_count", "field", "excess_bytes"), [(7, "shelf", 4), (4, "owner isil", 16), (1, "item id", 28)]
)
def test_the_first_element_without_room_is_named(block_count: int, field: str, excess_bytes: int) -> None:
    with pytest.raises(TooLongError) as caught:
        encode(TAG, Chip(block_count))
    assert (caught.value.field, caught.value.excess_bytes) == (field, excess_bytes)


def test_a_chip_that_is_just_full_needs_no_end_mark() -> None:
    assert len(encode(TAG, Chip(8)).memory) == 32
    assert decode(encode(TAG, Chip(8)).memory).content == TAG.content


def test_a_chip_of_eight_byte_blocks() -> None:
    written = encode(TAG, Chip(6, block_bytes=8), frozenset({Element.ITEM_ID}))
    assert written.to_lock == {0}
    assert len(written.memory) % 8 == 0


@pytest.mark.parametrize(
    "content",
    [
        TagContent("iso28560-2", "", "CN-530428", 1, 1, Usage.CIRCULATING),
        TagContent("iso28560-2", "1 ", "CN-530428", 1, 1, Usage.CIRCULATING),
        TagContent("iso28560-2", "1", "云", 1, 1, Usage.CIRCULATING),
        TagContent("iso28560-2", "1", "CN-530428", 0, 1, Usage.CIRCULATING),
        TagContent("iso28560-2", "1", "CN-530428", 1, 2, Usage.CIRCULATING),
        TagContent("iso28560-2", "1", "CN-530428", 1000, 2, Usage.CIRCULATING),
        TagContent("iso28560-2", "1", "CN-530428", 1, 1, Usage.OTHER),
    ],
)
def test_what_cannot_be_said_is_the_callers_fault(content: TagContent) -> None:
    with pytest.raises(EncodeError):
        tag_of(content)


def test_what_is_coded_is_given_in_hex() -> None:
    with pytest.raises(EncodeError, match="usage"):
        TAG.with_texts({Element.USAGE: "circulating"})


def test_a_28560_3_memory_leaves_locked_blocks_as_they_are() -> None:
    book = TagContent(iso28560_3.FORMAT, "1000000136", "DK718500", 1, 1, Usage.CIRCULATING)
    memory = iso28560_3.encode(iso28560_3.DanishTag(book), 112)
    chip = Chip(28, memory=memory.ljust(112, b"\0"), locked=frozenset({1, 20}))
    assert chip.keep_locked(memory) == memory
    other = TagContent(iso28560_3.FORMAT, "2000000136", "DK718500", 1, 1, Usage.CIRCULATING)
    assert chip.keep_locked(iso28560_3.encode(iso28560_3.DanishTag(other), 112))[3:4] == b"2"
    third = TagContent(iso28560_3.FORMAT, "1200000136", "DK718500", 1, 1, Usage.CIRCULATING)
    with pytest.raises(BlockLockedError) as caught:
        chip.keep_locked(iso28560_3.encode(iso28560_3.DanishTag(third), 112))
    assert caught.value.block == 1
