"""What a host asks of a 3M reader, as typed values, encoded by the host and decoded by the simulated firmware.

UIDs are upper-case hex, most significant byte first, as on the wire. Block data is in the tag's own order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.m3_810.frames import Frame, Start

UID_BYTES = 8
ISO_15693_UID = 0xE0
"""The first byte of every UID (ISO 15693-3, 4.1). It tells question from answer, where both have one length."""

BLOCK_BYTES = 4
MAX_READ_BLOCKS = 40
"""What one answer holds (six bytes a block); more blocks would not fit a frame."""


class Command(IntEnum):
    """The command byte, one for question and answer."""

    READ_BLOCKS = 0x02
    WRITE_BLOCKS = 0x04  # after D5: the probe
    WRITE_AFI = 0x09
    GET_AFI = 0x0A
    GET_VERSION = 0x11
    PARAMETERS = 0x13
    INVENTORY = 0xFE


PROBE: Final = Frame(0x04, bytes.fromhex("0011"), Start.READER)


class Tell(IntEnum):
    """What an inventory is to tell of each tag, as bits. `UNKNOWN` is set in all recorded traffic."""

    UID = 0x01
    DSFID = 0x02
    UNKNOWN = 0x04


PLAIN: Final = Tell.UID | Tell.UNKNOWN
WITH_DSFID: Final = PLAIN | Tell.DSFID
PARAMETERS: Final = (1, 2, 3, 4)
"""What both public programs name after the probe; what they mean is not known."""


@dataclass(frozen=True, slots=True)
class ProbeReader:
    """Whether a reader is there, and what it is."""


@dataclass(frozen=True, slots=True)
class GetVersion:
    """The firmware's version."""


@dataclass(frozen=True, slots=True)
class NameParameters:
    """Undocumented; sent once after the probe by the vendor's software."""

    numbers: tuple[int, ...] = PARAMETERS


@dataclass(frozen=True, slots=True)
class TakeInventory:
    """All tags in the field; `afi` 0: of any family. `tell`: bits of `Tell`."""

    tell: int = WITH_DSFID
    afi: int = 0


@dataclass(frozen=True, slots=True)
class ReadBlocks:
    """`count` blocks from block `first`."""

    uid: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class WriteBlocks:
    """Blocks of four bytes, written from block `first` on."""

    uid: str
    first: int
    blocks: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class GetAfi:
    """The tag's application family, by which gates tell secured items."""

    uid: str


@dataclass(frozen=True, slots=True)
class WriteAfi:
    """Set it."""

    uid: str
    afi: int


TagQuestion: TypeAlias = ReadBlocks | WriteBlocks | GetAfi | WriteAfi
Question: TypeAlias = ProbeReader | GetVersion | NameParameters | TakeInventory | TagQuestion


def uid_bytes(uid: str) -> bytes:
    """The UID's eight bytes, or EncodeError."""
    try:
        data = bytes.fromhex(uid)
    except ValueError as error:
        raise EncodeError("a UID is sixteen hexadecimal digits") from error
    if len(data) != UID_BYTES or data[0] != ISO_15693_UID:
        raise EncodeError(f"a UID has {UID_BYTES} bytes, of which the first is {ISO_15693_UID:02X}")
    return data


def take_uid(cursor: Cursor) -> str:
    """The UID that comes next. Raises `DecodeError`."""
    data = cursor.take(UID_BYTES)
    if data[0] != ISO_15693_UID:
        raise DecodeError("value", f"A tag's UID begins with {ISO_15693_UID:02X}")
    return data.hex().upper()


def encode_question(question: Question) -> Frame:
    """The question as a frame, or EncodeError when a value does not fit the wire."""
    try:
        return _encode(question)
    except (ValueError, OverflowError) as error:
        raise EncodeError(f"{type(question).__name__} does not fit the wire: {error}") from error


def _encode(question: Question) -> Frame:
    match question:
        case ProbeReader():
            return PROBE
        case GetVersion():
            return Frame(Command.GET_VERSION)
        case NameParameters(numbers):
            pairs = b"".join(bytes((number, 0)) for number in numbers)
            return Frame(Command.PARAMETERS, bytes((len(numbers),)) + pairs)
        case TakeInventory(tell, afi):
            return Frame(Command.INVENTORY, bytes((afi, tell)))
        case _:
            return _encode_tag_question(question)


def _encode_tag_question(question: TagQuestion) -> Frame:
    uid = uid_bytes(question.uid)
    match question:
        case ReadBlocks(_, first, count):
            return Frame(Command.READ_BLOCKS, uid + bytes((first, count)))
        case WriteBlocks(_, first, blocks):
            if any(len(block) != BLOCK_BYTES for block in blocks):
                raise EncodeError(f"a block has {BLOCK_BYTES} bytes")
            return Frame(Command.WRITE_BLOCKS, uid + bytes((first, len(blocks), 0)) + b"".join(blocks))
        case GetAfi():
            return Frame(Command.GET_AFI, uid)
        case WriteAfi(_, afi):
            return Frame(Command.WRITE_AFI, uid + bytes((afi,)))


def decode_question(frame: Frame) -> Question:
    """The question in a frame, or DecodeError."""
    if frame.start is Start.READER:
        if frame != PROBE:
            raise DecodeError("command", "This command to the reader itself is not known", 0)
        return ProbeReader()
    cursor = Cursor(frame.data)
    question = _decode(frame.command, cursor)
    cursor.end()
    return question


def _decode(command: int, cursor: Cursor) -> Question:
    match command:
        case Command.GET_VERSION:
            return GetVersion()
        case Command.PARAMETERS:
            return NameParameters(tuple(_parameter(cursor) for _ in range(cursor.byte())))
        case Command.INVENTORY:
            afi, tell = cursor.take(2)
            return TakeInventory(tell, afi)
        case _:
            return _decode_tag_question(command, cursor)


def _parameter(cursor: Cursor) -> int:
    number, end = cursor.take(2)
    if end:
        raise DecodeError("value", "A parameter's number is followed by 00")
    return number


def _decode_tag_question(command: int, cursor: Cursor) -> Question:
    match command:
        case Command.READ_BLOCKS:
            return ReadBlocks(take_uid(cursor), cursor.byte(), cursor.byte())
        case Command.WRITE_BLOCKS:
            uid = take_uid(cursor)
            first, count, _ = cursor.take(3)
            return WriteBlocks(uid, first, tuple(cursor.take(BLOCK_BYTES) for _ in range(count)))
        case Command.GET_AFI:
            return GetAfi(take_uid(cursor))
        case Command.WRITE_AFI:
            return WriteAfi(take_uid(cursor), cursor.byte())
        case _:
            raise DecodeError("command", f"command {command:02X} is not known")
