"""The field of a UHF reader as a pad's. A tag is known by its TID, for its EPC may change when its security is set.

Every question is repeated a bounded number of times, for a tag at the edge of the field answers only now and then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from drivers.pad.field import Look
from drivers.uhf.access import TID_WORDS, Tag, UhfAccess
from firmware_msgs.config import AfiPair
from firmware_msgs.tags.content import TagContent, TagFault
from firmware_msgs.tags.uhf.detect import BankWrite, is_enough, meaning, read_content, security_write
from firmware_msgs.tags.uhf.gen2 import EPC_AT, PC_AT, PC_BYTES, WORD_BYTES, EpcBank, MemoryBank, decode_pc

READ_ATTEMPTS = 5  # fails less than once in 100 on a link that loses one frame in five
WRITE_ATTEMPTS = 3  # each with its own read-back; what three could not do needs a person
USER_STEP_WORDS = 8  # owner, set and usage fit; more at once costs air time for nothing
MAX_USER_WORDS = 256  # four times what common tags have; a reader that always has more is confused


class UhfField:
    """See `TagField`."""

    def __init__(self, access: UhfAccess, afi: AfiPair) -> None:
        self._access = access
        self._afi = afi
        self._called: dict[bytes, tuple[str, ...]] = {}

    async def look(self) -> Look:
        """See `TagField`. An EPC that is new, or that several tags share, is asked for its TIDs; what does not tell one
        is asked again at the next look.
        """
        inventory = await self._access.inventory()
        called: dict[bytes, tuple[str, ...]] = {}
        for epc in inventory.epcs:
            known = self._called.get(epc, ())
            called[epc] = known if len(known) == 1 else await self._access.identify(epc)
        self._called = called if inventory.whole else self._called | called
        return Look(tuple(dict.fromkeys(uid for uids in called.values() for uid in uids)), inventory.whole)

    async def read(self, uid: str) -> tuple[TagContent | TagFault, bool | None]:
        """See `TagField`."""
        found = await self._find(uid, self._names(uid))
        if found is None:
            return TagFault.UNREADABLE, None
        tag, bank = found
        user_bank = await self._user_bank(tag, bank)
        content = TagFault.UNREADABLE if user_bank is None else read_content(bank, user_bank, self._afi)
        return content, meaning(bank, self._afi)

    async def secure(self, uid: str, *, secured: bool) -> bool | None:
        """See `TagField`. A tag that says so already is not written; one that shares its EPC never is."""
        found = await self._find(uid, self._names(uid))
        for _ in range(WRITE_ATTEMPTS):
            if found is None:
                break
            tag, bank = found
            change = security_write(bank, self._afi, secured=secured)
            if meaning(bank, self._afi) is secured or change is None:
                break
            await self._access.write(tag, MemoryBank.EPC, change.first_word, change.data)
            found = await self._find(uid, (_name_after(bank, change), bank.epc))
        return None if found is None else meaning(found[1], self._afi)

    def _names(self, uid: str) -> tuple[bytes, ...]:
        return tuple(epc for epc, uids in self._called.items() if uid in uids)

    async def _find(self, uid: str, names: Iterable[bytes]) -> tuple[Tag, EpcBank] | None:
        """The tag under one of the names it should have, or else under whichever it has, and its PC and EPC as they
        stand in memory. None also when it shares its name.
        """
        for _ in range(READ_ATTEMPTS):
            for epc in names:
                tag = Tag(uid, epc)
                bank = await self._bank(tag) if await self._is_alone(tag) else None
                if bank is not None:
                    return tag, bank
            names = filter(self._may_be(uid), (await self._access.inventory()).epcs)
        return None

    def _may_be(self, uid: str) -> Callable[[bytes], bool]:
        """Whether the tag could be the one called so: not where it is known to be another."""
        return lambda epc: len(uids := self._called.get(epc, ())) != 1 or uid in uids

    async def _is_alone(self, tag: Tag) -> bool:
        uids = await self._access.identify(tag.epc)
        if uids:
            self._called[tag.epc] = uids
        return uids == (tag.uid,)

    async def _bank(self, tag: Tag) -> EpcBank | None:
        data = await self._read(tag, MemoryBank.EPC, PC_AT, 1 + len(tag.epc) // WORD_BYTES)
        if data is None:
            return None
        bank = EpcBank(decode_pc(data[:PC_BYTES]), data[PC_BYTES:])
        return bank if bank.epc == tag.epc and bank.pc.words * WORD_BYTES == len(bank.epc) else None

    async def _user_bank(self, tag: Tag, bank: EpcBank) -> bytes | None:
        """As much as tells the content, or all there is."""
        memory = b""
        while len(memory) < MAX_USER_WORDS * WORD_BYTES and not is_enough(bank, memory, self._afi):
            first = len(memory) // WORD_BYTES
            more = await self._read(tag, MemoryBank.USER, first, USER_STEP_WORDS)
            more = more or await self._read(tag, MemoryBank.USER, first, 1)
            if more is None:  # the memory ends here if the tag still answers
                still_here = await self._read(tag, MemoryBank.TID, 0, TID_WORDS)
                return None if still_here is None else memory
            memory += more
        return memory

    async def _read(self, tag: Tag, bank: MemoryBank, first_word: int, words: int) -> bytes | None:
        for _ in range(READ_ATTEMPTS):
            data = await self._access.read(tag, bank, first_word, words)
            if data is not None and len(data) == words * WORD_BYTES:
                return data
        return None


def _name_after(bank: EpcBank, change: BankWrite) -> bytes:
    """What the tag is called once the change took."""
    if change.first_word != EPC_AT:
        return bank.epc
    return change.data + bank.epc[len(change.data) :]
