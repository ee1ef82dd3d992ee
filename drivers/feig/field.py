"""A FEIG reader's field. Every question is repeated a bounded number of times, for a tag at the edge of the field
answers only now and then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from drivers.exchange import Exchange
from drivers.feig.signals import CueSlot
from drivers.pad.field import Look
from drivers.pad.memory import MemoryShape, read_memory
from firmware_msgs.config import AfiPair
from firmware_msgs.feig.answers import Answer, Done, Refused
from firmware_msgs.feig.inventory import ItemTag
from firmware_msgs.feig.nxp import ResetEas, SenseEas, SetEas
from firmware_msgs.feig.requests import Request
from firmware_msgs.feig.status import Status
from firmware_msgs.feig.tag_answers import Blocks, Inventory, SystemInformation
from firmware_msgs.feig.tag_requests import MAX_READ_BYTES, GetSystemInformation, ReadBlocks, TakeInventory, WriteAfi
from firmware_msgs.tags.content import TagContent, TagFault
from firmware_msgs.tags.detect import read_content

READ_ATTEMPTS = 5  # fails less than once in 100 on a link that loses one frame in five; 0.1 s for a tag that left
WRITE_ATTEMPTS = 3  # each with its own read-back; what three could not do needs a person
MAX_ANSWERS_PER_LOOK = 16  # 24 tags an answer are more than any pad holds; a reader that always has more is confused

FeigExchange: TypeAlias = Exchange[Request, Answer]


@dataclass(frozen=True, slots=True)
class Security:
    """How items are secured here: by this pair of AFIs, and if so wished by NXP's EAS bit as well."""

    afi: AfiPair
    with_eas: bool = False


class FeigField:
    """See `TagField`."""

    def __init__(self, exchange: FeigExchange, security: Security, cues: CueSlot) -> None:
        self._exchange = exchange
        self._afi = security.afi
        self._with_eas = security.with_eas
        self._cues = cues

    async def look(self) -> Look:
        """See `TagField`. A cue is given first."""
        order = self._cues.take()
        if order is not None:
            await self._exchange.ask(order)
        uids: list[str] = []
        more = False
        for _ in range(MAX_ANSWERS_PER_LOOK):
            match await self._exchange.ask(TakeInventory(more)):
                case Inventory(tags, more):
                    uids += [tag.uid for tag in tags if isinstance(tag, ItemTag)]
                    if not more:
                        return Look(tuple(dict.fromkeys(uids)), whole=True)
                case Refused(status=Status.NO_TAG):
                    return Look(tuple(dict.fromkeys(uids)), whole=True)
                case _:
                    break
        return Look(tuple(dict.fromkeys(uids)), whole=False)

    async def read(self, uid: str) -> tuple[TagContent | TagFault, bool | None]:
        """See `TagField`."""
        tag = await self._information(uid)
        if tag is None:
            return TagFault.UNREADABLE, None
        shape = MemoryShape(tag.dsfid, tag.block_size, tag.block_count, MAX_READ_BYTES // tag.block_size, tag.afi)
        memory = await read_memory(shape, lambda first, count: self._blocks(uid, first, count))
        content = TagFault.UNREADABLE if memory is None else read_content(tag.dsfid, memory, tag.afi)
        return content, self._afi.meaning(tag.afi)

    async def secure(self, uid: str, *, secured: bool) -> bool | None:
        """See `TagField`."""
        read_back: bool | None = None
        for _ in range(WRITE_ATTEMPTS):
            read_back = await self._secure_once(uid, secured=secured)
            if read_back is secured:
                break
        return read_back

    async def _secure_once(self, uid: str, *, secured: bool) -> bool | None:
        await self._exchange.ask(WriteAfi(uid, self._afi.value(secured=secured)))
        eas = await self._switch_eas(uid, on=secured) if self._with_eas else None
        information = await self._information(uid)
        afi = None if information is None else self._afi.meaning(information.afi)
        return None if self._with_eas and eas is not afi else afi

    async def _switch_eas(self, uid: str, *, on: bool) -> bool | None:
        """The EAS bit as the tag told it afterwards. Silence means off; that the tag is still there, its AFI tells."""
        await self._exchange.ask(SetEas(uid) if on else ResetEas(uid))
        match await self._exchange.ask(SenseEas(uid)):
            case Done():
                return True
            case Refused(status=Status.NO_TAG):
                return False
            case _:
                return None

    async def _information(self, uid: str) -> SystemInformation | None:
        for _ in range(READ_ATTEMPTS):
            answer = await self._exchange.ask(GetSystemInformation(uid))
            if isinstance(answer, SystemInformation):
                return answer
        return None

    async def _blocks(self, uid: str, first: int, count: int) -> bytes | None:
        for _ in range(READ_ATTEMPTS):
            answer = await self._exchange.ask(ReadBlocks(uid, first, count))
            if isinstance(answer, Blocks):
                return answer.data
        return None
