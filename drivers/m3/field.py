"""A 3M reader's field. Every question is repeated a bounded number of times, for a tag at the edge of the field answers
only now and then.
"""

from __future__ import annotations

from typing import TypeAlias

from drivers.exchange import Exchange
from drivers.pad.field import Look
from firmware_msgs.config import AfiPair
from firmware_msgs.m3_810.answers import NO_TAG, Afi, Answer, Blocks, Inventory, Refused
from firmware_msgs.m3_810.questions import (
    BLOCK_BYTES,
    PLAIN,
    WITH_DSFID,
    GetAfi,
    Question,
    ReadBlocks,
    TakeInventory,
    WriteAfi,
)
from firmware_msgs.tags.content import TagContent, TagFault
from firmware_msgs.tags.detect import is_enough, read_content

READ_ATTEMPTS = 5  # fails less than once in 100 on a link that loses one frame in five
WRITE_ATTEMPTS = 3  # each with its own read-back; what three could not do needs a person
HEAD_BLOCKS = 12  # 48 bytes tell the content of nearly every tag
SMALL_TAG_BLOCKS = 8  # a tag that refuses so many is a small one of 32 bytes, all of which is then read
MORE_BLOCKS = 4  # a divisor of every known tag's size, so that no block at its end is missed
BLOCK_COUNT_MAX = 256  # a block's number is one byte

M3Exchange: TypeAlias = Exchange[Question, Answer]


class M3Field:
    """See `TagField`. The reader tells no tag's size: more is read until it refuses."""

    def __init__(self, exchange: M3Exchange, afi: AfiPair) -> None:
        self._exchange = exchange
        self._afi = afi
        self._tell = WITH_DSFID
        self._dsfids: dict[str, int] = {}

    async def look(self) -> Look:
        """See `TagField`. A reader that refuses to tell DSFIDs (the older firmware's recordings never ask for them) is
        asked without from then on.
        """
        answer = await self._exchange.ask(TakeInventory(self._tell))
        if isinstance(answer, Inventory):
            self._dsfids = {tag.uid: tag.dsfid or 0 for tag in answer.tags}
            return Look(tuple(self._dsfids), whole=True)
        if isinstance(answer, Refused):
            self._tell = PLAIN
        return Look((), whole=False)

    async def read(self, uid: str) -> tuple[TagContent | TagFault, bool | None]:
        """See `TagField`."""
        dsfid = self._dsfids.get(uid, 0)
        memory = await self._memory(uid, dsfid)
        content = read_content(dsfid, memory) if memory else TagFault.UNREADABLE
        return content, await self._is_secured(uid)

    async def secure(self, uid: str, *, secured: bool) -> bool | None:
        """See `TagField`."""
        read_back: bool | None = None
        for _ in range(WRITE_ATTEMPTS):
            await self._exchange.ask(WriteAfi(uid, self._afi.value(secured=secured)))
            read_back = await self._is_secured(uid)
            if read_back is secured:
                break
        return read_back

    async def _is_secured(self, uid: str) -> bool | None:
        afi = await self._read_afi(uid)
        return None if afi is None else self._afi.meaning(afi)

    async def _read_afi(self, uid: str) -> int | None:
        for _ in range(READ_ATTEMPTS):
            answer = await self._exchange.ask(GetAfi(uid))
            if isinstance(answer, Afi):
                return answer.value
        return None

    async def _memory(self, uid: str, dsfid: int) -> bytes | None:
        """As much as tells the content. None: it could not be read."""
        memory = await self._blocks(uid, 0, HEAD_BLOCKS)
        if memory == b"":
            return await self._blocks(uid, 0, SMALL_TAG_BLOCKS)
        while memory is not None and not is_enough(dsfid, memory):
            more = await self._blocks(uid, len(memory) // BLOCK_BYTES, MORE_BLOCKS)
            if more == b"":  # the memory ends here if the tag still answers
                return memory if await self._read_afi(uid) is not None else None
            memory = None if more is None else memory + more
        return memory

    async def _blocks(self, uid: str, first: int, count: int) -> bytes | None:
        """Empty: the reader refuses, for the tag has no such block or is gone. None: no answer came."""
        if first + count > BLOCK_COUNT_MAX:
            return b""
        answer: Answer | None = None
        for _ in range(READ_ATTEMPTS):
            answer = await self._exchange.ask(ReadBlocks(uid, first, count))
            if isinstance(answer, Blocks):
                return answer.data
            if isinstance(answer, Refused) and answer.error != NO_TAG:
                break
        return b"" if isinstance(answer, Refused) else None
