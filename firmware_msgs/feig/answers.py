"""What a FEIG reader answers, as typed values. An answer does not say what was asked: it is decoded beside its request.

The first data byte is the status; what follows depends on the request. Two-way: the simulated firmware encodes what
the driver decodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.feig.frames import READER_ADDRESS, Frame, Framing
from firmware_msgs.feig.requests import (
    UID_BYTES,
    GetSoftwareVersion,
    GetSystemInformation,
    ReadBlocks,
    Request,
    TakeInventory,
    command_of,
    on_wire,
    uid_bytes,
)
from firmware_msgs.feig.status import Status, status_words

_ISO_15693, _ISO_14443A, _ISO_14443B = 0x03, 0x04, 0x05
_DOUBLE_SIZE_UID, _TRIPLE_SIZE_UID = 7, 10
_TRIPLE_SIZE = 0x04
_BLOCK_SIZE_MASK = 0x1F


@dataclass(frozen=True, slots=True)
class Done:
    """The request was carried out; there is nothing more to say."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Any status but success. `tag_error` is the tag's own ISO 15693 error code where there is one."""

    status: int
    tag_error: int | None = None

    def __str__(self) -> str:
        words = status_words(self.status)
        return words if self.tag_error is None else f"{words} (error {self.tag_error:02X})"


@dataclass(frozen=True, slots=True)
class ItemTag:
    """An ISO 15693 tag in the field."""

    uid: str
    dsfid: int


