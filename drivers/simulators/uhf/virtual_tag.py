"""UHF tags that do not exist: memory that outlives the pad they lie on."""

from __future__ import annotations

from typing import TypeAlias

from drivers.simulators.lying import Lying
from firmware_msgs.tags.content import TagContent
from firmware_msgs.tags.uhf import gaoxiao, iso28560_4
from firmware_msgs.tags.uhf.gen2 import (
    CRC_BYTES,
    PC_BYTES,
    WORD_BYTES,
    EpcBank,
    MemoryBank,
    crc16_gen2,
    decode_pc,
    encode_epc_bank,
)

EPC_WORDS = 16
USER_WORDS = 32
STRONG = -45  # dBm: a tag on the pad, not one on a shelf behind it


class UhfTag:
    """A Gen2 tag with a TID of 96 bits, which is its UID. What is written stays, wherever it lies next.

    `is_readable` False: it answers inventories, but lets nobody access it. `is_locked`: its EPC bank refuses writes.
    """

    def __init__(
        self,
        uid: str,
        bank: EpcBank,
        user_bank: bytes = b"",
        *,
        rssi_dbm: int = STRONG,
        is_readable: bool = True,
        is_locked: bool = False,
    ) -> None:
        self.uid = uid.upper()
        self.rssi_dbm = rssi_dbm
        self.is_readable = is_readable
        self.is_locked = is_locked
        self._pc_and_epc = bytearray(encode_epc_bank(bank).ljust((1 + EPC_WORDS) * WORD_BYTES, b"\0"))
        self._user = bytearray(user_bank.ljust(USER_WORDS * WORD_BYTES, b"\0"))

    @property
    def bank(self) -> EpcBank:
        """Its PC and EPC now."""
        pc = decode_pc(bytes(self._pc_and_epc[:PC_BYTES]))
        return EpcBank(pc, bytes(self._pc_and_epc[PC_BYTES:][: pc.words * WORD_BYTES]))

    @property
    def pc(self) -> bytes:
        """As a reader shows it."""
        return bytes(self._pc_and_epc[:PC_BYTES])

    @property
    def epc(self) -> bytes:
        """As a reader shows it."""
        return self.bank.epc

    @property
    def afi(self) -> int:
        """What its protocol control word says there."""
        return self.bank.pc.afi

    @property
    def crc(self) -> bytes:
        """Over PC and EPC, computed anew whenever they change."""
        return crc16_gen2(self.pc + self.epc).to_bytes(CRC_BYTES, "big")

    def memory(self, bank: MemoryBank) -> bytes:
        """All of one bank."""
        match bank:
            case MemoryBank.EPC:
                return self.crc + bytes(self._pc_and_epc)
            case MemoryBank.TID:
                return bytes.fromhex(self.uid)
            case MemoryBank.USER:
                return bytes(self._user)
            case _:
                return bytes(8)

    def read(self, bank: MemoryBank, first_word: int, words: int) -> bytes | None:
        """So much of a bank; None where there is no such memory."""
        data = self.memory(bank)[first_word * WORD_BYTES : (first_word + words) * WORD_BYTES]
        return data if words and len(data) == words * WORD_BYTES else None

    def write(self, bank: MemoryBank, first_word: int, data: bytes) -> bool:
        """Overwrite; False where that is not possible, and then nothing changed."""
        target, start = (self._pc_and_epc, first_word - 1) if bank is MemoryBank.EPC else (self._user, first_word)
        at = start * WORD_BYTES
        if bank not in (MemoryBank.EPC, MemoryBank.USER) or at < 0 or at + len(data) > len(target):
            return False
        if self.is_locked and bank is MemoryBank.EPC:
            return False
        target[at : at + len(data)] = data
        return True

    def matches(self, bank: MemoryBank, first_bit: int, bits: int, wanted: bytes) -> bool:
        """Whether the bank holds these bits there."""
        memory = self.memory(bank)
        here = _bits(memory)[first_bit : first_bit + bits]
        return len(here) == bits and here == _bits(wanted)[:bits]


def _bits(data: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in data)


def library_tag(uid: str, content: TagContent, afi: int) -> UhfTag:
    """A tag written in ISO 28560-4."""
    return UhfTag(uid, *iso28560_4.encode(content, afi))


def alliance_tag(uid: str, content: TagContent, *, on_loan: bool) -> UhfTag:
    """A tag written in the China university alliance's format."""
    return UhfTag(uid, *gaoxiao.encode(content, on_loan=on_loan))


UhfField: TypeAlias = Lying[UhfTag]
