"""The firmware side of an A0 reader: requests in, answers and their times out. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.simulators.faults import LineFaults
from drivers.simulators.firmware import Reply
from drivers.simulators.uhf.timing import inventory_s, read_s, serial_s, write_s
from drivers.simulators.uhf.virtual_tag import UhfField, UhfTag
from firmware_msgs.errors import DecodeError
from firmware_msgs.tags.uhf.gen2 import WORD_BYTES
from firmware_msgs.uhf_a0.answer_codec import INVENTORIES, encode_answer
from firmware_msgs.uhf_a0.answers import (
    AccessMatch,
    Answer,
    Done,
    FastSwitchDone,
    FirmwareVersion,
    InventoryDone,
    OutputPower,
    Refused,
    TagChanged,
    TagRead,
    TagSeen,
    Temperature,
    Value,
)
from firmware_msgs.uhf_a0.frames import (
    ANY_ADDRESS,
    BAUDRATE,
    READER_ADDRESS,
    Frame,
    FrameDecoder,
    encode_frame,
)
from firmware_msgs.uhf_a0.request_codec import decode_request
from firmware_msgs.uhf_a0.requests import (
    Command,
    Plain,
    ReadTags,
    Request,
    SetAccessMatch,
    SetOutputPower,
    Setting,
    WriteTags,
    command_of,
)
from firmware_msgs.uhf_a0.status import Status

_VERSION = FirmwareVersion(3, 7)
_CHANNEL = 0x10
_FACTORY_POWER_DBM = 30
_MAX_POWER_DBM = 33
_RSSI_OFFSET = 129
_MAX_READ_WORDS = 32  # many readers stop here


class A0Firmware:
    """One reader over one field. `pace` scales all times; 0 answers at once."""

    def __init__(self, field: UhfField, *, pace: float = 1.0) -> None:
        self.field = field
        self.faults = LineFaults()
        self.power_dbm = _FACTORY_POWER_DBM
        self.antenna = 0
        self._match: bytes | None = None
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
            yield self._timed(Frame(frame.command, bytes((Status.PARAMETER_INVALID,)), READER_ADDRESS), 0)
            return
        before_s = self._pace * (serial_s(len(encode_frame(frame)), BAUDRATE) + self._air_s(request))
        before_s += self.faults.lateness_s()
        for answer in list(self._answers(request)):
            if not self.faults.takes_frame():
                yield self._timed(encode_answer(command_of(request), answer), before_s)
            before_s = 0.0

    def _timed(self, frame: Frame, before_s: float) -> Reply:
        sent = encode_frame(frame)
        return Reply(self.faults.damage(sent), before_s + self._pace * serial_s(len(sent), BAUDRATE))

    def _air_s(self, request: Request) -> float:
        words = [len(tag.epc) // WORD_BYTES for tag in self._selected()]
        match request:
            case _ if command_of(request) in INVENTORIES:
                return inventory_s([len(tag.epc) // WORD_BYTES for tag in self.field])
            case ReadTags(words=count):
                return sum(read_s(epc_words, count) for epc_words in words)
            case WriteTags(data=data):
                return sum(write_s(epc_words, len(data) // WORD_BYTES) for epc_words in words)
            case _:
                return 0.0

    def _answers(self, request: Request) -> Iterator[Answer]:
        match request:
            case _ if command_of(request) in INVENTORIES:
                yield from self._inventory(command_of(request))
            case ReadTags():
                yield from self._read(request)
            case WriteTags():
                yield from self._write(request)
            case _:
                yield self._reader_answer(request)

    def _reader_answer(self, request: Request) -> Answer:
        match request:
            case SetAccessMatch(epc):
                self._match = epc
            case SetOutputPower(dbm):
                if max(dbm) > _MAX_POWER_DBM:
                    return Refused(Status.POWER_OUT_OF_RANGE)
                self.power_dbm = dbm[0]
            case Setting(Command.SET_WORK_ANTENNA, antenna):
                self.antenna = antenna
            case Plain(command):
                return self._told(command)
            case _:
                pass
        return Done()

    def _told(self, command: Command) -> Answer:
        match command:
            case Command.GET_FIRMWARE_VERSION:
                return _VERSION
            case Command.GET_TEMPERATURE:
                return Temperature(31)
            case Command.GET_OUTPUT_POWER:
                return OutputPower((self.power_dbm,))
            case Command.GET_WORK_ANTENNA:
                return Value(self.antenna)
            case Command.GET_ACCESS_MATCH:
                return AccessMatch(self._match)
            case _:
                return Done()

    def _inventory(self, command: Command) -> Iterator[Answer]:
        tags = list(self.field)
        for tag in tags:
            yield TagSeen(_CHANNEL | self.antenna, tag.pc, tag.epc, tag.rssi_dbm + _RSSI_OFFSET)
        if command is Command.FAST_SWITCH_INVENTORY:
            yield FastSwitchDone(len(tags), 0)
        else:
            yield InventoryDone(self.antenna, 0, len(tags))

    def _selected(self) -> list[UhfTag]:
        return [tag for tag in self.field if tag.is_readable and self._match in (None, tag.epc)]

    def _read(self, request: ReadTags) -> Iterator[Answer]:
        if request.words > _MAX_READ_WORDS:
            yield Refused(Status.TOO_MANY_WORDS)
            return
        read = [(tag, tag.read(request.bank, request.first_word, request.words)) for tag in self._selected()]
        told = [TagRead(len(read), tag.pc, tag.epc, tag.crc, data) for tag, data in read if data is not None]
        if len(told) < len(read) or not read:
            yield Refused(Status.READ_ERROR if read else Status.NO_TAG)
        else:
            yield from told

    def _write(self, request: WriteTags) -> Iterator[Answer]:
        tags = self._selected()
        torn = self.faults.tears_write()
        seen = [(tag, tag.pc, tag.epc, tag.crc) for tag in tags]
        if torn is False:
            return
        written = [tag.write(request.bank, request.first_word, request.data) for tag in tags]
        if torn:
            return
        if not tags:
            yield Refused(Status.NO_TAG)
        for (_, pc, epc, crc), is_written in zip(seen, written, strict=True):
            yield TagChanged(len(tags), pc, epc, crc, Status.SUCCESS if is_written else Status.WRITE_ERROR)
