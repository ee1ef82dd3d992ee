"""Which UHF tags of a capture are items, and what may be told of the others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count, takewhile
from typing import Final

from firmware_msgs.config import AfiPair
from firmware_msgs.errors import DecodeError
from firmware_msgs.pseudonyms import Pseudonyms
from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.tags.uhf.detect import read_content
from firmware_msgs.tags.uhf.gen2 import (
    PC_AT,
    PC_BYTES,
    WORD_BYTES,
    EpcBank,
    MemoryBank,
    ProtocolControl,
    decode_pc,
    encode_pc,
)

TID_BYTES: Final = 12
_TID_KEPT_BYTES: Final = 4
"""Of a stand-in TID: E2, the chip's maker and model, which are the same on millions."""

_BLANK_EPC: Final = b"\xe2"
"""With this in front an EPC is one from the factory: no stand-in can be taken for a library's."""


@dataclass(slots=True)
class _Memory:
    words: dict[int, bytes] = field(default_factory=dict)
    is_torn: bool = False
    """It was read twice with different results: one of the two may be another tag's."""

    def hold(self, first_word: int, data: bytes) -> None:
        for at in range(0, len(data), WORD_BYTES):
            word = data[at : at + WORD_BYTES]
            self.is_torn |= self.words.setdefault(first_word + at // WORD_BYTES, word) != word

    def data(self) -> bytes:
        """As far as it was read without a gap."""
        return b"".join(self.words[number] for number in takewhile(self.words.__contains__, count()))


class UhfLedger:
    """First `seen`, `named` and `holds` for all of a capture, then the rest. A tag is an item when what it says is
    understood, and is no patron's card. A tag is the one with its TID, for its EPC may change.
    """

    def __init__(self, afi: AfiPair, pseudonyms: Pseudonyms) -> None:
        self._afi = afi
        self._pseudonyms = pseudonyms
        self._pcs: dict[bytes, set[bytes]] = defaultdict(set)
        self._tids: dict[bytes, set[bytes]] = defaultdict(set)
        self._epcs: dict[bytes, set[bytes]] = defaultdict(set)
        self._user: dict[bytes, _Memory] = defaultdict(_Memory)

    def seen(self, pc: bytes, epc: bytes) -> None:
        """An EPC under its protocol control word."""
        self._pcs[epc].add(pc)

    def named(self, epc: bytes, tid: bytes) -> None:
        """The tag with this TID is called so."""
        if len(tid) == TID_BYTES:
            self._tids[epc].add(tid)
            self._epcs[tid].add(epc)

    def holds(self, name: bytes, bank: MemoryBank, first_word: int, data: bytes) -> None:
        """What the tag with this EPC or TID holds."""
        if bank is MemoryBank.USER:
            self._user[name].hold(first_word, data)
        elif bank is MemoryBank.TID and first_word == 0:
            self.named(name, data)
        elif bank is MemoryBank.EPC and first_word == PC_AT and len(data) > PC_BYTES:
            self.seen(data[:PC_BYTES], data[PC_BYTES:])

    def is_item(self, name: bytes) -> bool:
        """Whether the tag with this EPC or TID may be told as it is."""
        epcs = self._epcs.get(name, {name})
        return bool(epcs) and all(map(self._says_item, epcs))

    def epc(self, epc: bytes) -> bytes:
        """Its own, or a stand-in."""
        if self.is_item(epc):
            return epc
        return (_BLANK_EPC + bytes.fromhex(self._pseudonyms.uid(epc.hex(), kept=0))[1:])[: len(epc)]

    def pc(self, pc: bytes, epc: bytes) -> bytes:
        """Its own, or one that says no more than how long the EPC is."""
        return pc if self.is_item(epc) else encode_pc(ProtocolControl(decode_pc(pc).words))

    def tid(self, tid: bytes) -> bytes:
        """Its own, or a stand-in; zeros for part of one."""
        if self.is_item(tid) and tid in self._epcs:
            return tid
        is_whole = len(tid) == TID_BYTES
        return bytes.fromhex(self._pseudonyms.uid(tid.hex(), kept=_TID_KEPT_BYTES)) if is_whole else bytes(len(tid))

    def data(self, name: bytes, bank: MemoryBank, first_word: int, data: bytes) -> bytes:
        """What the tag with this EPC or TID holds, or as much of it as names nobody. Passwords never."""
        if bank is MemoryBank.TID and first_word == 0:
            return self.tid(data)
        if bank is not MemoryBank.RESERVED and self.is_item(name):
            return data
        if bank is MemoryBank.EPC and first_word == PC_AT and len(data) > PC_BYTES:
            pc, epc = data[:PC_BYTES], data[PC_BYTES:]
            return self.pc(pc, epc) + self.epc(epc)
        return bytes(len(data))

    def _says_item(self, epc: bytes) -> bool:
        """Each time it was seen. An EPC that two tags share tells nothing of either."""
        tids = self._tids.get(epc, set())
        names = {epc, *tids}.union(*(self._epcs[tid] for tid in tids))
        memories = [self._user[name] for name in names if name in self._user]
        if len(tids) > 1 or any(memory.is_torn for memory in memories) or not self._pcs.get(epc):
            return False
        user_bank = max((memory.data() for memory in memories), key=len, default=b"")
        return all(self._is_item(pc, epc, user_bank) for pc in self._pcs[epc])

    def _is_item(self, pc: bytes, epc: bytes, user_bank: bytes) -> bool:
        try:
            content = read_content(EpcBank(decode_pc(pc), epc), user_bank, self._afi)
        except DecodeError:
            return False
        return isinstance(content, TagContent) and content.usage is not Usage.PATRON_CARD
