"""What a FEIG reader answers, as typed values. An answer does not say what was asked: it is decoded beside its request.

The first data byte is the status; what follows depends on the request. Two-way: the simulated firmware encodes what
the driver decodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.feig.blocks import BlockOrder
from firmware_msgs.feig.buffer_records import Buffer, decode_buffer, encode_buffer
from firmware_msgs.feig.buffered_mode import BufferInformation, GetBufferInformation, ReadBuffer
from firmware_msgs.feig.configuration import ConfigurationRecord, ReadConfiguration
from firmware_msgs.feig.frames import READER_ADDRESS, Frame, Framing
from firmware_msgs.feig.peripherals import (
    GetPeople,
    PeripheralAnswer,
    SetPeople,
    decode_peripheral_answer,
    encode_peripheral_answer,
)
from firmware_msgs.feig.reader_answers import (
    Inputs,
    NoiseLevel,
    ReaderInformation,
    SoftwareVersion,
    decode_information,
    decode_version,
    encode_information,
    encode_version,
)
from firmware_msgs.feig.reader_requests import GetInputs, GetNoiseLevel, GetReaderInformation, GetSoftwareVersion
from firmware_msgs.feig.requests import Request, command_of
from firmware_msgs.feig.status import Status, status_words
from firmware_msgs.feig.tag_answers import (
    Blocks,
    BlockSecurity,
    Inventory,
    SystemInformation,
    TagAnswer,
    decode_tag_answer,
    encode_tag_answer,
)
from firmware_msgs.feig.tag_requests import (
    GetBlockSecurity,
    GetSystemInformation,
    ReadBlocks,
    TakeInventory,
    has_long_address,
)
from firmware_msgs.iso15693 import tag_error_words

_TELL: Final = frozenset({Status.OK, Status.RF_WARNING, Status.HARDWARE_WARNING, Status.INITIALISATION_WARNING})
"""Statuses behind which an answer stands; the warnings only if there is one."""

_BUFFER_TELLS: Final = _TELL | {Status.RF_ERROR, Status.BUFFER_OVERFLOW, Status.MORE_DATA}
_LONGEST_BLOCK_NUMBER = 2


@dataclass(frozen=True, slots=True)
class Done:
    """The request was carried out; there is nothing more to say."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Any status but success. `tag_error` is the tag's own ISO 15693 error code where there is one, `block` the first
    block that was not written or locked.
    """

    status: int
    tag_error: int | None = None
    block: int | None = None

    def __str__(self) -> str:
        words = status_words(self.status)
        return words if self.tag_error is None else f"{words}: {tag_error_words(self.tag_error)}"


Answer: TypeAlias = (
    Done
    | Refused
    | TagAnswer
    | SoftwareVersion
    | ReaderInformation
    | NoiseLevel
    | Inputs
    | ConfigurationRecord
    | Buffer
    | BufferInformation
    | PeripheralAnswer
)


def decode_answer(request: Request, frame: Frame, order: BlockOrder = BlockOrder.MSB_FIRST) -> Answer:
    """The answer to `request`, or DecodeError when this frame cannot be one."""
    if frame.command != command_of(request):
        raise DecodeError("command", f"an answer to command {command_of(request):02X} was expected")
    cursor = Cursor(frame.data)
    answer = _decode(request, cursor.byte(), cursor, order)
    cursor.end()
    return answer


def _decode(request: Request, status: int, cursor: Cursor, order: BlockOrder) -> Answer:
    if status == Status.TAG_ERROR:
        return Refused(status, cursor.byte(), _failed_block(cursor))
    if status == Status.WRITE_ERROR:
        return Refused(status, block=_failed_block(cursor))
    if status == Status.OK or (cursor.left and status in _telling(request)):
        return _decode_success(request, status, cursor, order)
    cursor.rest()
    return Refused(status)


def _telling(request: Request) -> frozenset[int]:
    if isinstance(request, ReadBuffer):
        return _BUFFER_TELLS
    return _TELL | {Status.MORE_DATA} if isinstance(request, TakeInventory) else _TELL


def _failed_block(cursor: Cursor) -> int | None:
    number = cursor.take(min(cursor.left, _LONGEST_BLOCK_NUMBER))
    return int.from_bytes(number, "big") if number else None


def _decode_success(request: Request, status: int, cursor: Cursor, order: BlockOrder) -> Answer:
    more = status == Status.MORE_DATA
    match request:
        case TakeInventory() | ReadBlocks() | GetSystemInformation() | GetBlockSecurity():
            return decode_tag_answer(request, cursor, order, more=more)
        case ReadBuffer(large=large):
            return decode_buffer(cursor, large=large, more=more)
        case GetBufferInformation():
            return BufferInformation(cursor.word(), cursor.word(), cursor.word())
        case GetPeople() | SetPeople():
            return decode_peripheral_answer(request, cursor)
        case _:
            return _decode_reader_answer(request, cursor)


def _decode_reader_answer(request: Request, cursor: Cursor) -> Answer:
    match request:
        case GetSoftwareVersion():
            return decode_version(cursor)
        case GetReaderInformation(mode):
            return decode_information(mode, cursor)
        case GetNoiseLevel():
            return NoiseLevel(cursor.word(), cursor.word(), cursor.word())
        case GetInputs():
            return Inputs(cursor.byte())
        case ReadConfiguration():
            return ConfigurationRecord(cursor.rest())
        case _:
            return Done()


def encode_answer(
    request: Request,
    answer: Answer,
    framing: Framing = Framing.ADVANCED,
    address: int = READER_ADDRESS,
    order: BlockOrder = BlockOrder.MSB_FIRST,
) -> Frame:
    """The answer as a frame, or EncodeError when a value does not fit the wire."""
    try:
        data = bytes((_status_of(answer),)) + _encode(request, answer, order)
    except (ValueError, OverflowError) as error:
        raise EncodeError(f"{type(answer).__name__} does not fit the wire: {error}") from error
    return Frame(command_of(request), data, address, framing)


def _status_of(answer: Answer) -> int:
    match answer:
        case Refused(status):
            return status
        case Inventory(more=True) | Buffer(more=True):
            return Status.MORE_DATA
        case _:
            return Status.OK


def _encode(request: Request, answer: Answer, order: BlockOrder) -> bytes:
    match answer:
        case Done():
            return b""
        case Refused(_, tag_error, block):
            error = b"" if tag_error is None else bytes((tag_error,))
            return error if block is None else error + block.to_bytes(2 if has_long_address(request) else 1, "big")
        case Inventory() | Blocks() | SystemInformation() | BlockSecurity():
            return encode_tag_answer(answer, order)
        case Buffer():
            return encode_buffer(answer, large=not isinstance(request, ReadBuffer) or request.large)
        case PeripheralAnswer() if isinstance(request, GetPeople | SetPeople):
            return encode_peripheral_answer(request, answer)
        case PeripheralAnswer():
            raise EncodeError("only what hangs on a reader answers so")
        case _:
            return _encode_reader_answer(answer)


def _encode_reader_answer(
    answer: SoftwareVersion | ReaderInformation | NoiseLevel | Inputs | ConfigurationRecord | BufferInformation,
) -> bytes:
    match answer:
        case SoftwareVersion():
            return encode_version(answer)
        case Inputs(states):
            return bytes((states,))
        case NoiseLevel(first, second, third) | BufferInformation(first, second, third):
            return b"".join(value.to_bytes(2, "big") for value in (first, second, third))
        case ConfigurationRecord(record):
            return record
        case _:
            return encode_information(answer)
