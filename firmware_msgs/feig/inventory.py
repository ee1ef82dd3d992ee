"""The entries of an inventory: each kind of tag has its own form (transponder types of FEIG's SDK, FEDM_ISC.h).

Types up to 7F are HF, from 80 on UHF. Every UHF entry says its own length, so even unknown ones can be passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.feig.uids import UID_BYTES, uid_bytes, uid_text


class TagKind(IntEnum):
    """The transponder type."""

    ICODE_1 = 0x00
    TAG_IT = 0x01
    ISO_15693 = 0x03
    ISO_14443A = 0x04
    ISO_14443B = 0x05
    ICODE_EPC = 0x06
    ICODE_UID = 0x07
    JEWEL = 0x08
    ISO_18000_3M3 = 0x09
    SR176 = 0x0A
    SRIX = 0x0B
    MCRF = 0x0C
    KEYBOARD = 0x0E
    ASK_CTX = 0x11
    GENERIC = 0x7F
    ISO_18000_6A = 0x80
    ISO_18000_6B = 0x81
    EM4222 = 0x83
    EPC_CLASS_1_GEN_2 = 0x84
    EPC_CLASS_0 = 0x88
    EPC_CLASS_1_GEN_1 = 0x89


@dataclass(frozen=True, slots=True)
class ItemTag:
    """An ISO 15693 tag in the field."""

    uid: str
    dsfid: int


@dataclass(frozen=True, slots=True)
class OtherTag:
    """Anything else: somebody's bus or bank card, a UHF tag; never an item of an HF pad. `info` are the bytes between
    type and UID (without a length), `uid` is an EPC where the tag has one.
    """

    kind: int
    info: bytes
    uid: str


FieldTag: TypeAlias = ItemTag | OtherTag

_UHF = 0x80
_TRIPLE_SIZE = 0x04  # in the first byte of info: the UID has ten bytes instead of seven
_DOUBLE_SIZE_UID, _TRIPLE_SIZE_UID = 7, 10
_EPC_HEADER = 0xC0  # of the first byte: all 0 for 96 bits, else 64
_LONG_EPC, _SHORT_EPC = 12, 8

_FIXED: Final = {  # bytes of info, bytes of UID
    TagKind.ICODE_1: (1, 8),
    TagKind.TAG_IT: (1, 8),
    TagKind.ISO_14443B: (1, 8),
    TagKind.ICODE_UID: (0, 19),
    TagKind.JEWEL: (2, 6),
    TagKind.SR176: (1, 8),
    TagKind.SRIX: (1, 8),
    TagKind.ASK_CTX: (4, 8),
}
_COUNTED: Final = {  # bytes of info; then a byte that counts those of the UID
    TagKind.ISO_18000_3M3: 1,
    TagKind.MCRF: 0,
    TagKind.KEYBOARD: 0,
    TagKind.GENERIC: 1,
}


def decode_tag(cursor: Cursor) -> FieldTag:
    """The next entry. Raises DecodeError for a kind whose length is unknown, for the rest cannot be read then."""
    kind = cursor.byte()
    if kind == TagKind.ISO_15693:
        dsfid = cursor.byte()
        return ItemTag(uid_text(cursor.take(UID_BYTES)), dsfid)
    info, uid = _parts(kind, cursor)
    return OtherTag(kind, info, uid_text(uid))


def _parts(kind: int, cursor: Cursor) -> tuple[bytes, bytes]:
    if kind in _FIXED:
        info_bytes, id_bytes = _FIXED[TagKind(kind)]
        return cursor.take(info_bytes), cursor.take(id_bytes)
    if kind == TagKind.ISO_14443A:
        info = cursor.take(2)
        return info, cursor.take(_TRIPLE_SIZE_UID if info[0] & _TRIPLE_SIZE else _DOUBLE_SIZE_UID)
    if kind == TagKind.ICODE_EPC:
        header = cursor.take(1)
        return b"", header + cursor.take((_SHORT_EPC if header[0] & _EPC_HEADER else _LONG_EPC) - 1)
    info = cursor.take(_info_bytes(kind))
    return info, cursor.take(cursor.byte())


def _info_bytes(kind: int) -> int:
    if kind & _UHF:
        return 1
    if kind in _COUNTED:
        return _COUNTED[TagKind(kind)]
    raise DecodeError("value", f"tags of type {kind:02X} have an unknown length, so the rest cannot be read")


def encode_tag(tag: FieldTag) -> bytes:
    """The entry, or EncodeError when the tag's parts are not of its kind."""
    if isinstance(tag, ItemTag):
        return bytes((TagKind.ISO_15693, tag.dsfid)) + uid_bytes(tag.uid)
    uid = bytes.fromhex(tag.uid)
    counted = tag.kind in _COUNTED or tag.kind & _UHF
    entry = bytes((tag.kind,)) + tag.info + (bytes((len(uid),)) if counted else b"") + uid
    _check(entry, tag)
    return entry


def _check(entry: bytes, tag: OtherTag) -> None:
    cursor = Cursor(entry)
    try:
        same = decode_tag(cursor) == tag
        cursor.end()
    except DecodeError as error:
        raise EncodeError(f"no tag of type {tag.kind:02X}: {error.detail}") from error
    if not same:
        raise EncodeError(f"no tag of type {tag.kind:02X} has these parts")
