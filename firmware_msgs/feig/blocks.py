"""A tag's memory on the wire."""

from __future__ import annotations

from enum import Enum

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import EncodeError


class BlockOrder(Enum):
    """How a reader is set to send each block. Values here always hold a tag's bytes in the tag's own order."""

    MSB_FIRST = "msb_first"  # as delivered: each block turned round
    LSB_FIRST = "lsb_first"

    def turn(self, block: bytes) -> bytes:
        """A block between the tag's order and the wire's, both ways."""
        return block[::-1] if self is BlockOrder.MSB_FIRST else block


def take_blocks(cursor: Cursor, count: int, size: int, order: BlockOrder) -> tuple[bytes, ...]:
    """So many blocks, in the tag's order."""
    return tuple(order.turn(cursor.take(size)) for _ in range(count))


def common_size(blocks: tuple[bytes, ...]) -> int:
    """The size of each, or EncodeError."""
    sizes = {len(block) for block in blocks}
    if len(sizes) != 1:
        raise EncodeError("blocks must be one or more, all of one size")
    return sizes.pop()
