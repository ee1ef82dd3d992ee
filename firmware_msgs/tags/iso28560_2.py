"""ISO 28560-2 (= GB/T 35660.2): the data elements as objects of ISO/IEC 15962. Nothing in it is a checksum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from firmware_msgs.errors import BlockLockedError, DecodeError, EncodeError
from firmware_msgs.tags.chip import Chip
from firmware_msgs.tags.compaction import compact_as
from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.tags.elements import (
    Element,
    bitmap_of,
    listed_in,
    object_of,
    set_of,
    set_text,
    text_of,
    usage_of,
    usage_text,
)
from firmware_msgs.tags.iso15962 import DataObject, decode_objects, spans
from firmware_msgs.tags.layout import Wish, Written, lay_out, locked_spans
from firmware_msgs.tags.texts import check_writable, printable

FORMAT: Final = "iso28560-2"
DSFID: Final = 0x06

_CONTENT: Final = frozenset({Element.ITEM_ID, Element.OWNER_ISIL, Element.SET_INFORMATION, Element.USAGE})
_NAMED: Final = frozenset(Element)
_MAX_KNOWN_OID = 31


@dataclass(frozen=True, slots=True)
class LibraryTag:
    """A whole tag. Of an element that stands there twice the first counts."""

    objects: tuple[DataObject, ...]

    def find(self, element: int) -> DataObject | None:
        """The element as it stands on the tag."""
        return next((found for found in self.objects if found.oid == element), None)

    def text(self, element: int) -> str | None:
        """What the element says; None when the tag does not have it. DecodeError `value` when it is no text."""
        found = self.find(element)
        return None if found is None else text_of(found)

    @property
    def content(self) -> TagContent:
        """DecodeError `value` when there is no item identifier, or one of the texts cannot be printed."""
        item_id = printable(self.text(Element.ITEM_ID) or "")
        if not item_id:
            raise DecodeError("value", "the tag has no item identifier")
        owner = printable(self.text(Element.OWNER_ISIL) or "")
        parts, part = self.parts or (0, 0)
        return TagContent(FORMAT, item_id, owner, parts, part, self.usage or Usage.NO_INFORMATION)

    @property
    def parts(self) -> tuple[int, int] | None:
        """How many parts the set has, and which this is; None when the tag does not tell."""
        found = self.find(Element.SET_INFORMATION)
        return None if found is None else set_of(found)

    @property
    def usage(self) -> Usage | None:
        """None when the tag does not tell."""
        found = self.find(Element.USAGE)
        return None if found is None else usage_of(found)

    @property
    def listed(self) -> frozenset[int] | None:
        """What the content bitmap claims to be there; None without one."""
        found = self.find(Element.CONTENT_BITMAP)
        return None if found is None else listed_in(found.data)

    @property
    def is_listed_rightly(self) -> bool:
        """Whether a content bitmap, if there is one, lists what is there and nothing else."""
        there = {found.oid for found in self.objects if found.oid > Element.CONTENT_BITMAP}
        return self.listed in (None, there)

    def with_texts(self, texts: Mapping[Element, str | None]) -> LibraryTag:
        """Elements written anew, or left out where the text is None. EncodeError as in `object_of`."""
        kept = tuple(found for found in self.objects if found.oid not in texts)
        return LibraryTag(kept + tuple(_written(element, text) for element, text in texts.items() if text is not None))


def _written(element: Element, text: str) -> DataObject:
    try:
        return object_of(element, text)
    except EncodeError as error:
        raise EncodeError(f"{element.words}: {error}") from error


def decode(memory: bytes) -> LibraryTag:
    """A whole tag. DecodeError: `truncated`, or `value`."""
    return LibraryTag(decode_objects(memory))


def read_content(memory: bytes) -> TagContent:
    """What the first part of a memory says, looking no further than needed; DecodeError as in `LibraryTag.content`."""
    return LibraryTag(tuple(_needed_objects(memory, whole=True))).content


def is_enough(memory: bytes) -> bool:
    """Whether more of the memory would tell nothing more about the content."""
    return _needs_no_more(_needed_objects(memory, whole=False))


def is_whole(memory: bytes) -> bool:
    """Whether the objects end within the memory, or cannot go on in it."""
    return _needs_no_more(spans(memory, whole=False))


def _needs_no_more(parts: Iterator[object]) -> bool:
    try:
        list(parts)
    except DecodeError as error:
        return error.kind != "truncated"
    return True


def _needed_objects(memory: bytes, *, whole: bool) -> Iterator[DataObject]:
    """Up to the last one that the content needs."""
    missing: set[int] = set(_CONTENT)
    for span in spans(memory, whole=whole):
        yield span.found
        missing.discard(span.found.oid)
        if not missing:
            return


def recognises(memory: bytes) -> bool:
    """Whether the memory holds together as this format, whatever the tag says its format is, for nothing in it is a
    checksum: objects that the standard knows, each once and in the compaction that it names, the item's identifier
    first, and the others just those that the bitmap lists.
    """
    try:
        tag = decode(memory)
        texts = [text_of(found) for found in tag.objects]
        item_id = tag.content.item_id
    except DecodeError:
        return False
    oids = [found.oid for found in tag.objects]
    known = oids[0] == Element.ITEM_ID and max(oids) <= _MAX_KNOWN_OID and len(set(oids)) == len(oids)
    listed = tag.is_listed_rightly and (len(texts) == 1 or tag.listed is not None)
    return known and listed and _is_standard(tag.objects[0], item_id)


def _is_standard(found: DataObject, text: str) -> bool:
    try:
        return compact_as(found.compaction, text) == found.data
    except EncodeError:
        return False


def tag_of(content: TagContent) -> LibraryTag:
    """The elements that say this; EncodeError when they cannot."""
    check_writable(content.item_id)
    check_writable(content.owner_isil)
    if not content.item_id:
        raise EncodeError("an item needs an identifier")
    one_of_many = (content.parts, content.part) != (0, 0)
    return LibraryTag(()).with_texts(
        {
            Element.ITEM_ID: content.item_id,
            Element.OWNER_ISIL: content.owner_isil or None,
            Element.SET_INFORMATION: set_text(content.parts, content.part) if one_of_many else None,
            Element.USAGE: None if content.usage is Usage.NO_INFORMATION else usage_text(content.usage),
        }
    )


def encode(tag: LibraryTag, chip: Chip, to_lock: frozenset[Element] = frozenset()) -> Written:
    """The tag in standard form: item identifier, content bitmap, the others by their numbers; those `to_lock` stand
    last and in blocks of their own.

    Objects in the chip's locked blocks stay as and where they are: BlockLockedError when one would have to change.
    TooLongError when the rest has no room.
    """
    wishes = {found.oid: Wish(found, _name(found.oid), found.oid in to_lock) for found in _standard_objects(tag)}
    free = dict(wishes)
    for span in locked_spans(chip):
        wish = wishes.get(span.found.oid)
        if wish is None or not _say_the_same(wish.found, span.found):
            raise BlockLockedError(
                min(chip.blocks_of(span.start, span.stop) & chip.locked), f"the {_name(span.found.oid)}"
            )
        free.pop(span.found.oid, None)
    return lay_out(sorted(free.values(), key=_order), chip)


def _standard_objects(tag: LibraryTag) -> Iterator[DataObject]:
    """The first of each, without padding, and a content bitmap that is right."""
    first = {found.oid: found for found in reversed(tag.objects) if found.oid != Element.CONTENT_BITMAP}
    bitmap = bitmap_of(first)
    if bitmap:
        yield object_of(Element.CONTENT_BITMAP, bitmap.hex())
    for found in first.values():
        yield replace(found, padding=None)


def _name(oid: int) -> str:
    return Element(oid).words if oid in _NAMED else f"element {oid}"


def _say_the_same(one: DataObject, other: DataObject) -> bool:
    if one.oid == Element.CONTENT_BITMAP:
        return listed_in(one.data) == listed_in(other.data)
    try:
        return text_of(one) == text_of(other)
    except DecodeError:
        return (one.compaction, one.data) == (other.compaction, other.data)


def _order(wish: Wish) -> tuple[bool, bool, int]:
    """The item's identifier stands first even where it alone is to be locked."""
    is_item_id = wish.found.oid == Element.ITEM_ID
    return not is_item_id, wish.locks, wish.found.oid