@dataclass(frozen=True, slots=True)
class OtherTag:
    """An ISO 14443 card in the field: somebody's bus or bank card, never an item. `info` are the bytes between type
    and UID.
    """

    kind: int
    info: bytes
    uid: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """What is in the field, or as much as fits one answer: then `more` is to be fetched."""

    tags: tuple[ItemTag | OtherTag, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One block in the tag's own byte order; `security` is 01 when it is locked and the reader was asked to look."""

    data: bytes
    security: int = 0


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks asked for, all of one size."""

    blocks: tuple[Block, ...]

    @property
    def data(self) -> bytes:
        """The memory they hold."""
        return b"".join(block.data for block in self.blocks)


@dataclass(frozen=True, slots=True)
class SystemInformation:
    """What a tag is."""

    uid: str
    dsfid: int
    afi: int
    block_size: int
    block_count: int
    ic_reference: int


@dataclass(frozen=True, slots=True)
class SoftwareVersion:
    """What a reader is. `tag_types` has a bit for each kind of tag it can speak to."""

    software: int
    development: int
    hardware_type: int
    reader_type: int
    tag_types: int


Answer: TypeAlias = Done | Refused | Inventory | Blocks | SystemInformation | SoftwareVersion


def decode_answer(request: Request, frame: Frame) -> Answer:
    """The answer to `request`, or DecodeError when this frame cannot be one."""
    if frame.command != command_of(request):
        raise DecodeError("command", f"an answer to command {command_of(request):02X} was expected")
    cursor = Cursor(frame.data)
    answer = _decode(request, cursor.byte(), cursor)
    cursor.end()
    return answer


def _decode(request: Request, status: int, cursor: Cursor) -> Answer:
    match request, status:
        case TakeInventory(), Status.OK | Status.MORE_DATA:
            return Inventory(_decode_tags(cursor), more=status == Status.MORE_DATA)
        case _, Status.TAG_ERROR:
            return Refused(status, cursor.byte())
        case _, Status.OK:
            return _decode_success(request, cursor)
        case _:
            cursor.rest()
            return Refused(status)


def _decode_success(request: Request, cursor: Cursor) -> Answer:
    match request:
        case ReadBlocks(count=count):
            return _decode_blocks(count, cursor)
        case GetSystemInformation(uid):
            return _decode_system_information(uid, cursor)
        case GetSoftwareVersion():
            software, development = int.from_bytes(cursor.take(2), "big"), cursor.byte()
            return SoftwareVersion(
                software, development, cursor.byte(), cursor.byte(), int.from_bytes(cursor.take(2), "big")
            )
        case _:
            return Done()


def _decode_tags(cursor: Cursor) -> tuple[ItemTag | OtherTag, ...]:
    return tuple(_decode_tag(cursor.byte(), cursor) for _ in range(cursor.byte()))


def _decode_tag(kind: int, cursor: Cursor) -> ItemTag | OtherTag:
    if kind == _ISO_15693:
        dsfid = cursor.byte()
        return ItemTag(_uid(cursor.take(UID_BYTES)), dsfid)
    if kind == _ISO_14443A:
        info = cursor.take(2)
        size = _TRIPLE_SIZE_UID if info[0] & _TRIPLE_SIZE else _DOUBLE_SIZE_UID
        return OtherTag(kind, info, _uid(cursor.take(size)))
    if kind == _ISO_14443B:
        info = cursor.take(5)
        return OtherTag(kind, info, _uid(cursor.take(4)))
    raise DecodeError("value", f"tags of type {kind:02X} have an unknown length, so the rest cannot be read")


def _decode_blocks(wanted: int, cursor: Cursor) -> Blocks:
    count, size = cursor.byte(), cursor.byte()
    if count != wanted:
        raise DecodeError("value", f"{wanted} blocks were asked for, {count} came", 1)
    security_and_data = [(cursor.byte(), cursor.take(size)) for _ in range(count)]
    return Blocks(tuple(Block(on_wire(data), security) for security, data in security_and_data))


def decode_system_information(data: bytes) -> SystemInformation:
    """The data after the status: DSFID, UID, AFI, block size - 1, blocks - 1, IC reference."""
    cursor = Cursor(data)
    dsfid, uid, afi = cursor.byte(), _uid(cursor.take(UID_BYTES)), cursor.byte()
    size, count, ic_reference = cursor.take(3)
    cursor.end()
    return SystemInformation(uid, dsfid, afi, (size & _BLOCK_SIZE_MASK) + 1, count + 1, ic_reference)


def _decode_system_information(uid: str, cursor: Cursor) -> SystemInformation:
    information = decode_system_information(cursor.rest())
    if information.uid != uid.upper():
        raise DecodeError("value", "the answer is about another tag")
    return information


def _uid(data: bytes) -> str:
    return data.hex().upper()


def encode_answer(
    request: Request, answer: Answer, framing: Framing = Framing.ADVANCED, address: int = READER_ADDRESS
) -> Frame:
    """The answer as a frame, or EncodeError when a value does not fit the wire."""
    try:
        data = _encode(answer)
    except (ValueError, OverflowError) as error:
        raise EncodeError(f"{type(answer).__name__} does not fit the wire: {error}") from error
    return Frame(command_of(request), data, address, framing)


def _encode(answer: Answer) -> bytes:
    match answer:
        case Done():
            return bytes((Status.OK,))
        case Refused(status, tag_error):
            return bytes((status,)) if tag_error is None else bytes((status, tag_error))
        case Inventory(tags, more):
            head = bytes((Status.MORE_DATA if more else Status.OK, len(tags)))
            return head + b"".join(map(_encode_tag, tags))
        case Blocks(blocks):
            head = bytes((Status.OK, len(blocks), len(blocks[0].data) if blocks else 0))
            return head + b"".join(bytes((block.security,)) + on_wire(block.data) for block in blocks)
        case SystemInformation(uid, dsfid, afi, size, count, ic_reference):
            return bytes((Status.OK, dsfid)) + uid_bytes(uid) + bytes((afi, size - 1, count - 1, ic_reference))
        case SoftwareVersion(software, development, hardware_type, reader_type, tag_types):
            kinds = bytes((development, hardware_type, reader_type))
            return bytes((Status.OK,)) + software.to_bytes(2, "big") + kinds + tag_types.to_bytes(2, "big")


def _encode_tag(tag: ItemTag | OtherTag) -> bytes:
    match tag:
        case ItemTag(uid, dsfid):
            return bytes((_ISO_15693, dsfid)) + uid_bytes(uid)
        case OtherTag(kind, info, uid):
            return bytes((kind,)) + info + bytes.fromhex(uid)
