"""Everything that a host asks of a FEIG reader, encoded by the host and decoded by the simulated firmware."""

from __future__ import annotations

from typing import Final, TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.feig.blocks import BlockOrder
from firmware_msgs.feig.buffered_mode import (
    BufferRequest,
    ClearBuffer,
    GetBufferInformation,
    ReadBuffer,
    StartBuffer,
    buffer_command,
    decode_buffer_request,
    encode_buffer_request,
)
from firmware_msgs.feig.commands import Command
from firmware_msgs.feig.configuration import (
    CONFIGURATION_COMMANDS,
    ConfigurationRequest,
    ReadConfiguration,
    ResetConfiguration,
    SaveConfiguration,
    WriteConfiguration,
    decode_configuration_request,
    encode_configuration_request,
)
from firmware_msgs.feig.frames import ANY_ADDRESS, Frame, Framing
from firmware_msgs.feig.nxp import OnNxpTag, decode_nxp_request, encode_nxp_request
from firmware_msgs.feig.peripherals import (
    GetPeople,
    PeripheralRequest,
    SetPeople,
    decode_peripheral_request,
    encode_peripheral_request,
)
from firmware_msgs.feig.reader_requests import (
    READER_COMMANDS,
    ReaderRequest,
    decode_reader_request,
    encode_reader_request,
)
from firmware_msgs.feig.tag_requests import TagRequest, TakeInventory, decode_tag_request, encode_tag_request
from firmware_msgs.feig.targets import OnTag

Request: TypeAlias = TagRequest | ReaderRequest | ConfigurationRequest | BufferRequest | PeripheralRequest

_READER: Final = frozenset(READER_COMMANDS.values())
_CONFIGURATION: Final = frozenset(CONFIGURATION_COMMANDS.values())
_BUFFER: Final = frozenset(
    {
        Command.READ_BUFFER,
        Command.READ_LARGE_BUFFER,
        Command.BUFFER_INFORMATION,
        Command.CLEAR_BUFFER,
        Command.START_BUFFER,
    }
)


def command_of(request: Request) -> Command:
    """The command byte that a request is sent under and answered with."""
    match request:
        case OnNxpTag():
            return Command.CUSTOM
        case TakeInventory() | OnTag():
            return Command.ISO_15693
        case GetPeople() | SetPeople():
            return Command.PERIPHERAL
        case ReadConfiguration() | WriteConfiguration() | SaveConfiguration() | ResetConfiguration():
            return CONFIGURATION_COMMANDS[type(request)]
        case ReadBuffer() | GetBufferInformation() | ClearBuffer() | StartBuffer():
            return buffer_command(request)
        case _:
            return READER_COMMANDS[type(request)]


def encode_request(
    request: Request,
    framing: Framing = Framing.ADVANCED,
    address: int = ANY_ADDRESS,
    order: BlockOrder = BlockOrder.MSB_FIRST,
) -> Frame:
    """The request as a frame, or EncodeError when a value does not fit the wire."""
    try:
        data = _request_data(request, order)
    except (ValueError, OverflowError) as error:
        raise EncodeError(f"{type(request).__name__} does not fit the wire: {error}") from error
    return Frame(command_of(request), data, address, framing)


def _request_data(request: Request, order: BlockOrder) -> bytes:
    match request:
        case OnNxpTag():
            return encode_nxp_request(request)
        case TakeInventory() | OnTag():
            return encode_tag_request(request, order)
        case GetPeople() | SetPeople():
            return encode_peripheral_request(request)
        case ReadConfiguration() | WriteConfiguration() | SaveConfiguration() | ResetConfiguration():
            return encode_configuration_request(request)
        case ReadBuffer() | GetBufferInformation() | ClearBuffer() | StartBuffer():
            return encode_buffer_request(request)
        case _:
            return encode_reader_request(request)


def decode_request(frame: Frame, order: BlockOrder = BlockOrder.MSB_FIRST) -> Request:
    """The request in a frame, or DecodeError; a reader answers the latter with a status, not with silence."""
    cursor = Cursor(frame.data)
    request = _decode_request(frame.command, cursor, order)
    cursor.end()
    return request


def _decode_request(command: int, cursor: Cursor, order: BlockOrder) -> Request:
    if command in _READER:
        return decode_reader_request(command, cursor)
    if command in _CONFIGURATION:
        return decode_configuration_request(command, cursor)
    if command in _BUFFER:
        return decode_buffer_request(command, cursor)
    match command:
        case Command.ISO_15693:
            return decode_tag_request(cursor, order)
        case Command.CUSTOM:
            return decode_nxp_request(cursor)
        case Command.PERIPHERAL:
            return decode_peripheral_request(cursor)
        case _:
            raise DecodeError("command", f"command {command:02X} is not known")
