"""Commands to contactless memory cards, which the reader carries out (PC/SC part 3, 3.2.2.1): the card number, reading,
writing, and MIFARE's keys.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final, TypeAlias

from firmware_msgs.apdu import GET_UID, SHORT_DATA_MAX, SHORT_LE_MAX, Command
from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError

CLASS = 0xFF
KEY_BYTES = 6
MIFARE_BLOCK_BYTES = 16

_LOAD_KEY, _AUTHENTICATE, _READ, _WRITE = 0x82, 0x86, 0xB0, 0xD6
_IN_READERS_MEMORY = 0x20  # key structure, bit 5: kept without power
_AUTHENTICATE_VERSION = 0x01


class KeyType(IntEnum):
    """Which of a sector's two keys."""

    A = 0x60
    B = 0x61


@dataclass(frozen=True, slots=True)
class GetUid:
    """The card's number."""


@dataclass(frozen=True, slots=True)
class LoadKey:
    """Put a key into one of the reader's slots. The key stays out of every text made of this. `kept`: also without
    power.
    """

    key: bytes = field(repr=False)
    slot: int = 0
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Open the sector of `block` with the key in `slot`."""

    block: int
    key_type: KeyType
    slot: int = 0


@dataclass(frozen=True, slots=True)
class ReadBinary:
    """`count` bytes from `block` (of an ISO 15693 tag, a page or a MIFARE block)."""

    block: int
    count: int


@dataclass(frozen=True, slots=True)
class UpdateBinary:
    """Overwrite from `block` on."""

    block: int
    data: bytes


StorageCommand: TypeAlias = GetUid | LoadKey | Authenticate | ReadBinary | UpdateBinary


def encode_storage(command: StorageCommand) -> Command:
    """The command as an APDU. Raises `EncodeError`."""
    apdu: Command
    match command:
        case GetUid():
            apdu = GET_UID
        case LoadKey(key, slot, kept):
            if len(key) != KEY_BYTES:
                raise EncodeError(f"a MIFARE key has {KEY_BYTES} bytes")
            apdu = Command(CLASS, _LOAD_KEY, _IN_READERS_MEMORY if kept else 0, slot, key)
        case Authenticate(block, key_type, slot):
            high, low = _two_bytes(block)
            apdu = Command(CLASS, _AUTHENTICATE, 0, 0, _as_bytes(_AUTHENTICATE_VERSION, high, low, key_type, slot))
        case ReadBinary(block, count):
            high, low = _two_bytes(block)
            apdu = Command(CLASS, _READ, high, low, expected=count)
        case UpdateBinary(block, data):
            if not 0 < len(data) <= SHORT_DATA_MAX:
                raise EncodeError(f"1 to {SHORT_DATA_MAX} bytes can be written at once, not {len(data)}")
            high, low = _two_bytes(block)
            apdu = Command(CLASS, _WRITE, high, low, data)
    return apdu


def _two_bytes(block: int) -> bytes:
    try:
        return block.to_bytes(2)
    except OverflowError as error:
        raise EncodeError(f"there is no block {block}") from error


def _as_bytes(*values: int) -> bytes:
    try:
        return bytes(values)
    except ValueError as error:
        raise EncodeError("a key's slot is one byte") from error


def decode_storage(apdu: Command) -> StorageCommand:
    """What an APDU asks of the reader. Raises `DecodeError`."""
    if replace(apdu, expected=GET_UID.expected) == GET_UID and apdu.expected is not None:
        return GetUid()
    if apdu.cla != CLASS or apdu.ins not in (_LOAD_KEY, _AUTHENTICATE, _READ, _WRITE):
        raise DecodeError("command", "This is no command to a memory card", 1)
    if apdu.ins in (_LOAD_KEY, _AUTHENTICATE):
        return _load_key(apdu) if apdu.ins == _LOAD_KEY else _authenticate(apdu)
    block = apdu.p1 << 8 | apdu.p2
    if apdu.ins == _WRITE and apdu.data and apdu.expected is None:
        return UpdateBinary(block, apdu.data)
    if apdu.ins == _READ and not apdu.data and apdu.expected is not None and apdu.expected <= SHORT_LE_MAX:
        return ReadBinary(block, apdu.expected)
    raise DecodeError("length", "Reading tells how much is wanted, writing brings data", 4)


def _load_key(apdu: Command) -> LoadKey:
    if apdu.p1 not in (0, _IN_READERS_MEMORY) or apdu.expected is not None:
        raise DecodeError("value", "A key for a card is loaded in the clear", 2)
    if len(apdu.data) != KEY_BYTES:
        raise DecodeError("length", f"A MIFARE key has {KEY_BYTES} bytes, not {len(apdu.data)}", 4)
    return LoadKey(apdu.data, apdu.p2, kept=apdu.p1 == _IN_READERS_MEMORY)


def _authenticate(apdu: Command) -> Authenticate:
    cursor = Cursor(apdu.data)
    version, block = cursor.byte(), int.from_bytes(cursor.take(2))
    key_type, slot = cursor.take(2)
    cursor.end()
    if (apdu.p1, apdu.p2, version) != (0, 0, _AUTHENTICATE_VERSION) or key_type not in _KEY_TYPES:
        raise DecodeError("value", "This is no authentication that PC/SC describes", 2)
    return Authenticate(block, KeyType(key_type), slot)


_KEY_TYPES: Final = frozenset(KeyType)
