"""What HID OMNIKEY readers (5022, 5023, 5427 and kin) add for ISO 15693 tags: AFI, DSFID and the size of the memory.

Read in islog/liblogicalaccess, which ships with these readers' support; never seen in traffic of a real one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from firmware_msgs.apdu import SHORT_LE_MAX, Command, Response, meaning
from firmware_msgs.errors import DecodeError, EncodeError

_CLASS, _INS = 0xFF, 0x30
_WRITE = 0x01  # P2 when P1 is 0
_VERSION = 0x01
_WRITE_BYTES = 4  # version, object, 00, value
_BLOCK_SIZE_BITS = 0x1F


class TagObject(IntEnum):
    """What can be asked of a tag, or set."""

    AFI = 0x02
    DSFID = 0x03
    MEMORY = 0x04
    IC_REFERENCE = 0x05


@dataclass(frozen=True, slots=True)
class GetObject:
    """Ask for it."""

    object: TagObject


@dataclass(frozen=True, slots=True)
class WriteObject:
    """Set the AFI or the DSFID."""

    object: TagObject
    value: int


OmnikeyCommand: TypeAlias = GetObject | WriteObject

_CHANGEABLE = (TagObject.AFI, TagObject.DSFID)


def encode_omnikey(command: OmnikeyCommand) -> Command:
    """The command as an APDU. Raises `EncodeError`."""
    match command:
        case GetObject(wanted):
            return Command(_CLASS, _INS, wanted, 0, expected=SHORT_LE_MAX)
        case WriteObject(wanted, value):
            if wanted not in _CHANGEABLE or not 0 <= value <= 0xFF:
                raise EncodeError("only the AFI and the DSFID can be written; each is one byte")
            return Command(_CLASS, _INS, 0, _WRITE, bytes((_VERSION, wanted, 0, value)))


def decode_omnikey(apdu: Command) -> OmnikeyCommand:
    """What an APDU asks of an OMNIKEY reader. Raises `DecodeError`."""
    if (apdu.cla, apdu.ins) != (_CLASS, _INS):
        raise DecodeError("command", "This is no OMNIKEY command", 1)
    if apdu.p1 in set(TagObject) and apdu.p2 == 0 and not apdu.data:
        return GetObject(TagObject(apdu.p1))
    if (apdu.p1, apdu.p2) == (0, _WRITE) and len(apdu.data) == _WRITE_BYTES:
        version, wanted, zero, value = apdu.data
        if (version, zero) == (_VERSION, 0) and wanted in _CHANGEABLE:
            return WriteObject(TagObject(wanted), value)
    raise DecodeError("value", "This OMNIKEY command is not known", 2)


@dataclass(frozen=True, slots=True)
class TagMemory:
    """How much a tag holds."""

    block_count: int
    block_size: int


def memory_of(response: Response) -> TagMemory:
    """The answer to a question for `MEMORY`: blocks less one, then their size less one. Raises `DecodeError`."""
    if not response.ok:
        raise DecodeError("status", f"The reader does not tell the tag's size: {meaning(response.status)}")
    if len(response.data) < 2:
        raise DecodeError("truncated", "A tag's size has two bytes", len(response.data))
    return TagMemory(response.data[0] + 1, (response.data[1] & _BLOCK_SIZE_BITS) + 1)


def memory_bytes(memory: TagMemory) -> bytes:
    """The data of that answer."""
    return bytes((memory.block_count - 1, memory.block_size - 1))


def byte_of(response: Response) -> int:
    """The answer to a question for an object of one byte. Raises `DecodeError`."""
    if not response.ok:
        raise DecodeError("status", f"The reader does not tell it: {meaning(response.status)}")
    if not response.data:
        raise DecodeError("truncated", "One byte was asked for", 0)
    return response.data[0]
