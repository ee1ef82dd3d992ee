"""Data objects in a tag's memory by ISO/IEC 15962, no directory: precursor, [object identifier - 15], [padding count],
length, data, [padding].

In a precursor bit 7 tells that a padding count follows, bits 6-4 the compaction, bits 3-0 the object identifier (15: it
follows, less 15). A byte 00 ends the objects, 80 is skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags.compaction import Compaction

TERMINATOR: Final = 0x00
NULL: Final = 0x80
"""A byte in the place of a precursor that says nothing."""

MAX_PADDING = 255
_OFFSET = 0x80
_EXTENDED = 0x0F
_MAX_OID = 0xFF + _EXTENDED
_MORE = 0x80
_MAX_LENGTH_BYTES = 3  # 2 MiB; no tag has so much
_MAX_LENGTH = 1 << 7 * _MAX_LENGTH_BYTES


@dataclass(frozen=True, slots=True)
class DataObject:
    """`data` as compacted. `padding`: the bytes after it that bring the next object to a block's boundary; None when
    there is no padding count either (it takes a byte of its own).
    """

    oid: int
    compaction: Compaction
    data: bytes
    padding: bytes | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """An object and where it stands: from `start` to before `stop`."""

    start: int
    stop: int
    found: DataObject


def decode_objects(memory: bytes) -> tuple[DataObject, ...]:
    """All of a whole memory. DecodeError: `truncated`, or `value`."""
    return tuple(span.found for span in spans(memory))


def spans(memory: bytes, start: int = 0, *, whole: bool = True) -> Iterator[Span]:
    """The objects one by one, from byte `start` up to the end mark.

    A `whole` memory may also just end, even within a padding; where it is only the first part of one, that is a
    DecodeError `truncated` like an object that is not all there.
    """
    at = start
    while at < len(memory) and memory[at] != TERMINATOR:
        if memory[at] == NULL:
            at += 1
            continue
        span = _decode_object(memory, at)
        yield span
        at = span.stop
    if at >= len(memory) and not whole:
        raise DecodeError("truncated", "the end of the objects was not read", len(memory))


def end_of(memory: bytes) -> int:
    """Where the end mark stands, or the length of a memory that has none."""
    at = max((span.stop for span in spans(memory)), default=0)
    while at < len(memory) and memory[at] == NULL:
        at += 1
    return min(at, len(memory))


def _decode_object(memory: bytes, start: int) -> Span:
    cursor = Cursor(memory[start:])
    try:
        precursor = cursor.byte()
        oid = precursor & _EXTENDED
        if oid == _EXTENDED:
            oid += cursor.byte()
        padding_count = cursor.byte() if precursor & _OFFSET else None
        data = cursor.take(decode_length(cursor))
    except DecodeError as error:
        raise DecodeError(error.kind, "a data object is not all there", len(memory)) from error
    if oid == 0:
        raise DecodeError("value", f"{precursor:02X} begins no data object", start)
    after = len(memory) - len(cursor.rest())
    stop = after + (padding_count or 0)
    padding = None if padding_count is None else memory[after:stop]
    return Span(start, stop, DataObject(oid, Compaction(precursor >> 4 & 0x07), data, padding))


def decode_length(cursor: Cursor) -> int:
    """Seven bits a byte, the highest first; bit 7 tells that another byte follows."""
    length = 0
    for _ in range(_MAX_LENGTH_BYTES):
        byte = cursor.byte()
        length = length << 7 | byte & ~_MORE
        if not byte & _MORE:
            return length
    raise DecodeError("value", "a length has more bytes than any tag could hold data")


def encode_length(length: int) -> bytes:
    """In as few bytes as hold it."""
    if not 0 <= length < _MAX_LENGTH:
        raise EncodeError(f"a length of {length} bytes cannot be written")
    groups = [length >> shift & 0x7F for shift in range(7 * (_MAX_LENGTH_BYTES - 1), 0, -7) if length >> shift]
    return bytes(group | _MORE for group in groups) + bytes((length & 0x7F,))


def encode_object(found: DataObject) -> bytes:
    """EncodeError when a value does not fit the wire."""
    if not 0 < found.oid <= _MAX_OID:
        raise EncodeError(f"there is no object identifier {found.oid}")
    if found.padding is not None and len(found.padding) > MAX_PADDING:
        raise EncodeError(f"a padding of {len(found.padding)} bytes cannot be written")
    precursor = found.compaction << 4 | min(found.oid, _EXTENDED) | (0 if found.padding is None else _OFFSET)
    extension = bytes((found.oid - _EXTENDED,)) if found.oid >= _EXTENDED else b""
    count = b"" if found.padding is None else bytes((len(found.padding),))
    return (
        bytes((precursor,)) + extension + count + encode_length(len(found.data)) + found.data + (found.padding or b"")
    )


def encode_objects(objects: Iterable[DataObject]) -> bytes:
    """One after the other; the end mark is the caller's, who knows whether the memory goes on."""
    return b"".join(map(encode_object, objects))
