"""What a Chafon reader answers, as typed values. The command byte tells what an answer is about; an inventory may be
answered in several frames. Two-way: the simulated firmware encodes what the driver decodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from firmware_msgs.chafon.frames import READER_ADDRESS, Frame
from firmware_msgs.chafon.requests import Command
from firmware_msgs.chafon.status import Status, status_words, tag_error_words
from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError

_INVENTORIES: Final = frozenset({Command.INVENTORY, Command.SINGLE_INVENTORY})
_TAGS_FOLLOW: Final = frozenset(
    {
        Status.INVENTORY_DONE,
        Status.INVENTORY_OUT_OF_TIME,
        Status.INVENTORY_MORE,
        Status.INVENTORY_MEMORY_FULL,
    }
)
_WITH_TID = 0x80
_FAST_TID_BYTES = 12
_TOTAL_BYTES = 4


class Layout(Enum):
    """How inventories are told: UHFReader288 adds the antenna, and each tag's strength."""

    READER_18 = "uhfreader18"
    READER_288 = "uhfreader288"


@dataclass(frozen=True, slots=True)
class Done:
    """The request was carried out; there is nothing more to say."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Any status but success. `tag_error` is the tag's own error code where there is one."""

    status: int
    tag_error: int | None = None

    def __str__(self) -> str:
        words = status_words(self.status)
        return words if self.tag_error is None else f"{words} {tag_error_words(self.tag_error)}"


@dataclass(frozen=True, slots=True)
class TagSeen:
    """`number` is the tag's EPC, or its TID where that was asked for. `rssi` counts without a known unit."""

    number: bytes
    rssi: int | None = None
    tid: bytes | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """Tags told in one frame. `status` says whether more frames follow, and whether tags may be missing; `antenna` has
    a bit for each antenna that heard them.
    """

    status: int
    tags: tuple[TagSeen, ...]
    antenna: int | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers of the last inventory (UHFReader288), for which the top bit of its `q` asks."""

    antenna: int
    read_rate: int
    total_reads: int


@dataclass(frozen=True, slots=True)
class Memory:
    """Words of a tag."""

    data: bytes


@dataclass(frozen=True, slots=True)
class ReaderInformation:
    """What a reader is. `highest` and `lowest` channel with the band's number above; `scan_time` counts 100 ms; `more`
    are bytes that newer models add.
    """

    version: tuple[int, int]
    reader_type: int
    tag_types: int
    highest: int
    lowest: int
    power_dbm: int
    scan_time: int
    more: bytes = b""


Answer: TypeAlias = Done | Refused | Inventory | Statistics | Memory | ReaderInformation


def decode_answer(frame: Frame, layout: Layout) -> Answer:
    """What the frame says, or DecodeError when it cannot be an answer."""
    cursor = Cursor(frame.data)
    answer = _decode(frame.command, cursor.byte(), cursor, layout)
    cursor.end()
    return answer


def _decode(command: int, status: int, cursor: Cursor, layout: Layout) -> Answer:
    if status == Status.TAG_ERROR:
        return Refused(status, cursor.byte())
    if command in _INVENTORIES:
        return _decode_inventory(status, cursor, layout)
    if status != Status.SUCCESS:
        return Refused(status)
    if command == Command.READ:
        return Memory(cursor.rest())
    if command == Command.READER_INFORMATION:
        major, minor, reader_type, tag_types, highest, lowest, power_dbm, scan_time = cursor.take(8)
        return ReaderInformation(
            (major, minor), reader_type, tag_types, highest, lowest, power_dbm, scan_time, cursor.rest()
        )
    return Done()


def _decode_inventory(status: int, cursor: Cursor, layout: Layout) -> Answer:
    if status == Status.STATISTICS:
        return Statistics(cursor.byte(), cursor.word(), int.from_bytes(cursor.take(_TOTAL_BYTES)))
    if status not in _TAGS_FOLLOW:
        return Refused(status)
    antenna = cursor.byte() if layout is Layout.READER_288 else None
    tags = tuple(_decode_tag(cursor, layout) for _ in range(cursor.byte()))
    return Inventory(status, tags, antenna)


def _decode_tag(cursor: Cursor, layout: Layout) -> TagSeen:
    size = cursor.byte()
    if layout is Layout.READER_18:
        if not size:
            raise DecodeError("value", "a tag without a number is told")
        return TagSeen(cursor.take(size))
    number = cursor.take(size & ~_WITH_TID)
    if not size & _WITH_TID:
        return TagSeen(number, cursor.byte())
    if len(number) < _FAST_TID_BYTES:
        raise DecodeError("length", "a TID is announced that does not fit")
    return TagSeen(number[:-_FAST_TID_BYTES], cursor.byte(), number[-_FAST_TID_BYTES:])


def encode_answer(command: Command, answer: Answer, address: int = READER_ADDRESS) -> Frame:
    """The answer to `command` as a frame, or EncodeError when a value does not fit the wire."""
    try:
        data = _data(answer)
    except (ValueError, OverflowError) as error:
        raise EncodeError(f"{type(answer).__name__} does not fit the wire: {error}") from error
    return Frame(command, data, address)


def _data(answer: Answer) -> bytes:
    match answer:
        case Done():
            return bytes((Status.SUCCESS,))
        case Refused(status, tag_error):
            return bytes((status,)) if tag_error is None else bytes((status, tag_error))
        case Inventory(status, tags, antenna):
            head = (status, len(tags)) if antenna is None else (status, antenna, len(tags))
            return bytes(head) + b"".join(part for tag in tags for part in _tag_parts(tag))
        case Statistics(antenna, read_rate, total):
            counted = read_rate.to_bytes(2, "big") + total.to_bytes(_TOTAL_BYTES, "big")
            return bytes((Status.STATISTICS, antenna)) + counted
        case Memory(data):
            return bytes((Status.SUCCESS,)) + data
        case ReaderInformation(version, more=more) as known:
            numbers = (known.reader_type, known.tag_types, known.highest, known.lowest, known.power_dbm)
            return bytes((Status.SUCCESS, *version, *numbers, known.scan_time)) + more


def _tag_parts(tag: TagSeen) -> Iterator[bytes]:
    number = tag.number + (tag.tid or b"")
    yield bytes((len(number) | (_WITH_TID if tag.tid else 0),))
    yield number
    if tag.rssi is not None:
        yield bytes((tag.rssi,))
