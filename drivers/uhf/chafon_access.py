"""The tags of a Chafon reader. It asks one tag of a name, whichever answers: whether others share the name has to be
found out otherwise.
"""

from __future__ import annotations

from typing import Protocol, TypeAlias

from drivers.exchange import Exchange
from drivers.uhf.access import TID_WORDS, Inventory, Tag
from drivers.uhf.chafon_dialect import Answers
from firmware_msgs.chafon.answers import Inventory as Told
from firmware_msgs.chafon.answers import Memory, Refused, TagSeen
from firmware_msgs.chafon.requests import (
    Mask,
    ReadTag,
    Request,
    Selection,
    TakeInventory,
    TakeInventory288,
    Words,
    WriteTag,
)
from firmware_msgs.chafon.status import Status
from firmware_msgs.tags.uhf.gen2 import WORD_BYTES, MemoryBank

ChafonExchange: TypeAlias = Exchange[Request, Answers]

_TID = Words(0, TID_WORDS)
_TID_BITS = 8 * WORD_BYTES * TID_WORDS


class Model(Protocol):
    """Where the models differ."""

    def inventory(self) -> Request:
        """The question for all EPCs."""

    def selection(self, tag: Tag) -> Selection:
        """How to name one tag."""

    async def is_alone(self, exchange: ChafonExchange, tag: Tag) -> bool:
        """Whether a tag so named is no other's namesake."""


class ChafonAccess:
    """See `UhfAccess`. Tags weaker than `floor` (a UHFReader288's own numbers) are taken to lie elsewhere."""

    def __init__(self, exchange: ChafonExchange, model: Model, floor: int) -> None:
        self._exchange = exchange
        self._model = model
        self._floor = floor

    async def inventory(self) -> Inventory:
        """See `UhfAccess`."""
        seen = await _told(self._exchange, self._model.inventory())
        if seen is None:
            return Inventory((), whole=False)
        strong = dict.fromkeys(tag.number for tag in seen if tag.rssi is None or tag.rssi >= self._floor)
        return Inventory(tuple(strong), whole=True)

    async def identify(self, epc: bytes) -> tuple[str, ...]:
        """See `UhfAccess`; of several tags called so, one."""
        match await self._exchange.ask(ReadTag(epc, MemoryBank.TID, _TID)):
            case (Memory(data),) if len(data) == TID_WORDS * WORD_BYTES:
                return (data.hex().upper(),)
            case _:
                return ()

    async def read(self, tag: Tag, bank: MemoryBank, first_word: int, words: int) -> bytes | None:
        """See `UhfAccess`."""
        question = ReadTag(self._model.selection(tag), bank, Words(first_word, words))
        match await self._exchange.ask(question):
            case (Memory(data),):
                return data
            case _:
                return None

    async def write(self, tag: Tag, bank: MemoryBank, first_word: int, data: bytes) -> None:
        """See `UhfAccess`."""
        if await self._model.is_alone(self._exchange, tag):
            await self._exchange.ask(WriteTag(self._model.selection(tag), bank, first_word, data))


class Reader18:
    """See `Model`. Names tags by their EPC alone."""

    def inventory(self) -> Request:
        """See `Model`."""
        return TakeInventory()

    def selection(self, tag: Tag) -> Selection:
        """See `Model`."""
        return tag.epc

    async def is_alone(self, exchange: ChafonExchange, tag: Tag) -> bool:
        """See `Model`. As many different TIDs as EPCs answer: then no two tags share one."""
        epcs, tids = await _told(exchange, TakeInventory()), await _told(exchange, TakeInventory(_TID))
        if epcs is None or tids is None:
            return False
        names, identities = {seen.number for seen in epcs}, {seen.number for seen in tids}
        return tag.epc in names and bytes.fromhex(tag.uid) in identities and len(names) == len(identities)


class Reader288:
    """See `Model`. Names tags by their TID, which no two share."""

    def inventory(self) -> Request:
        """See `Model`."""
        return TakeInventory288()

    def selection(self, tag: Tag) -> Selection:
        """See `Model`."""
        return Mask(MemoryBank.TID, 0, _TID_BITS, bytes.fromhex(tag.uid))

    async def is_alone(self, _exchange: ChafonExchange, _tag: Tag) -> bool:
        """See `Model`."""
        return True


async def _told(exchange: ChafonExchange, question: Request) -> list[TagSeen] | None:
    """Every tag that a complete inventory tells; None when it is not complete."""
    answers = await exchange.ask(question)
    if answers == (Refused(Status.NO_TAG),):
        return []
    if answers is None or any(not isinstance(answer, Told) for answer in answers):
        return None
    parts = [answer for answer in answers if isinstance(answer, Told)]
    return [tag for part in parts for tag in part.tags] if parts[-1].status == Status.INVENTORY_DONE else None
