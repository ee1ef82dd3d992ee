from __future__ import annotations

from contextlib import suppress

from hypothesis import assume, given
from hypothesis import strategies as st

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import BlockLockedError, DecodeError, EncodeError, TooLongError
from firmware_msgs.tags import iso28560_2, iso28560_3, rfid501
from firmware_msgs.tags.chip import Chip
from firmware_msgs.tags.compaction import Compaction, compact, compact_as, expand
from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.tags.detect import is_blank, is_enough, read_content
from firmware_msgs.tags.elements import Element, bitmap_of, listed_in, text_of
from firmware_msgs.tags.isil import decode_isil, encode_isil
from firmware_msgs.tags.iso15693 import SystemInformation, decode_system_information, encode_system_information
from firmware_msgs.tags.iso15962 import (
    DataObject,
    decode_length,
    decode_objects,
    encode_length,
    encode_objects,
)

BYTE = st.integers(0, 255)
ISIL = st.text("ABCXYZabcxyz0189-:/", max_size=16)
PARTS = st.integers(1, 999).flatmap(lambda parts: st.tuples(st.just(parts), st.integers(0, parts)))
CONTENTS = st.builds(
    lambda item_id, owner, parts, usage: TagContent(iso28560_2.FORMAT, item_id, owner, parts[0], parts[1], usage),
    st.text("0123456789ABCXYZabc-./云é", min_size=1, max_size=30),
    ISIL,
    PARTS | st.just((0, 0)),
    st.sampled_from([usage for usage in Usage if usage is not Usage.OTHER]),
)
TEXTS = st.dictionaries(
    st.sampled_from([Element.SHELF, Element.TITLE, Element.LOCAL_A, Element.LOCAL_B, Element.GS1_PRODUCT]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
OBJECTS = st.lists(
    st.builds(
        DataObject,
        st.integers(1, 270),
        st.sampled_from(Compaction),
        st.binary(max_size=300),
        st.none() | st.binary(max_size=255),
    ),
    max_size=4,
).map(tuple)


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.text("0123456789") | st.text("ABCXYZ 019-_"))
def test_a_compacted_text_is_given_back_and_no_compaction_is_shorter(text: str) -> None:
    compaction, data = compact(text)
    assert expand(compaction, data) == text
    for other in set(Compaction) - {Compaction.APPLICATION}:
        with suppress(EncodeError):
            assert len(compact_as(other, text)) >= len(data)


@given(st.sampled_from(Compaction), st.binary(max_size=200))
def test_any_data_expands_or_is_refused(compaction: Compaction, data: bytes) -> None:
    with suppress(DecodeError):
        assert isinstance(expand(compaction, data), str)


@given(ISIL)
def test_an_isil_is_given_back(isil: str) -> None:
    assert decode_isil(encode_isil(isil)) == isil


@given(st.binary(max_size=40))
def test_any_bytes_are_an_isil(data: bytes) -> None:
    assert decode_isil(encode_isil(decode_isil(data))) == decode_isil(data)


@given(st.integers(0, (1 << 21) - 1))
def test_lengths_survive(length: int) -> None:
    cursor = Cursor(encode_length(length))
    assert decode_length(cursor) == length
    cursor.end()


@given(OBJECTS)
def test_objects_survive(objects: tuple[DataObject, ...]) -> None:
    assert decode_objects(encode_objects(objects)) == objects
    assert decode_objects(encode_objects(objects) + b"\0rest") == objects


@given(st.binary(max_size=120))
def test_any_memory_holds_objects_or_is_refused(memory: bytes) -> None:
    with suppress(DecodeError):
        for found in decode_objects(memory):
            with suppress(DecodeError):
                text_of(found)


@given(st.frozensets(st.integers(3, 40)))
def test_bitmaps_survive(oids: frozenset[int]) -> None:
    assert listed_in(bitmap_of(oids)) == oids


@given(CONTENTS, TEXTS)
def test_a_content_is_read_as_far_as_needed(content: TagContent, texts: dict[Element, str | None]) -> None:
    tag = iso28560_2.tag_of(content).with_texts(texts)
    memory = iso28560_2.encode(tag, Chip(256)).memory.ljust(1024, b"\0")
    assert iso28560_2.decode(memory).content == content
    assert iso28560_2.decode(memory).is_listed_rightly
    by_chance = iso28560_3.recognises(memory)  # one tag in 10,000 has a checksum of that format too
    unannounced = () if by_chance else ((0x00, 0x07),)
    for dsfid, afi in ((iso28560_2.DSFID, None), *unannounced):
        read = next(size for size in range(36, 1025, 4) if is_enough(dsfid, memory[:size], afi))
        assert read_content(dsfid, memory[:read], afi) == content


@given(CONTENTS, TEXTS, TEXTS, st.frozensets(st.integers(0, 30)), st.frozensets(st.sampled_from(Element)))
def test_writing_again_keeps_what_is_locked_or_is_refused(
    content: TagContent,
    before: dict[Element, str | None],
    after: dict[Element, str | None],
    locked: frozenset[int],
    to_lock: frozenset[Element],
) -> None:
    tag = iso28560_2.tag_of(content).with_texts(before)
    memory = iso28560_2.encode(tag, Chip(128)).memory.ljust(512, b"\0")
    chip = Chip(128, memory=memory, locked=locked)
    try:
        written = iso28560_2.encode(tag.with_texts(after), chip, to_lock)
    except (BlockLockedError, TooLongError):
        return
    now = written.memory + memory[len(written.memory) :]
    assert all(now[4 * block : 4 * block + 4] == memory[4 * block : 4 * block + 4] for block in locked)
    found, wanted = iso28560_2.decode(now), tag.with_texts(after)
    assert {element: found.text(element) for element in Element if element is not Element.CONTENT_BITMAP} == {
        element: wanted.text(element) for element in Element if element is not Element.CONTENT_BITMAP
    }
    assert found.is_listed_rightly
    assert not written.to_lock & locked


@given(st.sampled_from([0x00, 0x06, 0x3E]), st.sampled_from([None, 0x07]), st.binary(min_size=34, max_size=200), BYTE)
def test_what_is_enough_tells_the_same_as_the_whole(dsfid: int, afi: int | None, memory: bytes, oid: int) -> None:
    memory = bytes((0x60 | oid & 0x0F, 3)) + memory
    assume(not is_blank(memory))
    for size in range(36, len(memory), 4):
        if is_enough(dsfid, memory[:size], afi):
            assert read_content(dsfid, memory[:size], afi) == read_content(dsfid, memory, afi)


@given(st.binary(max_size=60))
def test_any_memory_is_a_3m_tag_or_is_refused(memory: bytes) -> None:
    with suppress(DecodeError):
        rfid501.decode(memory)


@given(
    st.builds(
        SystemInformation,
        st.binary(min_size=8, max_size=8).map(lambda uid: uid.hex().upper()),
        st.none() | BYTE,
        st.none() | BYTE,
        st.integers(1, 256),
        st.integers(1, 32),
        st.none() | BYTE,
    )
)
def test_system_information_survives(information: SystemInformation) -> None:
    data = encode_system_information(information)
    assert decode_system_information(data) == information
    assert decode_system_information(b"\0" + data) == information


@given(st.binary(max_size=20))
def test_any_bytes_are_system_information_or_refused(data: bytes) -> None:
    with suppress(DecodeError):
        decode_system_information(data)
