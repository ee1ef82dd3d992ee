"""The stream of bytes that a printer gets, cut into texts and commands: what a simulated printer needs to know what is
on its paper. Commands it does not know are taken to have no data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from firmware_msgs.buffer import ReceiveBuffer

MAX_COMMAND_BYTES = 80 * 1024
"""The largest command accepted: a raster image of 960 rows on the widest paper has 68 KiB."""

TEXT_MAX_BYTES = 1024
"""A text is handed on when it is so long, or when a command follows."""

_FIRST_PRINTABLE = 0x20
_RASTER, _CODE, _GRAPHICS = b"\x1dv0", b"\x1d(k", b"\x1d(L"
_CUT_WITH_FEED = (0x41, 0x42)

_DATA_BYTES: Final = {
    b"\x10\x04": 1,
    b"\x10\x14": 8,
    b"\x1b!": 1,
    b"\x1b-": 1,
    b"\x1b2": 0,
    b"\x1b3": 1,
    b"\x1b@": 0,
    b"\x1bE": 1,
    b"\x1bJ": 1,
    b"\x1bM": 1,
    b"\x1ba": 1,
    b"\x1bd": 1,
    b"\x1bt": 1,
    b"\x1c&": 0,
    b"\x1c.": 0,
    b"\x1d!": 1,
    b"\x1dB": 1,
    b"\x1dV": 1,
    b"\x1da": 1,
    b"\x1dr": 1,
}
_ESCAPES: Final = frozenset(code[0] for code in _DATA_BYTES)


@dataclass(frozen=True, slots=True)
class Text:
    """Characters in the printer's present encoding."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Command:
    """A control character, or an escape sequence and its data."""

    code: bytes
    data: bytes = b""


Order: TypeAlias = Text | Command


class OrderDecoder:
    """Bytes in, texts and commands out, the same at every split."""

    def __init__(self) -> None:
        self._buffer = ReceiveBuffer(MAX_COMMAND_BYTES)

    @property
    def buffered(self) -> int:
        """How many bytes wait for the rest of an order; never more than MAX_COMMAND_BYTES."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Order]:
        """The orders that these bytes complete."""
        orders: list[Order] = []
        while data:
            data = self._buffer.feed(data)
            held, at = self._buffer.peek(), 0
            while (taken := _order_at(held, at)) is not None:
                order, at = taken
                orders.append(order)
            self._buffer.commit(at)
        return orders

    def reset(self) -> None:
        """Forget an order begun."""
        self._buffer.commit(len(self._buffer))


def _order_at(held: bytes, at: int) -> tuple[Order, int] | None:
    """The order that starts here and where it ends; None while it is incomplete."""
    if at >= len(held):
        return None
    if held[at] >= _FIRST_PRINTABLE:
        return _text_at(held, at)
    if held[at] not in _ESCAPES:
        return Command(held[at : at + 1]), at + 1
    head = _head_bytes(held, at)
    if head is None:
        return None
    code_end, end = at + head[0], at + head[0] + head[1]
    return (Command(held[at:code_end], held[code_end:end]), end) if end <= len(held) else None


def _text_at(held: bytes, at: int) -> tuple[Order, int] | None:
    end = at
    while end < len(held) and held[end] >= _FIRST_PRINTABLE and end - at < TEXT_MAX_BYTES:
        end += 1
    is_whole = end < len(held) or end - at == TEXT_MAX_BYTES
    return (Text(held[at:end]), end) if is_whole else None


def _head_bytes(held: bytes, at: int) -> tuple[int, int] | None:
    """How many bytes the sequence's code has, and its data; None while they cannot be told."""
    if len(held) < at + 3 and held[at : at + 2] not in (b"\x1b@", b"\x1b2", b"\x1c&", b"\x1c."):
        return None
    code = held[at : at + 3]
    if code in (_RASTER, _CODE, _GRAPHICS):
        return _long_head_bytes(code, held[at:])
    size = _DATA_BYTES.get(code[:2], 0)
    if code[:2] == b"\x1dV" and code[2] in _CUT_WITH_FEED:
        size += 1
    return 2, size


def _long_head_bytes(code: bytes, held: bytes) -> tuple[int, int] | None:
    size_at, head = (4, 8) if code == _RASTER else (3, 5)
    if len(held) < head:
        return None
    first = int.from_bytes(held[size_at : size_at + 2], "little")
    rows = int.from_bytes(held[size_at + 2 : head], "little") if code == _RASTER else 1
    size = head - len(code) + first * rows
    return (len(code), size) if len(code) + size <= MAX_COMMAND_BYTES else (len(code), 0)
