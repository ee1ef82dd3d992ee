"""The China university alliance's UHF format (高校联盟): what stands in the EPC, and in the user bank if there is one.

Byte 0: on loan (bit 7), reserved (6-4), sorting bin (3-0); byte 1: identifier coding (7-6), version - 1 (5-0); bytes
2-3: content bitmap of the user bank; then the identifier. The PC's ISO bit is clear. From dp2's published
implementation and tests; the document itself was not at hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.tags.positions import part_from
from firmware_msgs.tags.uhf.gaoxiao_id import IdCoding, coding_for, decode_id, encode_id
from firmware_msgs.tags.uhf.gaoxiao_user import (
    Element,
    UserElement,
    decode_content_bitmap,
    decode_library,
    decode_set_information,
    decode_usage,
    encode_content_bitmap,
    encode_library,
    encode_set_information,
    encode_user_bank,
)
from firmware_msgs.tags.uhf.gen2 import LONGEST_EPC_WORDS, WORD_BYTES, EpcBank, ProtocolControl

FORMAT = "gaoxiao"

_HEAD_BYTES = 4
_ON_LOAN = 0x80
_ID_FIELD_BYTES: Final = {IdCoding.BITS_96: 8, IdCoding.BITS_128: 12, IdCoding.UTF_8: 0}
_USAGES: Final = {
    (0, 0): Usage.CIRCULATING,
    (0, 1): Usage.NOT_CIRCULATING,
    (0, 2): Usage.DISCARDED,
    (0, 3): Usage.ACQUISITION,
    (1, 0): Usage.CIRCULATING,
    (1, 1): Usage.NOT_CIRCULATING,
    (1, 2): Usage.ACQUISITION,
}
_CARDS, _EQUIPMENT = 3, 4
_USAGES_BY_KIND: Final = {_CARDS: Usage.PATRON_CARD, _EQUIPMENT: Usage.EQUIPMENT}
_STORED_USAGES: Final = {
    Usage.CIRCULATING: b"\0\0",
    Usage.NOT_CIRCULATING: b"\0\1",
    Usage.DISCARDED: b"\0\2",
    Usage.ACQUISITION: b"\0\3",
    Usage.PATRON_CARD: bytes((_CARDS, 0)),
    Usage.EQUIPMENT: bytes((_EQUIPMENT, 0)),
}


@dataclass(frozen=True, slots=True)
class GaoxiaoEpc:
    """The EPC. `content_oids`: the elements that the user bank holds."""

    item_id: str
    coding: IdCoding
    on_loan: bool = False
    sort_bin: int = 0
    version: int = 1
    content_oids: tuple[int, ...] = ()
    reserved: int = 0


def decode_epc(bank: EpcBank) -> GaoxiaoEpc:
    """What the EPC says, or DecodeError, its position in the EPC, for one that is not of this format."""
    epc = bank.epc
    if bank.pc.iso:
        raise DecodeError("value", "the protocol control word says that this is an ISO tag")
    if len(epc) <= _HEAD_BYTES:
        raise DecodeError("truncated", f"this format takes more than {_HEAD_BYTES} bytes", len(epc))
    if epc[1] >> 6 not in list(IdCoding):
        raise DecodeError("value", "this coding of identifiers is not defined", 1)
    coding = IdCoding(epc[1] >> 6)
    with part_from(_HEAD_BYTES):
        item_id = decode_id(epc[_HEAD_BYTES:], coding)
    return GaoxiaoEpc(
        item_id=item_id,
        coding=coding,
        on_loan=bool(epc[0] & _ON_LOAN),
        sort_bin=epc[0] & 0xF,
        version=(epc[1] & 0x3F) + 1,
        content_oids=decode_content_bitmap(int.from_bytes(epc[2:4], "big")),
        reserved=epc[0] >> 4 & 7,
    )


def encode_epc(epc: GaoxiaoEpc) -> EpcBank:
    """The bank, its identifier padded to the coding's field; EncodeError when something does not fit."""
    if not (0 <= epc.sort_bin <= 0xF and 1 <= epc.version <= 0x40 and 0 <= epc.reserved <= 7):
        raise EncodeError(f"sorting bin {epc.sort_bin}, version {epc.version} cannot be written")
    head = (_ON_LOAN * epc.on_loan | epc.reserved << 4 | epc.sort_bin, epc.coding << 6 | epc.version - 1)
    item_id = encode_id(epc.item_id, epc.coding).ljust(_ID_FIELD_BYTES[epc.coding], b"\0")
    data = bytes(head) + encode_content_bitmap(epc.content_oids).to_bytes(2, "big") + item_id
    data += bytes(len(data) % WORD_BYTES)
    words = len(data) // WORD_BYTES
    if words > LONGEST_EPC_WORDS:
        raise EncodeError(f"the identifier makes the EPC {words} words long, {LONGEST_EPC_WORDS} are possible")
    return EpcBank(ProtocolControl(words, user_memory=bool(epc.content_oids)), data)


