"""A tag's own answer to Get System Information (ISO 15693-3), as raw readers hand it on: information flags, UID low
byte first, then the fields that the flags tell of.
"""

from __future__ import annotations

from dataclasses import dataclass

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError

_UID_BYTES = 8
_HAS_DSFID, _HAS_AFI, _HAS_SIZE, _HAS_IC = 0x01, 0x02, 0x04, 0x08
_KNOWN_FLAGS = _HAS_DSFID | _HAS_AFI | _HAS_SIZE | _HAS_IC
_BLOCK_BYTES_MASK = 0x1F
_NO_ERROR = 0x00


@dataclass(frozen=True, slots=True)
class SystemInformation:
    """None for what the tag does not tell. `block_bytes` and `block_count` come together."""

    uid: str
    dsfid: int | None = None
    afi: int | None = None
    block_count: int | None = None
    block_bytes: int | None = None
    ic_reference: int | None = None


def decode_system_information(data: bytes) -> SystemInformation:
    """With or without the response flags before it (00: no error)."""
    cursor = Cursor(data)
    if len(data) > 1 + _UID_BYTES and data[0] == _NO_ERROR:
        cursor.byte()
    flags, uid = cursor.byte(), cursor.take(_UID_BYTES)
    if flags & ~_KNOWN_FLAGS:
        raise DecodeError("value", "the information flags tell of a field of unknown length", 0)
    dsfid = cursor.byte() if flags & _HAS_DSFID else None
    afi = cursor.byte() if flags & _HAS_AFI else None
    block_count = cursor.byte() + 1 if flags & _HAS_SIZE else None
    block_bytes = (cursor.byte() & _BLOCK_BYTES_MASK) + 1 if flags & _HAS_SIZE else None
    ic_reference = cursor.byte() if flags & _HAS_IC else None
    cursor.end()
    return SystemInformation(uid[::-1].hex().upper(), dsfid, afi, block_count, block_bytes, ic_reference)


def encode_system_information(tag: SystemInformation) -> bytes:
    """Without response flags; EncodeError when a value does not fit."""
    size = None if tag.block_count is None or tag.block_bytes is None else (tag.block_count - 1, tag.block_bytes - 1)
    fields = (
        (_HAS_DSFID, None if tag.dsfid is None else (tag.dsfid,)),
        (_HAS_AFI, None if tag.afi is None else (tag.afi,)),
        (_HAS_SIZE, size),
        (_HAS_IC, None if tag.ic_reference is None else (tag.ic_reference,)),
    )
    flags = sum(flag for flag, field in fields if field is not None)
    try:
        uid = int(tag.uid, 16).to_bytes(_UID_BYTES, "little")
        return bytes((flags,)) + uid + b"".join(bytes(field) for _, field in fields if field is not None)
    except (ValueError, OverflowError) as error:
        raise EncodeError(f"the system information does not fit the wire: {error}") from error
