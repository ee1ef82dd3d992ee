"""What a host asks of tags by `B0`, the ISO 15693 commands (FEIG H60301-3e, 6.1; long addresses: H71101-2e, 8.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.blocks import BlockOrder, common_size, take_blocks
from firmware_msgs.feig.targets import TARGET_MASK, OnTag, Target, decode_target, encode_head, refuse_flags

MAX_READ_BYTES = 128
"""One read answers at most this much of a tag's memory."""


class TagCommand(IntEnum):
    """The byte after `B0`."""

    INVENTORY = 0x01
    STAY_QUIET = 0x02
    LOCK_BLOCKS = 0x22
    READ_BLOCKS = 0x23
    WRITE_BLOCKS = 0x24
    SELECT = 0x25
    RESET_TO_READY = 0x26
    WRITE_AFI = 0x27
    LOCK_AFI = 0x28
    WRITE_DSFID = 0x29
    LOCK_DSFID = 0x2A
    SYSTEM_INFORMATION = 0x2B
    BLOCK_SECURITY = 0x2C


_WITH_SECURITY = 0x08
_EXTENDED = 0x20
_MORE = 0x80
_BANK_WITH_PASSWORD = 0x80


@dataclass(frozen=True, slots=True)
class TakeInventory:
    """All tags in the field; `more`: what did not fit into the answer before."""

    more: bool = False


@dataclass(frozen=True, slots=True)
class StayQuiet(OnTag):
    """Answer no inventory and no unaddressed request any more, until the field goes off or `ResetToReady`."""


@dataclass(frozen=True, slots=True)
class Select(OnTag):
    """Be the tag that requests in selected mode are for."""


@dataclass(frozen=True, slots=True)
class ResetToReady(OnTag):
    """Be neither quiet nor selected any more."""


@dataclass(frozen=True, slots=True)
class LockAfi(OnTag):
    """Keep the AFI as it is for ever."""


@dataclass(frozen=True, slots=True)
class LockDsfid(OnTag):
    """Keep the DSFID as it is for ever."""


@dataclass(frozen=True, slots=True)
class GetSystemInformation(OnTag):
    """DSFID, AFI and memory size."""


@dataclass(frozen=True, slots=True)
class WriteAfi(OnTag):
    """The tag's application family, by which gates tell secured items."""

    afi: int


@dataclass(frozen=True, slots=True)
class WriteDsfid(OnTag):
    """The tag's data storage format."""

    dsfid: int


@dataclass(frozen=True, slots=True)
class LockBlocks(OnTag):
    """Keep `count` blocks from block `first` as they are for ever."""

    first: int
    count: int


@dataclass(frozen=True, slots=True)
class GetBlockSecurity(OnTag):
    """Which of `count` blocks from block `first` are locked."""

    first: int
    count: int


@dataclass(frozen=True, slots=True)
class ReadBlocks(OnTag):
    """`count` blocks from block `first`; `with_security` asks the tag for each block's lock too. With a `bank` the
    address is extended to two bytes.
    """

    first: int
    count: int
    with_security: bool = False
    bank: int | None = None


@dataclass(frozen=True, slots=True)
class WriteBlocks(OnTag):
    """Blocks of one size, written from block `first` on; `bank` as in `ReadBlocks`."""

    first: int
    blocks: tuple[bytes, ...]
    bank: int | None = None


def has_long_address(request: object) -> bool:
    """Whether blocks are numbered by two bytes in this request, and in its answer."""
    return isinstance(request, ReadBlocks | WriteBlocks) and request.bank is not None


TagRequest: TypeAlias = TakeInventory | OnTag

_KINDS: Final[Mapping[type[OnTag], TagCommand]] = {
    StayQuiet: TagCommand.STAY_QUIET,
    LockBlocks: TagCommand.LOCK_BLOCKS,
    Select: TagCommand.SELECT,
    ResetToReady: TagCommand.RESET_TO_READY,
    WriteAfi: TagCommand.WRITE_AFI,
    LockAfi: TagCommand.LOCK_AFI,
    WriteDsfid: TagCommand.WRITE_DSFID,
    LockDsfid: TagCommand.LOCK_DSFID,
    GetSystemInformation: TagCommand.SYSTEM_INFORMATION,
    GetBlockSecurity: TagCommand.BLOCK_SECURITY,
}
_COMMANDS: Final = frozenset(TagCommand)


