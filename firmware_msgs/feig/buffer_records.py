"""What buffered read mode answers (FEIG H20411-0e, 10.4; H71011-0e; the order of fields: FEIG's SDK).

Flag bytes say which fields every record holds. In `22` each record begins with its own length, so that what newer
readers add to one can be passed over; in `21` blocks have four bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import Final

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.blocks import BlockOrder, common_size, take_blocks
from firmware_msgs.feig.inventory import TagKind
from firmware_msgs.feig.uids import uid_text


class Holds(IntFlag):
    """What each record holds; the second flag byte, sent where it says anything, counts from bit 8."""

    UID = 0x01
    BLOCKS = 0x02
    LSB_FIRST = 0x08
    ANTENNA = 0x10
    TIME = 0x20
    DATE = 0x40
    AFI = 0x0400


@dataclass(frozen=True, slots=True)
class BufferRecord:
    """One tag that passed. Blocks are in the tag's order, the first of them is number `first` (which `22` does not
    tell). `time` and `date` are the reader's own clock, as it sends them; `extra` is what came behind the fields known.
    """

    kind: int = TagKind.ISO_15693
    info: int = 0
    uid: str = ""
    afi: int | None = None
    dsfid: int | None = None
    first: int = 0
    blocks: tuple[bytes, ...] = ()
    time: bytes = b""
    date: bytes = b""
    antenna: int = 0
    extra: bytes = b""


@dataclass(frozen=True, slots=True)
class Buffer:
    """What was asked for, or as much as fits one answer: then there is `more` behind it."""

    holds: Holds
    records: tuple[BufferRecord, ...]
    more: bool = False


_EXTENDED = 0x80  # of the first flag byte: a second one follows
_SMALL_BLOCK_BYTES = 4
_SMALL_UID_BYTES, _SMALL_EPC_BYTES = 8, 12
_TIME_BYTES, _DATE_BYTES = 4, 5
_LENGTH_BYTES = 2
_AFI_AND_DSFID_BYTES: Final = 2
_KIND_WITHOUT_INFO = TagKind.KEYBOARD


def decode_buffer(cursor: Cursor, *, large: bool, more: bool) -> Buffer:
    """What follows the status."""
    flags = cursor.byte()
    if large and flags & _EXTENDED:
        flags = flags & ~_EXTENDED | cursor.byte() << 8
    holds = Holds(flags)
    count = cursor.word() if large else cursor.byte()
    read = _large_record if large else _small_record
    return Buffer(holds, tuple(read(cursor, holds) for _ in range(count)), more)


def _order(holds: Holds) -> BlockOrder:
    return BlockOrder.LSB_FIRST if holds & Holds.LSB_FIRST else BlockOrder.MSB_FIRST


def _small_record(cursor: Cursor, holds: Holds) -> BufferRecord:
    kind, uid = TagKind.ISO_15693.value, ""
    if holds & Holds.UID:
        kind = cursor.byte()
        uid = uid_text(_small_uid(kind, cursor))
    first = cursor.byte() if holds & Holds.BLOCKS else 0
    count = cursor.byte() if holds & Holds.BLOCKS else 0
    blocks = take_blocks(cursor, count, _SMALL_BLOCK_BYTES, _order(holds))
    time, date, antenna = _circumstances(cursor, holds)
    return BufferRecord(kind, uid=uid, first=first, blocks=blocks, time=time, date=date, antenna=antenna)


def _small_uid(kind: int, cursor: Cursor) -> bytes:
    head = cursor.take(1)
    is_long = kind == TagKind.ICODE_EPC and not head[0] & 0xC0
    return head + cursor.take((_SMALL_EPC_BYTES if is_long else _SMALL_UID_BYTES) - 1)


def _large_record(cursor: Cursor, holds: Holds) -> BufferRecord:
    length = cursor.word()
    if length < _LENGTH_BYTES:
        raise DecodeError("length", "a record is shorter than its own length")
    record = Cursor(cursor.take(length - _LENGTH_BYTES))
    kind, info, uid, afi, dsfid = TagKind.ISO_15693.value, 0, "", None, None
    if holds & Holds.UID:
        kind, info, length = _large_head(record)
        if holds & Holds.AFI and kind == TagKind.ISO_15693:
            afi, dsfid, length = record.byte(), record.byte(), length - _AFI_AND_DSFID_BYTES
        uid = uid_text(record.take(max(length, 0)))
    blocks = take_blocks(record, record.word(), record.byte(), _order(holds)) if holds & Holds.BLOCKS else ()
    time, date, antenna = _circumstances(record, holds)
    return BufferRecord(kind, info, uid, afi, dsfid, 0, blocks, time, date, antenna, record.rest())


def _large_head(record: Cursor) -> tuple[int, int, int]:
    kind = record.byte()
    info = 0 if kind == _KIND_WITHOUT_INFO else record.byte()
    return kind, info, record.byte()


def _circumstances(cursor: Cursor, holds: Holds) -> tuple[bytes, bytes, int]:
    time = cursor.take(_TIME_BYTES if holds & Holds.TIME else 0)
    date = cursor.take(_DATE_BYTES if holds & Holds.DATE else 0)
    return time, date, cursor.byte() if holds & Holds.ANTENNA else 0


def encode_buffer(buffer: Buffer, *, large: bool) -> bytes:
    """The same, the other way round."""
    flags, more_flags = buffer.holds & 0xFF, buffer.holds >> 8
    head = bytes((flags | _EXTENDED, more_flags)) if large and more_flags else bytes((flags,))
    count = len(buffer.records).to_bytes(2 if large else 1, "big")
    encode = _encode_large if large else _encode_small
    return head + count + b"".join(encode(record, buffer.holds) for record in buffer.records)


def _encode_small(record: BufferRecord, holds: Holds) -> bytes:
    uid = bytes((record.kind,)) + bytes.fromhex(record.uid) if holds & Holds.UID else b""
    blocks = b""
    if holds & Holds.BLOCKS:
        blocks = bytes((record.first, len(record.blocks))) + _encode_blocks(record, holds)
    return uid + blocks + _encode_circumstances(record, holds)


def _encode_large(record: BufferRecord, holds: Holds) -> bytes:
    body = _encode_large_uid(record) if holds & Holds.UID else b""
    if holds & Holds.BLOCKS:
        size = common_size(record.blocks) if record.blocks else 0
        body += len(record.blocks).to_bytes(2, "big") + bytes((size,)) + _encode_blocks(record, holds)
    body += _encode_circumstances(record, holds) + record.extra
    return (len(body) + _LENGTH_BYTES).to_bytes(2, "big") + body


def _encode_large_uid(record: BufferRecord) -> bytes:
    uid = bytes.fromhex(record.uid)
    if record.afi is not None and record.dsfid is not None:
        uid = bytes((record.afi, record.dsfid)) + uid
    info = b"" if record.kind == _KIND_WITHOUT_INFO else bytes((record.info,))
    return bytes((record.kind,)) + info + bytes((len(uid),)) + uid


def _encode_blocks(record: BufferRecord, holds: Holds) -> bytes:
    return b"".join(map(_order(holds).turn, record.blocks))


def _encode_circumstances(record: BufferRecord, holds: Holds) -> bytes:
    antenna = bytes((record.antenna,)) if holds & Holds.ANTENNA else b""
    return record.time + record.date + antenna
