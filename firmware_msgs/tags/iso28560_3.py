"""ISO 28560-3 (the Danish data model): a basic block of 34 bytes, or 32 on a tag that has no more, then extensions.

Read tolerantly, for tags in the field deviate in known ways; written in standard form only, but for the byte order of
blocks, which stays as it was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from firmware_msgs.checksums import crc16_ccitt_false
from firmware_msgs.errors import DecodeError, EncodeError, TooLongError
from firmware_msgs.tags.blocks import LIBRARY_BLOCK, LibraryBlock, block_of, extension_of
from firmware_msgs.tags.chip import BLOCK_BYTES
from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.tags.elements import in_order, usage_by_code
from firmware_msgs.tags.extensions import END, Extension, encode_extension, iterate_extensions
from firmware_msgs.tags.texts import check_writable, fixed_text, printable

FORMAT: Final = "iso28560-3"
DSFID: Final = 0x3E
BASIC_BYTES: Final = 34
"""The basic block in full; a tag of 32 bytes cuts the owner's code short."""

_SHORT_BASIC_BYTES = 32
_VERSION = 1
_ITEM_ID = slice(3, 19)
_CRC = slice(19, 21)
_CRC_COVERS = _SHORT_BASIC_BYTES  # padded with zeros where the basic block has fewer beside the CRC itself
_OWNER = 21
_COUNTRY_BYTES = 2
_IN_EXTENSION = 0x01


class Quirk(Enum):
    """What is not as the standard says, and never written."""

    SWAPPED_NIBBLES = "swapped_nibbles"  # usage and version
    SWAPPED_PARTS = "swapped_parts"
    HYPHEN_IN_ISIL = "hyphen_in_isil"
    UNPADDED_CHECKSUM = "unpadded_checksum"


@dataclass(frozen=True, slots=True)
class DanishTag:
    """A whole tag. `block_reversed`: every block of four bytes stands back to front in its memory. `other_usage`: the
    code of a usage that has no name here. The owner in `content` has no hyphen after the country.
    """

    content: TagContent
    extensions: tuple[Extension, ...] = ()
    block_reversed: bool = False
    version: int = _VERSION
    other_usage: int | None = None
    quirks: frozenset[Quirk] = frozenset()


@dataclass(frozen=True, slots=True)
class _Basic:
    """A memory whose checksum holds, with its bytes in order, and how many of them are its basic block."""

    memory: bytes
    size: int
    block_reversed: bool
    padded: bool


def decode(memory: bytes) -> DanishTag:
    """What `memory` (from byte 0, as much as was read) says.

    DecodeError: `truncated` when more memory would tell, `checksum`, or `value`.
    """
    basic = _find_basic(memory)
    if basic is not None:
        return _parse(basic)
    if len(memory) < _SHORT_BASIC_BYTES:
        raise DecodeError("truncated", f"the basic block has {_SHORT_BASIC_BYTES} bytes or more", len(memory))
    raise DecodeError("checksum", "the tag's checksum is wrong", _CRC.start)


def read_content(memory: bytes) -> TagContent:
    """What the first part of a memory says; DecodeError as `decode`."""
    return decode(memory).content


def recognises(memory: bytes) -> bool:
    """Whether the checksum of a basic block holds, whatever the tag says its format is."""
    return _find_basic(memory) is not None


def is_enough(memory: bytes) -> bool:
    """Whether more of the memory would tell nothing more about the content."""
    if len(memory) < BASIC_BYTES:
        return False
    try:
        decode(memory)
    except DecodeError as error:
        return error.kind != "truncated"
    return True


def checksum_on(memory: bytes) -> int:
    """The one that the basic block carries, whichever way its blocks stand."""
    basic = _find_basic(memory)
    return int.from_bytes((memory if basic is None else basic.memory)[_CRC], "little")


def _find_basic(memory: bytes) -> _Basic | None:
    if len(memory) < _CRC.stop:
        return None
    return next((basic for basic in _candidates(memory) if _crc_of(basic) == basic.memory[_CRC]), None)


def _candidates(memory: bytes) -> Iterator[_Basic]:
    """What a writer may have meant. What was not read counts as zeros."""
    straight = memory.ljust(BASIC_BYTES, b"\0")
    for ordered, block_reversed in ((straight, False), (_reverse_blocks(straight), True)):
        yield _Basic(ordered, BASIC_BYTES, block_reversed, padded=True)
        yield _Basic(ordered, _SHORT_BASIC_BYTES, block_reversed, padded=True)
        yield _Basic(ordered, _SHORT_BASIC_BYTES, block_reversed, padded=False)


def _reverse_blocks(memory: bytes) -> bytes:
    whole = memory + bytes(-len(memory) % BLOCK_BYTES)
    return b"".join(whole[at : at + BLOCK_BYTES][::-1] for at in range(0, len(whole), BLOCK_BYTES))


def _crc_of(basic: _Basic) -> bytes:
    covered = basic.memory[: _CRC.start] + basic.memory[_CRC.stop : basic.size]
    padding = bytes(_CRC_COVERS - len(covered)) if basic.padded else b""
    return crc16_ccitt_false(covered + padding).to_bytes(2, "little")


