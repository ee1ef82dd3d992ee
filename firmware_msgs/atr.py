"""Answer to reset (ISO 7816-3, 8.2), and what a contactless reader says in it about a memory card (PC/SC part 3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import reduce
from operator import xor
from typing import Final

from firmware_msgs.errors import DecodeError, EncodeError

ATR_BYTES_MAX = 33
_DIRECT, _INVERSE = 0x3B, 0x3F
_STORAGE_CARD: Final = bytes.fromhex(
    "804F0CA000000306"
)  # category, tag and length, registered id of the PC/SC workgroup
_STORAGE_BYTES = 15  # the above, standard, name (2), four reserved


class CardStandard(Enum):
    """Which standard a contactless memory card follows (PC/SC part 3 supplement, byte SS)."""

    ISO14443A = "ISO 14443 A"
    ISO14443B = "ISO 14443 B"
    ISO15693 = "ISO 15693"
    FELICA = "FeliCa"
    OTHER = "other"


_STANDARDS: Final = {
    **dict.fromkeys((0x01, 0x02, 0x03), CardStandard.ISO14443A),
    **dict.fromkeys((0x05, 0x06, 0x07), CardStandard.ISO14443B),
    **dict.fromkeys((0x09, 0x0A, 0x0B, 0x0C), CardStandard.ISO15693),
    0x11: CardStandard.FELICA,
}

_MIFARE_CLASSIC: Final = frozenset({0x0001, 0x0002, 0x0026})  # 1K, 4K, Mini


@dataclass(frozen=True, slots=True)
class MemoryCard:
    """A contactless card without a processor. `name_code` is the registered number NN NN."""

    standard: CardStandard
    name_code: int

    @property
    def is_mifare_classic(self) -> bool:
        """Its blocks open with a key."""
        return self.name_code in _MIFARE_CLASSIC


def decode_atr(frame: bytes) -> MemoryCard | None:
    """The memory card that an answer to reset stands for; None: a card with a processor. Raises `DecodeError`."""
    if not 2 <= len(frame) <= ATR_BYTES_MAX:
        raise DecodeError("length", f"An answer to reset has 2 to {ATR_BYTES_MAX} bytes, not {len(frame)}")
    if frame[0] not in (_DIRECT, _INVERSE):
        raise DecodeError("value", "An answer to reset starts with 3B or 3F", 0)
    protocols, position = _interface_bytes(frame)
    end = position + (frame[1] & 0x0F)
    if len(frame) < end:
        raise DecodeError("truncated", "The historical bytes are cut off", len(frame))
    _check_tail(frame, end, checked=protocols != (0,))
    return _memory_card(frame[position:end])


def _interface_bytes(frame: bytes) -> tuple[tuple[int, ...], int]:
    """The protocols named by TD1, TD2, …, and where the historical bytes begin."""
    protocols: list[int] = []
    presence, position = frame[1] >> 4, 2
    while presence:
        position += presence.bit_count()
        if not presence & 0b1000:
            break
        if position > len(frame):
            raise DecodeError("truncated", "The interface bytes are cut off", len(frame))
        following = frame[position - 1]
        protocols.append(following & 0x0F)
        presence = following >> 4
    return tuple(dict.fromkeys(protocols)) or (0,), position


def _check_tail(frame: bytes, end: int, *, checked: bool) -> None:
    """The check byte TCK is absent when only T=0 is offered, else the XOR of T0 to TCK is 0 (8.2.5)."""
    if len(frame) != end + checked:
        raise DecodeError("length", f"{end + checked} bytes are announced, not {len(frame)}", end)
    if checked and reduce(xor, frame[1:]):
        raise DecodeError("checksum", "The check byte is wrong", end)


def _memory_card(historical: bytes) -> MemoryCard | None:
    if len(historical) != _STORAGE_BYTES or not historical.startswith(_STORAGE_CARD):
        return None
    standard = _STANDARDS.get(historical[8], CardStandard.OTHER)
    return MemoryCard(standard, int.from_bytes(historical[9:11]))


def encode_memory_card_atr(standard_code: int, name_code: int) -> bytes:
    """The answer to reset that a contactless reader makes up for a memory card (PC/SC part 3, 3.1.3.2.3)."""
    if not (0 <= standard_code <= 0xFF and 0 <= name_code <= 0xFFFF):
        raise EncodeError("A standard is one byte and a card name two")
    historical = _STORAGE_CARD + bytes((standard_code,)) + name_code.to_bytes(2) + bytes(4)
    body = bytes((0x80 | len(historical), 0x80, 0x01)) + historical
    return bytes((_DIRECT,)) + body + bytes((reduce(xor, body),))
