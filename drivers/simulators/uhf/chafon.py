"""The firmware side of a Chafon reader: requests in, answers and their times out. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from drivers.simulators.faults import LineFaults
from drivers.simulators.firmware import Reply
from drivers.simulators.uhf.timing import inventory_s, read_s, serial_s, write_s
from drivers.simulators.uhf.virtual_tag import UhfField, UhfTag
from firmware_msgs.chafon.answers import (
    Answer,
    Done,
    Inventory,
    Layout,
    Memory,
    ReaderInformation,
    Refused,
    TagSeen,
    encode_answer,
)
from firmware_msgs.chafon.frames import (
    ANY_ADDRESS,
    BAUDRATE,
    READER_ADDRESS,
    Frame,
    FrameDecoder,
    encode_frame,
)
from firmware_msgs.chafon.request_codec import decode_request
from firmware_msgs.chafon.requests import (
    Command,
    Mask,
    Plain,
    ReadTag,
    Request,
    Selection,
    Setting,
    TakeInventory,
    TakeInventory288,
    WriteTag,
    command_of,
)
from firmware_msgs.chafon.status import Status
from firmware_msgs.errors import DecodeError
from firmware_msgs.tags.uhf.gen2 import WORD_BYTES, MemoryBank

TAGS_PER_FRAME = 12
_MAX_POWER_DBM = 30
_INFORMATION = ReaderInformation((2, 36), 0x09, 0x03, 0x4E, 0x00, power_dbm=30, scan_time=10)
_TYPE_288 = 0x0C
_FIRST_ANTENNA = 1
_RSSI_OFFSET = 129
_NO_SUCH_MEMORY, _MEMORY_LOCKED = 0x03, 0x04


class ChafonFirmware:
    """One reader over one field. `pace` scales all times; 0 answers at once."""

    def __init__(self, field: UhfField, layout: Layout = Layout.READER_18, *, pace: float = 1.0) -> None:
        self.field = field
        self.faults = LineFaults()
        self.information = _INFORMATION
        if layout is Layout.READER_288:
            self.information = replace(_INFORMATION, reader_type=_TYPE_288)
        self._layout = layout
        self._pace = pace
        self._decoder = FrameDecoder()

    def feed(self, data: bytes) -> list[Reply]:
        """The replies to the requests that these bytes complete, in order."""
        return [reply for frame in self._decoder.feed(data) for reply in self._replies(frame)]

    def _replies(self, frame: Frame) -> Iterator[Reply]:
        if frame.address not in (ANY_ADDRESS, READER_ADDRESS) or self.faults.takes_frame():
            return
        try:
            request = decode_request(frame)
        except DecodeError:
            yield self._timed(Frame(frame.command, bytes((Status.PARAMETER_ERROR,)), READER_ADDRESS), 0)
            return
        before_s = self._pace * (serial_s(len(encode_frame(frame)), BAUDRATE) + self._air_s(request))
        before_s += self.faults.lateness_s()
        for answer in self._answers(request):
            if not self.faults.takes_frame():
                yield self._timed(encode_answer(command_of(request), answer), before_s)
            before_s = 0.0

    def _timed(self, frame: Frame, before_s: float) -> Reply:
        sent = encode_frame(frame)
        return Reply(self.faults.damage(sent), before_s + self._pace * serial_s(len(sent), BAUDRATE))

    def _air_s(self, request: Request) -> float:
        match request:
            case TakeInventory() | TakeInventory288() | Plain(Command.SINGLE_INVENTORY):
                return inventory_s([len(tag.epc) // WORD_BYTES for tag in self.field])
            case ReadTag(tag, place=place):
                return read_s(_words(tag), place.words)
            case WriteTag(tag, data=data):
                return write_s(_words(tag), len(data) // WORD_BYTES)
            case _:
                return 0.0

    def _answers(self, request: Request) -> list[Answer]:
        match request:
            case TakeInventory(tid):
                seen = [
                    tag.epc if tid is None else tag.read(MemoryBank.TID, tid.first_word, tid.words)
                    for tag in self.field
                    if tid is None or tag.is_readable
                ]
                return self._inventory([TagSeen(number) for number in seen if number is not None])
            case TakeInventory288():
                return self._inventory([TagSeen(tag.epc, tag.rssi_dbm + _RSSI_OFFSET) for tag in self.field])
            case Plain(Command.SINGLE_INVENTORY):
                return self._inventory([self._seen(tag) for tag in self.field][:1])
            case _:
                answer = self._answer(request)
                return [] if answer is None else [answer]

    def _seen(self, tag: UhfTag) -> TagSeen:
        return TagSeen(tag.epc, tag.rssi_dbm + _RSSI_OFFSET if self._layout is Layout.READER_288 else None)

    def _inventory(self, seen: list[TagSeen]) -> list[Answer]:
        if not seen:
            return [Refused(Status.NO_TAG)]
        antenna = _FIRST_ANTENNA if self._layout is Layout.READER_288 else None
        parts = [tuple(seen[at : at + TAGS_PER_FRAME]) for at in range(0, len(seen), TAGS_PER_FRAME)]
        *earlier, last = parts
        told: list[Answer] = [Inventory(Status.INVENTORY_MORE, part, antenna) for part in earlier]
        return [*told, Inventory(Status.INVENTORY_DONE, last, antenna)]

    def _answer(self, request: Request) -> Answer | None:
        match request:
            case ReadTag(tag):
                found = self._selected(tag)
                return Refused(Status.NO_TAG) if found is None else _read(found, request)
            case WriteTag(tag):
                found = self._selected(tag)
                return Refused(Status.NO_TAG) if found is None else self._write(found, request)
            case Plain(Command.READER_INFORMATION):
                return self.information
            case Setting(Command.SET_POWER, value) if value > _MAX_POWER_DBM:
                return Refused(Status.PARAMETER_ERROR)
            case Setting(Command.SET_POWER, value):
                self.information = replace(self.information, power_dbm=value)
            case Setting(Command.SET_SCAN_TIME, value):
                self.information = replace(self.information, scan_time=value)
            case _:
                pass
        return Done()

    def _selected(self, wanted: Selection) -> UhfTag | None:
        """The first that fits: the reader asks one tag, whichever answers."""
        return next((tag for tag in self.field if tag.is_readable and _is(tag, wanted)), None)

    def _write(self, tag: UhfTag, request: WriteTag) -> Answer | None:
        torn = self.faults.tears_write()
        if torn is False:
            return None
        is_written = tag.write(request.bank, request.first_word, request.data)
        if torn:
            return None
        return Done() if is_written else Refused(Status.TAG_ERROR, _MEMORY_LOCKED)


def _is(tag: UhfTag, wanted: Selection) -> bool:
    if isinstance(wanted, Mask):
        return tag.matches(wanted.bank, wanted.first_bit, wanted.bits, wanted.data)
    return wanted in (b"", tag.epc)


def _read(tag: UhfTag, request: ReadTag) -> Answer:
    data = tag.read(request.bank, request.place.first_word, request.place.words)
    return Refused(Status.TAG_ERROR, _NO_SUCH_MEMORY) if data is None else Memory(data)


def _words(tag: Selection) -> int:
    return len(tag.data if isinstance(tag, Mask) else tag) // WORD_BYTES
