"""Tags that do not exist: memory that outlives the pad they lie on."""

from __future__ import annotations

from enum import Enum

from drivers.simulators.lying import Lying
from firmware_msgs.iso15693 import TagError
from firmware_msgs.tags import iso28560_2, iso28560_3
from firmware_msgs.tags.chip import Chip
from firmware_msgs.tags.content import TagContent

ICODE_SLIX_BLOCKS = 28
BLOCK_BYTES = 4
IC_REFERENCE = 0x01


class TagState(Enum):
    """What a tag listens to, until the field that feeds it goes off (ISO 15693-3, state machine)."""

    READY = "ready"
    QUIET = "quiet"  # only to what bears its UID
    SELECTED = "selected"


class VirtualTag:
    """An ISO 15693 tag like an NXP ICODE SLIX. What is written or locked stays so, wherever it lies next.

    `is_readable` False: it answers inventories, but no question of its own (a torn antenna). What is asked of it and
    cannot be done is answered with the tag's own error.
    """

    def __init__(
        self,
        uid: str,
        memory: bytes = b"",
        *,
        dsfid: int = 0,
        afi: int = 0,
        block_count: int = ICODE_SLIX_BLOCKS,
        is_readable: bool = True,
    ) -> None:
        self.uid = uid.upper()
        self.dsfid = dsfid
        self.afi = afi
        self.eas = False
        self.block_count = block_count
        self.is_readable = is_readable
        self.state = TagState.READY
        self.is_afi_locked = False
        self.is_dsfid_locked = False
        self.locked_blocks: set[int] = set()
        self._memory = bytearray(memory.ljust(block_count * BLOCK_BYTES, b"\0"))

    @property
    def memory(self) -> bytes:
        """All of it."""
        return bytes(self._memory)

    def has_blocks(self, first: int, count: int) -> bool:
        """Whether these blocks exist."""
        return count > 0 and first + count <= self.block_count

    def blocks(self, first: int, count: int) -> list[bytes]:
        """Their contents."""
        return [self.memory[at * BLOCK_BYTES :][:BLOCK_BYTES] for at in range(first, first + count)]

    def write_block(self, index: int, data: bytes) -> TagError | None:
        """Overwrite one block."""
        if not self.has_blocks(index, 1):
            return TagError.NO_SUCH_BLOCK
        if index in self.locked_blocks:
            return TagError.LOCKED
        self._memory[index * BLOCK_BYTES : (index + 1) * BLOCK_BYTES] = data
        return None

    def lock_block(self, index: int) -> TagError | None:
        """Keep it as it is for ever."""
        if not self.has_blocks(index, 1):
            return TagError.NO_SUCH_BLOCK
        if index in self.locked_blocks:
            return TagError.ALREADY_LOCKED
        self.locked_blocks.add(index)
        return None

    def write_afi(self, afi: int) -> TagError | None:
        """Change the application family."""
        if self.is_afi_locked:
            return TagError.LOCKED
        self.afi = afi
        return None

    def lock_afi(self) -> TagError | None:
        """Keep it as it is for ever."""
        was_locked, self.is_afi_locked = self.is_afi_locked, True
        return TagError.ALREADY_LOCKED if was_locked else None

    def write_dsfid(self, dsfid: int) -> TagError | None:
        """Change the data storage format."""
        if self.is_dsfid_locked:
            return TagError.LOCKED
        self.dsfid = dsfid
        return None

    def lock_dsfid(self) -> TagError | None:
        """Keep it as it is for ever."""
        was_locked, self.is_dsfid_locked = self.is_dsfid_locked, True
        return TagError.ALREADY_LOCKED if was_locked else None


def library_tag(uid: str, content: TagContent, afi: int, block_count: int = ICODE_SLIX_BLOCKS) -> VirtualTag:
    """A tag written in the format that `content` names: ISO 28560-2, or else 28560-3."""
    if content.format == iso28560_2.FORMAT:
        memory, dsfid = iso28560_2.encode(iso28560_2.tag_of(content), Chip(block_count)).memory, iso28560_2.DSFID
    else:
        memory = iso28560_3.encode(iso28560_3.DanishTag(content), block_count * BLOCK_BYTES)
        dsfid = iso28560_3.DSFID
    return VirtualTag(uid, memory, dsfid=dsfid, afi=afi, block_count=block_count)


class Field(Lying[VirtualTag]):
    """A tag that comes, or whose field was off, listens to everything."""

    def place(self, tag: VirtualTag) -> None:
        """See `Lying`."""
        if self.get(tag.uid) is None:
            tag.state = TagState.READY
        super().place(tag)

    def reset(self) -> None:
        """Switch off and on."""
        for tag in self:
            tag.state = TagState.READY