def encode_tag_request(request: TagRequest, order: BlockOrder) -> bytes:
    """What follows the command byte."""
    match request:
        case TakeInventory(more):
            return bytes((TagCommand.INVENTORY, _MORE if more else 0))
        case ReadBlocks(tag, first, count, with_security, bank):
            flags = (_WITH_SECURITY if with_security else 0) | _extended(bank)
            return encode_head(TagCommand.READ_BLOCKS, tag, flags) + _place(first, bank) + bytes((count,))
        case WriteBlocks(tag, first, blocks, bank):
            head = encode_head(TagCommand.WRITE_BLOCKS, tag, _extended(bank)) + _place(first, bank)
            return head + bytes((len(blocks), common_size(blocks))) + b"".join(map(order.turn, blocks))
        case _:
            return encode_head(_KINDS[type(request)], request.tag) + _parameters(request)


def _parameters(request: OnTag) -> bytes:
    match request:
        case LockBlocks(_, first, count) | GetBlockSecurity(_, first, count):
            return bytes((first, count))
        case WriteAfi(_, value) | WriteDsfid(_, value):
            return bytes((value,))
        case _:
            return b""


def _extended(bank: int | None) -> int:
    return 0 if bank is None else _EXTENDED


def _place(first: int, bank: int | None) -> bytes:
    return bytes((first,)) if bank is None else bytes((bank,)) + first.to_bytes(2, "big")


def decode_tag_request(cursor: Cursor, order: BlockOrder) -> TagRequest:
    """The request behind `B0`, or DecodeError."""
    command, mode = cursor.byte(), cursor.byte()
    if command not in _COMMANDS:
        raise DecodeError("command", f"tag command {command:02X} is not known", 0)
    if command == TagCommand.INVENTORY:
        refuse_flags(mode & ~_MORE)
        return TakeInventory(more=bool(mode & _MORE))
    tag = decode_target(mode, cursor)
    if command in {TagCommand.READ_BLOCKS, TagCommand.WRITE_BLOCKS}:
        return _decode_block_request(command, mode, tag, cursor, order)
    refuse_flags(mode & ~TARGET_MASK)
    return _decode_plain_request(command, tag, cursor)


def _decode_plain_request(command: int, tag: Target, cursor: Cursor) -> TagRequest:
    match command:
        case TagCommand.WRITE_AFI:
            return WriteAfi(tag, cursor.byte())
        case TagCommand.WRITE_DSFID:
            return WriteDsfid(tag, cursor.byte())
        case TagCommand.LOCK_BLOCKS:
            return LockBlocks(tag, cursor.byte(), cursor.byte())
        case TagCommand.BLOCK_SECURITY:
            return GetBlockSecurity(tag, cursor.byte(), cursor.byte())
        case _:
            return next(kind for kind, code in _KINDS.items() if code == command)(tag)


def _decode_block_request(command: int, mode: int, tag: Target, cursor: Cursor, order: BlockOrder) -> TagRequest:
    bank = cursor.byte() if mode & _EXTENDED else None
    if bank is not None and bank & _BANK_WITH_PASSWORD:
        raise DecodeError("value", "banks behind a password are not served")
    first = cursor.byte() if bank is None else cursor.word()
    if command == TagCommand.READ_BLOCKS:
        refuse_flags(mode & ~(TARGET_MASK | _EXTENDED | _WITH_SECURITY))
        return ReadBlocks(tag, first, cursor.byte(), bool(mode & _WITH_SECURITY), bank)
    refuse_flags(mode & ~(TARGET_MASK | _EXTENDED))
    count, size = cursor.take(2)
    return WriteBlocks(tag, first, take_blocks(cursor, count, size, order), bank)
