"""The chip that a content is to be written on."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_msgs.errors import BlockLockedError

BLOCK_BYTES = 4
"""What nearly every ISO 15693 chip has."""


@dataclass(frozen=True, slots=True)
class Chip:
    """`memory`: what it holds now, as far as it was read; needed where blocks are `locked`."""

    block_count: int
    block_bytes: int = BLOCK_BYTES
    memory: bytes = b""
    locked: frozenset[int] = frozenset()

    @property
    def capacity(self) -> int:
        """In bytes."""
        return self.block_count * self.block_bytes

    def in_blocks(self, memory: bytes) -> bytes:
        """Filled up with zeros to whole blocks."""
        return memory + bytes(-len(memory) % self.block_bytes)

    def blocks_of(self, start: int, stop: int) -> frozenset[int]:
        """The blocks that hold any of these bytes."""
        return frozenset(range(start // self.block_bytes, -(-stop // self.block_bytes)))

    def keep_locked(self, memory: bytes) -> bytes:
        """`memory`, to be written from byte 0 on; BlockLockedError when that would change a locked block."""
        for block in sorted(self.locked & self.blocks_of(0, len(memory))):
            place = slice(block * self.block_bytes, (block + 1) * self.block_bytes)
            if memory[place] != self.memory[place]:
                raise BlockLockedError(block, "other bytes")
        return memory
