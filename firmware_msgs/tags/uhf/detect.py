"""From a UHF tag's banks to what they say and whether the item is secured, whatever the format."""

from __future__ import annotations

from dataclasses import dataclass

from firmware_msgs.config import AfiPair
from firmware_msgs.errors import DecodeError
from firmware_msgs.tags.content import TagContent, TagFault
from firmware_msgs.tags.uhf import gaoxiao, iso28560_4
from firmware_msgs.tags.uhf.gaoxiao_user import decode_user_bank
from firmware_msgs.tags.uhf.gen2 import EPC_AT, PC_AT, WORD_BYTES, EpcBank, encode_pc

_FACTORY_EPC = 0xE2  # as delivered, many tags carry the beginning of their TID there


@dataclass(frozen=True, slots=True)
class BankWrite:
    """Words to write into the EPC bank."""

    first_word: int
    data: bytes


def detect(bank: EpcBank, afi: AfiPair) -> str | None:
    """The name of the format: ISO's by a library's AFI, the university alliance's when nothing speaks against it."""
    if bank.pc.iso:
        return iso28560_4.FORMAT if afi.meaning(bank.pc.afi) is not None else None
    return gaoxiao.FORMAT if not is_blank(bank) and gaoxiao.recognises(bank) else None


def is_blank(bank: EpcBank) -> bool:
    """Nothing was written since manufacture."""
    return not any(bank.epc) or (not bank.pc.iso and not bank.pc.afi and bank.epc[0] == _FACTORY_EPC)


def read_content(bank: EpcBank, user_bank: bytes, afi: AfiPair) -> TagContent | TagFault:
    """What the tag says, or why it cannot be told."""
    if is_blank(bank):
        return TagFault.BLANK
    if detect(bank, afi) is None:
        return TagFault.UNKNOWN_FORMAT
    try:
        return _decode(bank, user_bank, whole=True)
    except DecodeError:
        return TagFault.DAMAGED


def is_enough(bank: EpcBank, user_bank: bytes, afi: AfiPair) -> bool:
    """Whether more of the user bank than this first part would tell nothing more about the content."""
    if is_blank(bank) or detect(bank, afi) is None or not bank.pc.user_memory:
        return True
    try:
        _decode(bank, user_bank, whole=False)
    except DecodeError as error:
        return error.kind != "truncated"
    return True


def _decode(bank: EpcBank, user_bank: bytes, *, whole: bool) -> TagContent:
    if bank.pc.iso:
        return iso28560_4.decode(bank, user_bank, whole=whole)
    epc = gaoxiao.decode_epc(bank)
    if not gaoxiao.needs_user_bank(epc):
        return gaoxiao.content(epc)
    return gaoxiao.content(epc, decode_user_bank(user_bank, whole=whole))


def meaning(bank: EpcBank, afi: AfiPair) -> bool | None:
    """Whether the item is secured; None for a tag that does not tell."""
    match detect(bank, afi):
        case iso28560_4.FORMAT:
            return iso28560_4.meaning(bank.pc, afi)
        case gaoxiao.FORMAT:
            return not gaoxiao.is_on_loan(bank.epc)
        case _:
            return None


def security_write(bank: EpcBank, afi: AfiPair, *, secured: bool) -> BankWrite | None:
    """What to write to set the security; None for a tag that has no place for it. In the alliance's format this
    changes the EPC, in ISO's it does not.
    """
    match detect(bank, afi):
        case iso28560_4.FORMAT:
            return BankWrite(PC_AT, encode_pc(iso28560_4.with_security(bank.pc, afi, secured=secured)))
        case gaoxiao.FORMAT:
            return BankWrite(EPC_AT, gaoxiao.with_on_loan(bank.epc, on_loan=not secured)[:WORD_BYTES])
        case _:
            return None
