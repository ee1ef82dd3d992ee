"""ISO 15693-3 commands to one tag as they go over the air, without CRC: for readers that pass them on.

UIDs are upper-case hex, most significant byte first; on the air they go the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.iso15693 import TagError, tag_error_words

UID_BYTES = 8
FIRST_BYTE = 0xE0  # of every UID (4.1)

_ADDRESSED = 0x22  # flags: high data rate, a UID follows
_ERROR = 0x01
_WITH_DSFID, _WITH_AFI, _WITH_MEMORY, _WITH_IC = 0x01, 0x02, 0x04, 0x08
_BLOCK_SIZE_BITS = 0x1F


class _Code(IntEnum):
    """The command byte."""

    READ_BLOCKS = 0x23
    WRITE_AFI = 0x27
    SYSTEM_INFORMATION = 0x2B


@dataclass(frozen=True, slots=True)
class ReadBlocks:
    """`count` blocks from block `first`."""

    uid: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class WriteAfi:
    """Set the tag's application family."""

    uid: str
    afi: int


@dataclass(frozen=True, slots=True)
class GetSystemInformation:
    """DSFID, AFI and memory size."""

    uid: str


Request: TypeAlias = ReadBlocks | WriteAfi | GetSystemInformation


@dataclass(frozen=True, slots=True)
class SystemInformation:
    """What the tag tells of itself; None where it does not."""

    uid: str
    dsfid: int | None = None
    afi: int | None = None
    block_count: int | None = None
    block_size: int | None = None
    ic_reference: int | None = None


def encode_request(request: Request) -> bytes:
    """The request, addressed to its tag. Raises `EncodeError`."""
    uid = uid_bytes(request.uid)[::-1]
    try:
        match request:
            case ReadBlocks(_, first, count):
                return bytes((_ADDRESSED, _Code.READ_BLOCKS)) + uid + bytes((first, count - 1))
            case WriteAfi(_, afi):
                return bytes((_ADDRESSED, _Code.WRITE_AFI)) + uid + bytes((afi,))
            case GetSystemInformation():
                return bytes((_ADDRESSED, _Code.SYSTEM_INFORMATION)) + uid
    except ValueError as error:
        raise EncodeError(f"{type(request).__name__} does not fit the air: {error}") from error


def uid_bytes(uid: str) -> bytes:
    """The UID's eight bytes, most significant first. Raises `EncodeError`."""
    try:
        data = bytes.fromhex(uid)
    except ValueError as error:
        raise EncodeError("a UID is sixteen hexadecimal digits") from error
    if len(data) != UID_BYTES or data[0] != FIRST_BYTE:
        raise EncodeError(f"a UID has {UID_BYTES} bytes, of which the first is {FIRST_BYTE:02X}")
    return data


def uid_text(data: bytes) -> str:
    """The UID that a reader tells, in either byte order: readers differ. Raises `DecodeError`."""
    if len(data) == UID_BYTES and data[0] == FIRST_BYTE:
        return data.hex().upper()
    if len(data) == UID_BYTES and data[-1] == FIRST_BYTE:
        return data[::-1].hex().upper()
    raise DecodeError("value", f"The UID of an ISO 15693 tag has {UID_BYTES} bytes and begins with {FIRST_BYTE:02X}")


def decode_request(data: bytes) -> Request:
    """The request that reaches a tag. Raises `DecodeError`."""
    cursor = Cursor(data)
    flags, command = cursor.take(2)
    if flags != _ADDRESSED:
        raise DecodeError("value", "Only requests to one tag at the high data rate are known", 0)
    uid = uid_text(cursor.take(UID_BYTES)[::-1])
    request = _decode(command, uid, cursor)
    cursor.end()
    return request


def _decode(command: int, uid: str, cursor: Cursor) -> Request:
    match command:
        case _Code.READ_BLOCKS:
            return ReadBlocks(uid, cursor.byte(), cursor.byte() + 1)
        case _Code.WRITE_AFI:
            return WriteAfi(uid, cursor.byte())
        case _Code.SYSTEM_INFORMATION:
            return GetSystemInformation(uid)
        case _:
            raise DecodeError("command", f"command {command:02X} is not known", 1)


def encode_response(data: bytes) -> bytes:
    """A tag's answer when it did what was asked."""
    return bytes(1) + data


def encode_error(error: TagError) -> bytes:
    """A tag's answer when it did not."""
    return bytes((_ERROR, error))


def decode_response(data: bytes) -> bytes:
    """What follows the flags. Raises `DecodeError`, of kind `refused` when the tag says no."""
    if not data:
        raise DecodeError("truncated", "An answer begins with its flags", 0)
    if data[0] & _ERROR:
        words = tag_error_words(data[1]) if len(data) > 1 else "it does not say why"
        raise DecodeError("refused", f"The tag refuses: {words}", 1)
    return data[1:]


def encode_system_information(information: SystemInformation) -> bytes:
    """That answer, behind its flags."""
    flags, fields = 0, b""
    if information.dsfid is not None:
        flags, fields = flags | _WITH_DSFID, fields + bytes((information.dsfid,))
    if information.afi is not None:
        flags, fields = flags | _WITH_AFI, fields + bytes((information.afi,))
    if information.block_count is not None and information.block_size is not None:
        flags |= _WITH_MEMORY
        fields += bytes((information.block_count - 1, information.block_size - 1))
    if information.ic_reference is not None:
        flags, fields = flags | _WITH_IC, fields + bytes((information.ic_reference,))
    return bytes((flags,)) + uid_bytes(information.uid)[::-1] + fields


def decode_system_information(data: bytes) -> SystemInformation:
    """That answer (10.4.12), from behind its flags. Raises `DecodeError`."""
    cursor = Cursor(data)
    flags, uid = cursor.byte(), uid_text(cursor.take(UID_BYTES)[::-1])
    dsfid = cursor.byte() if flags & _WITH_DSFID else None
    afi = cursor.byte() if flags & _WITH_AFI else None
    count, size = (cursor.byte() + 1, (cursor.byte() & _BLOCK_SIZE_BITS) + 1) if flags & _WITH_MEMORY else (None, None)
    ic_reference = cursor.byte() if flags & _WITH_IC else None
    cursor.end()
    return SystemInformation(uid, dsfid, afi, count, size, ic_reference)
