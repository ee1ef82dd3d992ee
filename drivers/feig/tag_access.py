"""What a pad does with one tag: read what it says, set its security. Every question is repeated a bounded number of
times, for a tag at the edge of the field answers only now and then.
"""

from __future__ import annotations

from drivers.feig.exchange import Exchange
from firmware_msgs.config import AfiPair
from firmware_msgs.feig.answers import Blocks, SystemInformation
from firmware_msgs.feig.requests import MAX_READ_BYTES, GetSystemInformation, ReadBlocks, WriteAfi
from firmware_msgs.tags.content import TagContent, TagFault
from firmware_msgs.tags.detect import HEAD_BYTES, is_enough, read_content

READ_ATTEMPTS = 5  # fails less than once in 100 on a link that loses one frame in five; 0.1 s for a tag that left
WRITE_ATTEMPTS = 3  # each with its own read-back; what three could not do needs a person


class TagAccess:
    """The tags of one pad, by way of its exchange."""

    def __init__(self, exchange: Exchange, afi: AfiPair) -> None:
        self._exchange = exchange
        self._afi = afi

    async def read(self, uid: str) -> tuple[TagContent | TagFault, bool | None]:
        """The tag's content and whether it is secured, as far as either could be read."""
        information = await self._information(uid)
        if information is None:
            return TagFault.UNREADABLE, None
        memory = await self._memory(information)
        content = TagFault.UNREADABLE if memory is None else read_content(information.dsfid, memory)
        return content, self._meaning(information.afi)

    async def secure(self, uid: str, *, secured: bool) -> bool | None:
        """Write the AFI; what counts is only what is read back: that, or None when it could not be read after the last
        attempt.
        """
        afi = self._afi.secured if secured else self._afi.on_loan
        read_back: bool | None = None
        for _ in range(WRITE_ATTEMPTS):
            await self._exchange.ask(WriteAfi(uid, afi))
            information = await self._information(uid)
            read_back = None if information is None else self._meaning(information.afi)
            if read_back is secured:
                break
        return read_back

    def _meaning(self, afi: int) -> bool | None:
        return {self._afi.secured: True, self._afi.on_loan: False}.get(afi)

    async def _information(self, uid: str) -> SystemInformation | None:
        for _ in range(READ_ATTEMPTS):
            answer = await self._exchange.ask(GetSystemInformation(uid))
            if isinstance(answer, SystemInformation):
                return answer
        return None

    async def _memory(self, tag: SystemInformation) -> bytes | None:
        """As much as tells the content: one read for nearly every tag."""
        head = min(-(-HEAD_BYTES // tag.block_size), tag.block_count)
        memory = await self._blocks(tag, 0, head)
        while memory is not None and len(memory) < _size(tag) and not is_enough(tag.dsfid, memory):
            first = len(memory) // tag.block_size
            more = await self._blocks(tag, first, min(MAX_READ_BYTES // tag.block_size, tag.block_count - first))
            memory = None if more is None else memory + more
        return memory

    async def _blocks(self, tag: SystemInformation, first: int, count: int) -> bytes | None:
        for _ in range(READ_ATTEMPTS):
            answer = await self._exchange.ask(ReadBlocks(tag.uid, first, count))
            if isinstance(answer, Blocks):
                return answer.data
        return None


def _size(tag: SystemInformation) -> int:
    return tag.block_size * tag.block_count
