"""ISO 28560-3 (the Danish data model): a basic block of 34 bytes, or 32 on a tag that has no more, then extensions.

Read tolerantly, for tags in the field deviate in known ways; written in standard form only, but for the byte order of
blocks, which stays as it was found.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from firmware_msgs.checksums import crc16_ccitt_false
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.tags.extensions import (
    LIBRARY_BLOCK,
    Extension,
    encode_extensions,
    iterate_extensions,
    library_extension,
)

FORMAT = "iso28560-3"
DSFID = 0x3E
BASIC_BYTES = 34
"""The basic block in full; a tag of 32 bytes cuts the owner's code short."""

_SHORT_BASIC_BYTES = 32
_BLOCK_BYTES = 4
_VERSION = 1
_ITEM_ID = slice(3, 19)
_CRC = slice(19, 21)
_OWNER = 21
_ID_IN_EXTENSION = 0x01


@dataclass(frozen=True, slots=True)
class DanishTag:
    """A whole tag. `block_reversed`: every four-byte block stands back to front in its memory."""

    content: TagContent
    extensions: tuple[Extension, ...] = ()
    block_reversed: bool = False


def decode(memory: bytes) -> DanishTag:
    """What `memory` (from byte 0, as much as was read) says.

    DecodeError: `truncated` when more memory would tell, `checksum`, or `value`.
    """
    if len(memory) < _SHORT_BASIC_BYTES:
        raise DecodeError("truncated", f"the basic block has {_SHORT_BASIC_BYTES} bytes or more", len(memory))
    if _crc_holds(memory):
        return _parse(memory, block_reversed=False)
    if _crc_holds(_reverse_blocks(memory)):
        return _parse(_reverse_blocks(memory), block_reversed=True)
    raise DecodeError("checksum", "the tag's checksum is wrong", _CRC.start)


def recognises(memory: bytes) -> bool:
    """Whether the checksum of a basic block holds, whatever the tag says its format is."""
    return len(memory) >= _SHORT_BASIC_BYTES and (_crc_holds(memory) or _crc_holds(_reverse_blocks(memory)))


def _reverse_blocks(memory: bytes) -> bytes:
    blocks = (memory[at : at + _BLOCK_BYTES] for at in range(0, len(memory), _BLOCK_BYTES))
    return b"".join(block[::-1] for block in blocks)


def _crc_holds(memory: bytes) -> bool:
    """Over all but the CRC itself, padded to 32 bytes; some writers leave out the padding."""
    basic = memory[:BASIC_BYTES]
    covered = basic[: _CRC.start] + basic[_CRC.stop :]
    unpadded = memory[: _CRC.start] + memory[_CRC.stop : _SHORT_BASIC_BYTES]
    written = int.from_bytes(memory[_CRC], "little")
    return written in (crc16_ccitt_false(covered.ljust(_SHORT_BASIC_BYTES, b"\0")), crc16_ccitt_false(unpadded))


def _parse(memory: bytes, *, block_reversed: bool) -> DanishTag:
    parts, part = memory[1], memory[2]
    if 0 < parts < part:  # some writers swap the two
        parts, part = part, parts
    usage = _usage(memory[0])
    owner = _text(memory[_OWNER:BASIC_BYTES], _OWNER)
    content = TagContent(FORMAT, _item_id(memory), owner, parts, part, usage)
    return DanishTag(content, _extensions(memory), block_reversed)


def _usage(byte: int) -> Usage:
    version, usage = byte >> 4, byte & 0x0F
    if usage == _VERSION != version:  # some writers swap the two
        usage = version
    try:
        return Usage(usage)
    except ValueError:
        return Usage.OTHER


def _item_id(memory: bytes) -> str:
    if memory[_ITEM_ID.start] != _ID_IN_EXTENSION:
        return _text(memory[_ITEM_ID], _ITEM_ID.start)
    for extension in iterate_extensions(memory[BASIC_BYTES:]):
        if extension.identifier == LIBRARY_BLOCK:
            return _text(extension.texts[0], BASIC_BYTES)
    if len(memory) <= BASIC_BYTES:
        raise DecodeError("truncated", "the item's identifier stands in an extension not yet read", len(memory))
    raise DecodeError("value", "the extension that should hold the item's identifier is missing", BASIC_BYTES)


