"""The firmware side of a FEIG OBID i-scan reader: requests in, answers and their times out. No I/O, no clock."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.simulators.feig_faults import FeigFaults
from drivers.simulators.timing import air_s, serial_s
from drivers.simulators.virtual_tag import BLOCK_BYTES, IC_REFERENCE, Field, VirtualTag
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.answers import (
    Answer,
    Block,
    Blocks,
    Done,
    Inventory,
    ItemTag,
    Refused,
    SoftwareVersion,
    SystemInformation,
    encode_answer,
)
from firmware_msgs.feig.decoder import FrameDecoder
from firmware_msgs.feig.frames import ANY_ADDRESS, READER_ADDRESS, Frame, encode_frame
from firmware_msgs.feig.requests import (
    MAX_READ_BYTES,
    GetSoftwareVersion,
    GetSystemInformation,
    ReadBlocks,
    Request,
    TakeInventory,
    WriteAfi,
    WriteBlocks,
    decode_request,
)
from firmware_msgs.feig.status import Status

TAGS_PER_ANSWER = 24  # what fits a standard frame

_VERSION = SoftwareVersion(software=0x0303, development=0, hardware_type=0x44, reader_type=0x53, tag_types=0x0D30)
_BLOCK_NOT_AVAILABLE = 0x10  # ISO 15693-3 error code
_STATUS_OF_FAULT = {"command": Status.UNKNOWN_COMMAND, "value": Status.PARAMETER_RANGE}


@dataclass(frozen=True, slots=True)
class Reply:
    """Bytes for the host, `delay_s` after the request: air and both ways on the serial line."""

    data: bytes
    delay_s: float


class FeigFirmware:
    """One reader over one field. `pace` scales all times; 0 answers at once."""

    def __init__(self, field: Field, faults: FeigFaults | None = None, *, pace: float = 1.0) -> None:
        self.field = field
        self.faults = FeigFaults() if faults is None else faults
        self._pace = pace
        self._decoder = FrameDecoder()
        self._untold: list[ItemTag] = []

    def feed(self, data: bytes) -> list[Reply]:
        """The replies to the requests that these bytes complete, in order."""
        replies = (self._reply(frame) for frame in self._decoder.feed(data))
        return [reply for reply in replies if reply is not None]

    def _reply(self, frame: Frame) -> Reply | None:
        if frame.address not in (ANY_ADDRESS, READER_ADDRESS) or self.faults.takes_frame():
            return None
        try:
            request = decode_request(frame)
        except DecodeError as error:
            status = _STATUS_OF_FAULT.get(error.kind, Status.LENGTH_ERROR)
            refusal = Frame(frame.command, bytes((status,)), READER_ADDRESS, frame.framing)
            return self._timed(frame, encode_frame(refusal), 0)
        answer = self._answer(request)
        if answer is None or self.faults.takes_frame():
            return None
        sent = encode_frame(encode_answer(request, answer, frame.framing))
        return self._timed(frame, sent, air_s(request, answer, [tag.uid for tag in self.field]))

    def _timed(self, asked: Frame, sent: bytes, on_air_s: float) -> Reply:
        delay_s = serial_s(len(encode_frame(asked))) + on_air_s + serial_s(len(sent))
        return Reply(self.faults.damage(sent), delay_s * self._pace + self.faults.lateness_s())

    def _answer(self, request: Request) -> Answer | None:
        match request:
            case TakeInventory(more):
                return self._inventory(more=more)
            case GetSoftwareVersion():
                return _VERSION
            case GetSystemInformation(uid) | ReadBlocks(uid) | WriteBlocks(uid) | WriteAfi(uid):
                tag = self.field.get(uid)
                return Refused(Status.NO_TAG) if tag is None or not tag.is_readable else self._ask_tag(tag, request)
            case _:
                return Done()

    def _inventory(self, *, more: bool) -> Answer:
        if not more:
            self._untold = [ItemTag(tag.uid, tag.dsfid) for tag in self.field]
        told, self._untold = self._untold[:TAGS_PER_ANSWER], self._untold[TAGS_PER_ANSWER:]
        return Inventory(tuple(told), more=bool(self._untold)) if told else Refused(Status.NO_TAG)

    def _ask_tag(self, tag: VirtualTag, request: Request) -> Answer | None:
        match request:
            case ReadBlocks(_, first, count):
                return _read(tag, first, count)
            case WriteBlocks(_, first, blocks):
                return _write(tag, first, blocks)
            case WriteAfi(_, afi):
                return self._write_afi(tag, afi)
            case _:
                return SystemInformation(tag.uid, tag.dsfid, tag.afi, BLOCK_BYTES, tag.block_count, IC_REFERENCE)

    def _write_afi(self, tag: VirtualTag, afi: int) -> Answer | None:
        torn = self.faults.torn_writes.popleft() if self.faults.torn_writes else None
        if torn is not False:
            tag.afi = afi
        return Done() if torn is None else None


def _read(tag: VirtualTag, first: int, count: int) -> Answer:
    if count * BLOCK_BYTES > MAX_READ_BYTES:
        return Refused(Status.PARAMETER_RANGE)
    if not tag.has_blocks(first, count):
        return Refused(Status.TAG_ERROR, _BLOCK_NOT_AVAILABLE)
    return Blocks(tuple(Block(data) for data in tag.blocks(first, count)))


def _write(tag: VirtualTag, first: int, blocks: tuple[bytes, ...]) -> Answer:
    if any(len(block) != BLOCK_BYTES for block in blocks):
        return Refused(Status.PARAMETER_RANGE)
    if not tag.has_blocks(first, len(blocks)):
        return Refused(Status.TAG_ERROR, _BLOCK_NOT_AVAILABLE)
    for index, block in enumerate(blocks, first):
        tag.write_block(index, block)
    return Done()
