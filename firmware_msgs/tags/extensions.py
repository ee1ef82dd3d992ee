"""Extension blocks of ISO 28560-3: length, identifier (low byte first), XOR, data. A whole block XORs to 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor

from firmware_msgs.errors import DecodeError, EncodeError

LIBRARY_BLOCK = 1
ACQUISITION_BLOCK = 2
SUPPLEMENT_BLOCK = 3
TITLE_BLOCK = 4
ILL_BLOCK = 5

_END, _FILLER = 0, 1
_HEAD_BYTES = 4
_MEDIA_FORMAT_UNKNOWN = b"\0"


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension block. The fields of its data end with 00 each; the library block has a media format byte first."""

    identifier: int
    data: bytes

    @property
    def texts(self) -> tuple[bytes, ...]:
        """The 00-separated fields, without the library block's media format."""
        return tuple((self.data[1:] if self.identifier == LIBRARY_BLOCK else self.data).split(b"\0"))


def iterate_extensions(data: bytes) -> Iterator[Extension]:
    """The blocks one by one up to the end mark; DecodeError at the first that is damaged (`checksum`, `length`) or not
    wholly in `data` (`truncated`), for nothing after it can be found.
    """
    at = 0
    while at < len(data) and data[at] != _END:
        length = data[at]
        if length != _FILLER:
            yield _decode_block(data[at : at + length], length, at)
        at += length


def _decode_block(block: bytes, length: int, position: int) -> Extension:
    if length < _HEAD_BYTES:
        raise DecodeError("length", "an extension block is shorter than its own head", position)
    if len(block) < length:
        raise DecodeError("truncated", f"an extension block of {length} bytes is not all there", position)
    if reduce(xor, block) != 0:
        raise DecodeError("checksum", "an extension block's checksum is wrong", position)
    return Extension(int.from_bytes(block[1:3], "little"), block[_HEAD_BYTES:])


def encode_extensions(extensions: Iterable[Extension]) -> bytes:
    """The blocks with the end mark, or EncodeError when one is too long."""
    return b"".join(map(_encode_block, extensions)) + bytes((_END,))


def _encode_block(extension: Extension) -> bytes:
    length = _HEAD_BYTES + len(extension.data)
    try:
        head = bytes((length,)) + extension.identifier.to_bytes(2, "little")
    except (ValueError, OverflowError) as error:
        raise EncodeError(f"extension block {extension.identifier} of {length} bytes does not fit: {error}") from error
    return head + bytes((reduce(xor, head + extension.data),)) + extension.data


def library_extension(item_id: str, found: Extension | None = None) -> Extension:
    """A library block that carries an identifier too long for the basic block, and what else `found` held."""
    media_format = found.data[:1] if found else b""
    later = found.texts[1:] if found else ()
    fields = b"\0".join((item_id.encode(), *later))
    return Extension(LIBRARY_BLOCK, (media_format or _MEDIA_FORMAT_UNKNOWN) + fields)
