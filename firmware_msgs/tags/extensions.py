"""Extension blocks of ISO 28560-3: length, identifier (low byte first), XOR, data.

A whole block XORs to 0; a length of 0 ends them, one of 1 is a filler.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final

from firmware_msgs.errors import DecodeError, EncodeError, TooLongError

END: Final = bytes(1)
_FILLER = 1
_HEAD_BYTES = 4
_MAX_BYTES = 255


@dataclass(frozen=True, slots=True)
class Extension:
    """One block as it stands on a tag; `blocks` tells what its data means."""

    identifier: int
    data: bytes


def iterate_extensions(memory: bytes, start: int = 0, *, whole: bool = True) -> Iterator[Extension]:
    """The blocks one by one, from byte `start` up to the end mark.

    DecodeError at the first that is damaged (`checksum`, `length`) or not wholly in `memory` (`truncated`), for nothing
    after it can be found; `truncated` too where a memory that is not `whole` stops without an end mark.
    """
    at = start
    while at < len(memory) and memory[at] != END[0]:
        length = memory[at]
        if length != _FILLER:
            yield _decode(memory[at : at + length], length, at)
        at += length
    if at >= len(memory) and not whole:
        raise DecodeError("truncated", "the end of the extension blocks was not read", len(memory))


def decode_extension(block: bytes) -> Extension:
    """Exactly one block. DecodeError as `iterate_extensions`, or `length` where bytes follow it."""
    if not block:
        raise DecodeError("truncated", "an extension block has a length first", 0)
    if len(block) > block[0]:
        raise DecodeError("length", f"{len(block) - block[0]} bytes too many", block[0])
    return _decode(block, block[0], 0)


def _decode(block: bytes, length: int, position: int) -> Extension:
    if length < _HEAD_BYTES:
        raise DecodeError("length", "an extension block is shorter than its own head", position)
    if len(block) < length:
        raise DecodeError("truncated", f"an extension block of {length} bytes is not all there", position)
    if reduce(xor, block) != 0:
        raise DecodeError("checksum", "an extension block's checksum is wrong", position)
    return Extension(int.from_bytes(block[1:3], "little"), block[_HEAD_BYTES:])


def encode_extension(extension: Extension) -> bytes:
    """TooLongError when its data are; EncodeError when there is no such identifier."""
    length = _HEAD_BYTES + len(extension.data)
    if length > _MAX_BYTES:
        raise TooLongError(f"extension block {extension.identifier}", length - _MAX_BYTES)
    if not 0 <= extension.identifier <= 0xFFFF:
        raise EncodeError(f"there is no extension block {extension.identifier}")
    head = bytes((length,)) + extension.identifier.to_bytes(2, "little")
    return head + bytes((reduce(xor, head + extension.data),)) + extension.data
