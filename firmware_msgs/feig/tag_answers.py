"""What tags answer to `B0` by way of their reader (FEIG H60301-3e, 6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.blocks import BlockOrder, common_size
from firmware_msgs.feig.inventory import FieldTag, decode_tag, encode_tag
from firmware_msgs.feig.tag_requests import GetBlockSecurity, GetSystemInformation, ReadBlocks, TakeInventory
from firmware_msgs.feig.targets import Target
from firmware_msgs.feig.uids import UID_BYTES, uid_bytes, uid_text

_BLOCK_SIZE_MASK = 0x1F


@dataclass(frozen=True, slots=True)
class Inventory:
    """What is in the field, or as much as fits one answer: then `more` is to be fetched."""

    tags: tuple[FieldTag, ...]
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
class BlockSecurity:
    """For each block asked for 01 when it is locked, else 00."""

    states: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SystemInformation:
    """What a tag is."""

    uid: str
    dsfid: int
    afi: int
    block_size: int
    block_count: int
    ic_reference: int


TagAnswer: TypeAlias = Inventory | Blocks | BlockSecurity | SystemInformation


def decode_tag_answer(
    request: TakeInventory | ReadBlocks | GetSystemInformation | GetBlockSecurity,
    cursor: Cursor,
    order: BlockOrder,
    *,
    more: bool,
) -> TagAnswer:
    """What follows the status, or DecodeError when it answers another question."""
    match request:
        case TakeInventory():
            return Inventory(tuple(decode_tag(cursor) for _ in range(cursor.byte())), more)
        case ReadBlocks(count=count):
            return _decode_blocks(count, cursor, order)
        case GetBlockSecurity(count=count):
            return BlockSecurity(tuple(cursor.take(_count(count, cursor))))
        case GetSystemInformation(tag):
            return _about(tag, decode_system_information(cursor.rest()))


def _count(wanted: int, cursor: Cursor) -> int:
    count = cursor.byte()
    if count != wanted:
        raise DecodeError("value", f"{wanted} blocks were asked for, {count} came", 1)
    return count


def _decode_blocks(wanted: int, cursor: Cursor, order: BlockOrder) -> Blocks:
    count, size = _count(wanted, cursor), cursor.byte()
    security_and_data = [(cursor.byte(), cursor.take(size)) for _ in range(count)]
    return Blocks(tuple(Block(order.turn(data), security) for security, data in security_and_data))


def decode_system_information(data: bytes) -> SystemInformation:
    """The data after the status: DSFID, UID, AFI, block size - 1, blocks - 1, IC reference."""
    cursor = Cursor(data)
    dsfid, uid, afi = cursor.byte(), uid_text(cursor.take(UID_BYTES)), cursor.byte()
    size, count, ic_reference = cursor.take(3)
    cursor.end()
    return SystemInformation(uid, dsfid, afi, (size & _BLOCK_SIZE_MASK) + 1, count + 1, ic_reference)


def _about(tag: Target, information: SystemInformation) -> SystemInformation:
    if isinstance(tag, str) and information.uid != tag.upper():
        raise DecodeError("value", "the answer is about another tag")
    return information


def encode_tag_answer(answer: TagAnswer, order: BlockOrder) -> bytes:
    """What follows the status."""
    match answer:
        case Inventory(tags):
            return bytes((len(tags),)) + b"".join(map(encode_tag, tags))
        case Blocks(blocks):
            size = common_size(tuple(block.data for block in blocks)) if blocks else 0
            data = b"".join(bytes((block.security,)) + order.turn(block.data) for block in blocks)
            return bytes((len(blocks), size)) + data
        case BlockSecurity(states):
            return bytes((len(states), *states))
        case SystemInformation(uid, dsfid, afi, size, count, ic_reference):
            return bytes((dsfid,)) + uid_bytes(uid) + bytes((afi, size - 1, count - 1, ic_reference))