def _parse(basic: _Basic) -> DanishTag:
    memory, quirks = basic.memory, set[Quirk]()
    version, usage = memory[0] >> 4, memory[0] & 0x0F
    if usage == _VERSION != version:
        version, usage = usage, version
        quirks.add(Quirk.SWAPPED_NIBBLES)
    parts, part = in_order(memory[1], memory[2])
    if part != memory[2]:
        quirks.add(Quirk.SWAPPED_PARTS)
    owner = _owner(basic)
    if owner != without_hyphen(owner):
        quirks.add(Quirk.HYPHEN_IN_ISIL)
    if not basic.padded:
        quirks.add(Quirk.UNPADDED_CHECKSUM)
    content = TagContent(FORMAT, _item_id(memory), without_hyphen(owner), parts, part, usage_by_code(usage))
    other_usage = usage if content.usage is Usage.OTHER else None
    return DanishTag(content, _extensions(memory), basic.block_reversed, version, other_usage, frozenset(quirks))


def _item_id(memory: bytes) -> str:
    if memory[_ITEM_ID.start] != _IN_EXTENSION:
        return fixed_text(memory[_ITEM_ID], _ITEM_ID.start)
    found = next((block.item_id for block in _library_blocks(memory) if block.item_id), None)
    if found is None:
        raise DecodeError("value", "the extension that should hold the item's identifier is missing", BASIC_BYTES)
    return printable(found, BASIC_BYTES)


def _owner(basic: _Basic) -> str:
    """A code too long for the basic block stands in the library extension (clarification of ISO 28560-3, 2011); that 01
    marks this as it does the item's identifier is from memory.
    """
    field = basic.memory[_OWNER : basic.size]
    if _IN_EXTENSION not in (field[0], field[_COUNTRY_BYTES]):
        return fixed_text(field, _OWNER)
    found = next((block.owner for block in _library_blocks(basic.memory) if block.owner), None)
    if found is None:
        raise DecodeError("value", "the extension that should hold the owner's code is missing", BASIC_BYTES)
    return printable(found, BASIC_BYTES)


def _library_blocks(memory: bytes) -> Iterator[LibraryBlock]:
    blocks = map(block_of, iterate_extensions(memory, BASIC_BYTES, whole=False))
    return (block for block in blocks if isinstance(block, LibraryBlock))


def _extensions(memory: bytes) -> tuple[Extension, ...]:
    """Those up to the first damaged one, which does not spoil the basic block: that has its own checksum."""
    extensions: list[Extension] = []
    with suppress(DecodeError):
        extensions.extend(iterate_extensions(memory, BASIC_BYTES))
    return tuple(extensions)


def encode(tag: DanishTag, capacity: int, block_bytes: int = BLOCK_BYTES) -> bytes:
    """The memory to write on a chip of `capacity` bytes: whole blocks, standard form.

    An identifier over 16 bytes goes into the library extension. TooLongError names what does not fit, EncodeError what
    cannot be written at all.
    """
    if capacity < _SHORT_BASIC_BYTES:
        raise TooLongError("the basic block", _SHORT_BASIC_BYTES - capacity)
    size = BASIC_BYTES if capacity >= BASIC_BYTES else _SHORT_BASIC_BYTES
    memory = _basic_block(tag, size)
    for extension in _extensions_to_write(tag):
        memory += encode_extension(extension)
        excess = len(memory) - capacity
        if excess > 0:
            raise TooLongError(_name(extension, tag), excess)
    memory = (memory + END)[:capacity]  # the end mark may fall off the end of the chip
    memory += bytes(-len(memory) % block_bytes)
    return _reverse_blocks(memory) if tag.block_reversed else memory


def _name(extension: Extension, tag: DanishTag) -> str:
    holds_item_id = extension.identifier == LIBRARY_BLOCK and _is_long(tag.content.item_id)
    return "the item id" if holds_item_id else f"extension block {extension.identifier}"


def _extensions_to_write(tag: DanishTag) -> tuple[Extension, ...]:
    """A long identifier stands in the first library block, which keeps what else it says."""
    if not _is_long(tag.content.item_id):
        return tag.extensions
    found = next((extension for extension in tag.extensions if extension.identifier == LIBRARY_BLOCK), None)
    block = block_of(found) if found else LibraryBlock()
    others = tuple(extension for extension in tag.extensions if extension is not found)
    if not isinstance(block, LibraryBlock):
        raise EncodeError("the library block is none")
    return (extension_of(replace(block, item_id=tag.content.item_id)), *others)


def _is_long(item_id: str) -> bool:
    return len(item_id.encode()) > _ITEM_ID.stop - _ITEM_ID.start


def _basic_block(tag: DanishTag, size: int) -> bytes:
    content = tag.content
    for text in (content.item_id, content.owner_isil):
        check_writable(text)
    item_id = bytes((_IN_EXTENSION,)) if _is_long(content.item_id) else content.item_id.encode()
    owner = without_hyphen(content.owner_isil).encode()
    if len(owner) > size - _OWNER:
        raise TooLongError("the owner's code", len(owner) - (size - _OWNER))
    head = bytes((_VERSION << 4 | _usage_code(tag), *_parts(content))) + item_id.ljust(16, b"\0")
    basic = _Basic(head + bytes(2) + owner.ljust(size - _OWNER, b"\0"), size, block_reversed=False, padded=True)
    return head + _crc_of(basic) + basic.memory[_OWNER:]


def _usage_code(tag: DanishTag) -> int:
    code = tag.other_usage if tag.content.usage is Usage.OTHER else tag.content.usage.value
    if code is None:
        raise EncodeError(f"{FORMAT} has no code for this usage")
    return code


def _parts(content: TagContent) -> tuple[int, int]:
    parts, part = content.parts, content.part
    if not 0 <= part <= 255 or not 0 <= parts <= 255 or 0 < parts < part:
        raise EncodeError(f"part {part} of {parts} cannot be written")
    return parts, part


def without_hyphen(isil: str) -> str:
    """The standard form has the country and the code side by side."""
    return isil[:2] + isil[3:] if isil[2:3] == "-" else isil
