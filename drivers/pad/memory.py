"""Reading as much of an ISO 15693 tag's memory as tells its content, and no more: every block costs a patron's time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from firmware_msgs.tags.detect import HEAD_BYTES, is_enough

ReadBlocks: TypeAlias = Callable[[int, int], Awaitable[bytes | None]]
"""So many blocks from the first on; None when they could not be read."""


@dataclass(frozen=True, slots=True)
class MemoryShape:
    """What the tag says of its memory. `blocks_per_read`: what one question may ask for."""

    dsfid: int
    block_size: int
    block_count: int
    blocks_per_read: int
    afi: int | None = None


async def read_memory(shape: MemoryShape, read_blocks: ReadBlocks) -> bytes | None:
    """The memory from byte 0 on; one read for nearly every tag. None when it could not be read."""
    head = min(-(-HEAD_BYTES // shape.block_size), shape.block_count)
    memory = await read_blocks(0, head)
    while memory is not None and len(memory) < _size(shape) and not is_enough(shape.dsfid, memory, shape.afi):
        first = len(memory) // shape.block_size
        more = await read_blocks(first, min(shape.blocks_per_read, shape.block_count - first))
        memory = None if more is None else memory + more
    return memory


def _size(shape: MemoryShape) -> int:
    return shape.block_size * shape.block_count