def recognises(bank: EpcBank) -> bool:
    """Whether nothing in PC and EPC speaks against this format, which has no mark of its own.

    The heads of GS1 EPCs set bit 6 or 5; with elements promised, the PC must say that there is user memory.
    """
    pc = bank.pc
    if pc.iso or pc.extended or pc.afi:
        return False
    try:
        epc = decode_epc(bank)
    except DecodeError:
        return False
    return epc.reserved <= 1 and (pc.user_memory or not epc.content_oids)


def needs_user_bank(epc: GaoxiaoEpc) -> bool:
    """Whether the user bank says more about the content."""
    return not {Element.OWNER, Element.SET_INFORMATION, Element.USAGE}.isdisjoint(epc.content_oids)


def content(epc: GaoxiaoEpc, elements: Iterable[UserElement] = ()) -> TagContent:
    """What the tag says; the owner is a university's five-digit code. DecodeError for an element of wrong length."""
    found = {element.oid: element.data for element in elements if element.data}
    owner, numbers = found.get(Element.OWNER), found.get(Element.SET_INFORMATION)
    parts, part = decode_set_information(numbers) if numbers else (0, 0)
    owner_code = decode_library(owner) if owner else ""
    stored = found.get(Element.USAGE)
    usage = Usage.NO_INFORMATION if stored is None else usage_of(stored)
    return TagContent(FORMAT, epc.item_id, owner_code, parts, part, usage)


def usage_of(data: bytes) -> Usage:
    """What kind of thing the two bytes of the usage element say it is."""
    kind, state = decode_usage(data)
    if kind in _USAGES_BY_KIND:
        return _USAGES_BY_KIND[kind]
    return _USAGES.get((kind, state), Usage.OTHER)


def encode(content: TagContent, *, on_loan: bool) -> tuple[EpcBank, bytes]:
    """EPC bank and user bank of a new tag, the latter with what the EPC has no place for; EncodeError when something
    cannot be written.
    """
    elements = tuple(_elements(content))
    epc = GaoxiaoEpc(
        item_id=content.item_id,
        coding=coding_for(content.item_id),
        on_loan=on_loan,
        content_oids=tuple(element.oid for element in elements),
    )
    return encode_epc(epc), encode_user_bank(elements) if elements else b""


def _elements(content: TagContent) -> Iterator[UserElement]:
    if content.owner_isil:
        yield UserElement(Element.OWNER, encode_library(content.owner_isil))
    if content.parts:
        yield UserElement(Element.SET_INFORMATION, encode_set_information(content.parts, content.part))
    if content.usage is not Usage.NO_INFORMATION:
        if content.usage not in _STORED_USAGES:
            raise EncodeError(f"{FORMAT} has no code for this usage")
        yield UserElement(Element.USAGE, _STORED_USAGES[content.usage])


def is_on_loan(epc: bytes) -> bool:
    """The security bit of an EPC."""
    return bool(epc[0] & _ON_LOAN)


def with_on_loan(epc: bytes, *, on_loan: bool) -> bytes:
    """The EPC with its security bit so, all else as it was."""
    first = epc[0] | _ON_LOAN if on_loan else epc[0] & ~_ON_LOAN
    return bytes((first,)) + epc[1:]
