"""The bytes of requests to an A0 reader: encoded by the host, decoded by the simulated firmware."""

from __future__ import annotations

from dataclasses import astuple
from typing import Final

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags.uhf.gen2 import WORD_BYTES, MemoryBank
from firmware_msgs.uhf_a0.frames import ANY_ADDRESS, Frame
from firmware_msgs.uhf_a0.requests import (
    PLAIN,
    SETTINGS,
    Command,
    FastSwitchInventory,
    LockAction,
    LockArea,
    LockTags,
    Plain,
    ReadTags,
    Request,
    SessionInventory,
    SetAccessMatch,
    SetOutputPower,
    Setting,
    TagRequest,
    WriteGpio,
    WriteTags,
    command_of,
)

_MATCH, _NO_MATCH = 0, 1
_PASSWORD_BYTES = 4
_OUTPUT_PINS: Final = (3, 4)


def encode_request(request: Request, address: int = ANY_ADDRESS) -> Frame:
    """The request as a frame, or EncodeError when a value does not fit the wire."""
    try:
        frame = Frame(command_of(request), _data(request), address)
        fits = decode_request(frame) == request
    except (ValueError, DecodeError) as error:
        raise EncodeError(f"{type(request).__name__} does not fit the wire: {error}") from error
    if not fits:
        raise EncodeError(f"{type(request).__name__} cannot be told on the wire")
    return frame


def _data(request: Request) -> bytes:
    match request:
        case Plain():
            return b""
        case Setting(_, value):
            return bytes((value,))
        case SetOutputPower(dbm):
            return bytes(dbm)
        case WriteGpio() | SessionInventory():
            return bytes(astuple(request))
        case FastSwitchInventory(stays, pause_ms, rounds):
            return bytes((*(value for stay in stays for value in stay), pause_ms, rounds))
        case _:
            return _tag_data(request)


def _tag_data(request: TagRequest) -> bytes:
    match request:
        case ReadTags(bank, first_word, words, password):
            return bytes((bank, first_word, words)) + (password or b"")
        case WriteTags(bank, first_word, data, password):
            return password + bytes((bank, first_word, len(data) // WORD_BYTES)) + data
        case LockTags(area, action, password):
            return password + bytes((area, action))
        case SetAccessMatch(epc):
            return bytes((_NO_MATCH,)) if epc is None else bytes((_MATCH, len(epc))) + epc


def decode_request(frame: Frame) -> Request:
    """The request in a frame, or DecodeError, also for values that no reader takes."""
    cursor = Cursor(frame.data)
    try:
        request = _decode_request(Command(frame.command), cursor)
    except ValueError as error:
        raise DecodeError("value", "this command, or one of its values, is not known") from error
    cursor.end()
    return request


def _decode_request(command: Command, cursor: Cursor) -> Request:
    if command in PLAIN:
        return Plain(command)
    if command in SETTINGS:
        return Setting(command, _one_of(cursor, SETTINGS[command]))
    return _decode_reader_request(command, cursor)


def _decode_reader_request(command: Command, cursor: Cursor) -> Request:
    match command:
        case Command.SET_OUTPUT_POWER:
            return SetOutputPower((cursor.byte(), *cursor.rest()))
        case Command.WRITE_GPIO:
            return WriteGpio(_one_of(cursor, _OUTPUT_PINS), bool(_one_of(cursor, range(2))))
        case Command.SESSION_INVENTORY:
            return SessionInventory(_one_of(cursor, range(4)), _one_of(cursor, range(2)), cursor.byte())
        case Command.FAST_SWITCH_INVENTORY:
            return _decode_fast_switch(cursor.rest())
        case _:
            return _decode_tag_request(command, cursor)


def _one_of(cursor: Cursor, values: range | tuple[int, ...]) -> int:
    value = cursor.byte()
    if value not in values:
        raise DecodeError("value", f"the reader knows no value {value:02X} here")
    return value


def _decode_fast_switch(data: bytes) -> FastSwitchInventory:
    if len(data) < 4 or len(data) % 2:
        raise DecodeError("length", "antennas and rounds come in pairs", len(data))
    stays = tuple(zip(data[:-2:2], data[1:-2:2], strict=True))
    return FastSwitchInventory(stays, data[-2], data[-1])


def _decode_tag_request(command: Command, cursor: Cursor) -> Request:
    match command:
        case Command.READ:
            bank, first_word, words = cursor.take(3)
            return ReadTags(MemoryBank(bank), first_word, words, _password_or_none(cursor.rest()))
        case Command.WRITE:
            password = cursor.take(_PASSWORD_BYTES)
            bank, first_word, words = cursor.take(3)
            return WriteTags(MemoryBank(bank), first_word, cursor.take(words * WORD_BYTES), password)
        case Command.LOCK:
            password = cursor.take(_PASSWORD_BYTES)
            return LockTags(LockArea(cursor.byte()), LockAction(cursor.byte()), password)
        case Command.SET_ACCESS_MATCH:
            return SetAccessMatch(_selected(_one_of(cursor, range(2)), cursor))
        case _:
            raise DecodeError("command", f"command {command:02X} is not spoken here")


def _selected(mode: int, cursor: Cursor) -> bytes | None:
    if mode == _MATCH:
        return cursor.take(cursor.byte())
    if any(cursor.rest()):  # some hosts send the length of no EPC too
        raise DecodeError("value", "an EPC stands where none is to be selected", 1)
    return None


def _password_or_none(data: bytes) -> bytes | None:
    if len(data) not in (0, _PASSWORD_BYTES):
        raise DecodeError("length", f"a password has {_PASSWORD_BYTES} bytes", len(data))
    return data or None