def _text(field: bytes, position: int) -> str:
    """Up to the first 00: UTF-8, or Latin-1 as older writers have it, and nothing that moves a cursor."""
    end = field.find(0)
    data = (field if end < 0 else field[:end]).rstrip(b" ")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if not text.isprintable():
        raise DecodeError("value", "the tag holds characters that cannot be printed", position)
    return text


def _extensions(memory: bytes) -> tuple[Extension, ...]:
    """Those up to the first damaged one, which does not spoil the basic block: that has its own checksum."""
    extensions: list[Extension] = []
    with suppress(DecodeError):
        extensions.extend(iterate_extensions(memory[BASIC_BYTES:]))
    return tuple(extensions)


def encode(tag: DanishTag, capacity: int) -> bytes:
    """The memory to write on a tag of `capacity` bytes: whole blocks, standard form.

    EncodeError when it does not fit. An identifier over 16 bytes goes into the library extension.
    """
    if capacity < _SHORT_BASIC_BYTES:
        raise EncodeError(f"{capacity} bytes are too few for {FORMAT}")
    _check(tag.content)
    size = BASIC_BYTES if capacity >= BASIC_BYTES else _SHORT_BASIC_BYTES
    memory = _basic_block(tag.content, size) + encode_extensions(_extensions_to_write(tag))
    needed = len(memory) - 1  # the end mark may fall off the end of the tag
    if needed > capacity or (size == _SHORT_BASIC_BYTES and needed > size):
        raise EncodeError(f"the content takes {needed} bytes, the tag has {capacity}")
    memory = memory[:capacity] + bytes(-len(memory[:capacity]) % _BLOCK_BYTES)
    return _reverse_blocks(memory) if tag.block_reversed else memory


def _check(content: TagContent) -> None:
    """Refuse what would be read back as something else."""
    for text in (content.item_id, content.owner_isil):
        if not text.isprintable() or text.endswith(" "):
            raise EncodeError("a tag's texts are printable and do not end in a space")
    if not 0 <= content.part <= 255 or not 0 <= content.parts <= 255 or 0 < content.parts < content.part:
        raise EncodeError(f"part {content.part} of {content.parts} cannot be written")
    if content.usage is Usage.OTHER:
        raise EncodeError(f"{FORMAT} has no code for this usage")


def _extensions_to_write(tag: DanishTag) -> tuple[Extension, ...]:
    if not _is_long(tag.content.item_id):
        return tag.extensions
    found = next((extension for extension in tag.extensions if extension.identifier == LIBRARY_BLOCK), None)
    others = tuple(extension for extension in tag.extensions if extension is not found)
    return (library_extension(tag.content.item_id, found), *others)


def _is_long(item_id: str) -> bool:
    return len(item_id.encode()) > _ITEM_ID.stop - _ITEM_ID.start


def _basic_block(content: TagContent, size: int) -> bytes:
    item_id = bytes((_ID_IN_EXTENSION,)) if _is_long(content.item_id) else content.item_id.encode()
    owner = _without_hyphen(content.owner_isil).encode()
    if len(owner) > size - _OWNER:
        raise EncodeError(f"the owner's code is longer than the {size - _OWNER} bytes for it")
    head = bytes((_VERSION << 4 | content.usage.value, content.parts, content.part)) + item_id.ljust(16, b"\0")
    tail = owner.ljust(size - _OWNER, b"\0")
    crc = crc16_ccitt_false((head + tail).ljust(_SHORT_BASIC_BYTES, b"\0"))
    return head + crc.to_bytes(2, "little") + tail


def _without_hyphen(isil: str) -> str:
    """The standard form has the country and the code side by side."""
    return isil[:2] + isil[3:] if isil[2:3] == "-" else isil
