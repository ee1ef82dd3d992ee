"""The EPC bank of a Gen2 (ISO/IEC 18000-63) tag: CRC-16, protocol control word, and what a reader calls the EPC.

The tag computes the CRC itself, so nobody writes it; readers and dumps may or may not show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from firmware_msgs.checksums import crc16_ccitt_false
from firmware_msgs.errors import DecodeError, EncodeError

WORD_BYTES = 2
CRC_BYTES = 2
PC_BYTES = 2
LONGEST_EPC_WORDS = 31
"""As much as the length field can say."""

PC_AT, EPC_AT = 1, 2
"""Word addresses in the EPC bank, behind the CRC at 0."""


class MemoryBank(IntEnum):
    """A tag's four memories."""

    RESERVED = 0
    EPC = 1
    TID = 2
    USER = 3


_WORDS_SHIFT = 11
_USER_MEMORY, _EXTENDED, _ISO = 0x0400, 0x0200, 0x0100
_AFI_MASK = 0xFF


def crc16_gen2(data: bytes) -> int:
    """Poly 1021, preset FFFF, final XOR FFFF (GS1 Gen2 annex F); sent high byte first."""
    return crc16_ccitt_false(data) ^ 0xFFFF


@dataclass(frozen=True, slots=True)
class ProtocolControl:
    """The PC word. `words`: length of the EPC; `user_memory`: something is written there; `extended`: an XPC word
    exists; `iso`: `afi` is an ISO application family, else it holds EPCglobal's attribute bits.
    """

    words: int
    user_memory: bool = False
    extended: bool = False
    iso: bool = False
    afi: int = 0


@dataclass(frozen=True, slots=True)
class EpcBank:
    """PC and EPC (for ISO tags: the UII), as many bytes as the PC says."""

    pc: ProtocolControl
    epc: bytes


def decode_pc(data: bytes) -> ProtocolControl:
    """The PC word in exactly two bytes."""
    if len(data) != PC_BYTES:
        raise DecodeError("length", f"a protocol control word has {PC_BYTES} bytes", min(len(data), PC_BYTES))
    word = int.from_bytes(data, "big")
    return ProtocolControl(
        words=word >> _WORDS_SHIFT,
        user_memory=bool(word & _USER_MEMORY),
        extended=bool(word & _EXTENDED),
        iso=bool(word & _ISO),
        afi=word & _AFI_MASK,
    )


def encode_pc(pc: ProtocolControl) -> bytes:
    """The two bytes, or EncodeError."""
    if not 0 <= pc.words <= LONGEST_EPC_WORDS or not 0 <= pc.afi <= _AFI_MASK:
        raise EncodeError(f"a protocol control word cannot say {pc.words} words, AFI {pc.afi}")
    flags = _USER_MEMORY * pc.user_memory | _EXTENDED * pc.extended | _ISO * pc.iso
    return (pc.words << _WORDS_SHIFT | flags | pc.afi).to_bytes(PC_BYTES, "big")


def decode_epc_bank(data: bytes) -> EpcBank:
    """PC and EPC, with or without the CRC in front. A bank that was read whole goes on behind its EPC: that is left
    out, but only where the CRC proves the EPC's end.

    DecodeError: `truncated`, `length`, or `checksum` where there is a CRC and it is wrong.
    """
    if len(data) < PC_BYTES:
        raise DecodeError("truncated", "an EPC bank has at least a protocol control word", len(data))
    behind_crc = data[CRC_BYTES:]
    covered = _covered(behind_crc)
    if covered and int.from_bytes(data[:CRC_BYTES], "big") == crc16_gen2(covered):
        return _bank(covered)
    if _covered(data) == data:
        return _bank(data)
    if covered == behind_crc:
        raise DecodeError("checksum", "the CRC of the EPC bank is wrong", 0)
    raise DecodeError("length", "the EPC is not as long as its protocol control word says", len(data))


def _covered(data: bytes) -> bytes | None:
    """The PC in front with as many bytes as it says; None when they are not all there."""
    if len(data) < PC_BYTES:
        return None
    end = PC_BYTES + decode_pc(data[:PC_BYTES]).words * WORD_BYTES
    return data[:end] if end <= len(data) else None


def _bank(data: bytes) -> EpcBank:
    return EpcBank(decode_pc(data[:PC_BYTES]), data[PC_BYTES:])


def encode_epc_bank(bank: EpcBank, *, with_crc: bool = False) -> bytes:
    """PC and EPC, with the CRC in front when asked for; EncodeError when the PC does not fit the EPC."""
    if bank.pc.words * WORD_BYTES != len(bank.epc):
        raise EncodeError(f"the protocol control word says {bank.pc.words} words, the EPC has {len(bank.epc)} bytes")
    data = encode_pc(bank.pc) + bank.epc
    return crc16_gen2(data).to_bytes(CRC_BYTES, "big") + data if with_crc else data
