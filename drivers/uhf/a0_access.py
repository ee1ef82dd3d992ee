"""The tags of an A0 reader. It tells every tag that is called so, so that a name which two tags share shows."""

from __future__ import annotations

from typing import TypeAlias

from drivers.exchange import Exchange
from drivers.uhf.a0_dialect import Answers
from drivers.uhf.access import TID_WORDS, Inventory, Tag
from firmware_msgs.tags.uhf.gen2 import MemoryBank
from firmware_msgs.uhf_a0.answers import Done, InventoryDone, TagRead, TagSeen, crc_holds
from firmware_msgs.uhf_a0.requests import FASTEST, Command, ReadTags, Request, SetAccessMatch, Setting, WriteTags

A0Exchange: TypeAlias = Exchange[Request, Answers]


class A0Access:
    """See `UhfAccess`. Tags weaker than `floor_dbm` are taken to lie elsewhere."""

    def __init__(self, exchange: A0Exchange, floor_dbm: int) -> None:
        self._exchange = exchange
        self._floor_dbm = floor_dbm
        self._selected: bytes | None = None

    async def inventory(self) -> Inventory:
        """See `UhfAccess`. The reader counts what it told, so that a lost frame shows."""
        answers = await self._exchange.ask(Setting(Command.REAL_TIME_INVENTORY, FASTEST)) or ()
        seen = [answer for answer in answers if isinstance(answer, TagSeen)]
        ends = [answer.total_reads for answer in answers if isinstance(answer, InventoryDone)]
        strong = dict.fromkeys(tag.epc for tag in seen if tag.rssi_dbm >= self._floor_dbm)
        return Inventory(tuple(strong), whole=ends == [len(seen)])

    async def identify(self, epc: bytes) -> tuple[str, ...]:
        """See `UhfAccess`."""
        answers = await self._read(epc, MemoryBank.TID, 0, TID_WORDS)
        return tuple(answer.data.hex().upper() for answer in answers)

    async def read(self, tag: Tag, bank: MemoryBank, first_word: int, words: int) -> bytes | None:
        """See `UhfAccess`."""
        answers = await self._read(tag.epc, bank, first_word, words)
        return answers[0].data if len(answers) == 1 else None

    async def write(self, tag: Tag, bank: MemoryBank, first_word: int, data: bytes) -> None:
        """See `UhfAccess`. The selection is made anew, for a reader that restarted has forgotten it."""
        self._selected = None
        if await self.identify(tag.epc) == (tag.uid,):
            await self._exchange.ask(WriteTags(bank, first_word, data))

    async def _read(self, epc: bytes, bank: MemoryBank, first_word: int, words: int) -> tuple[TagRead, ...]:
        """What each tag called so answered; nothing when any answer is not to be trusted."""
        if not await self._select(epc):
            return ()
        answers = await self._exchange.ask(ReadTags(bank, first_word, words)) or ()
        read = tuple(answer for answer in answers if isinstance(answer, TagRead))
        if all(answer.epc == epc and crc_holds(answer) for answer in read):
            return read
        self._selected = None
        return ()

    async def _select(self, epc: bytes) -> bool:
        if self._selected != epc:
            self._selected = None
            if await self._exchange.ask(SetAccessMatch(epc)) == (Done(),):
                self._selected = epc
        return self._selected == epc
