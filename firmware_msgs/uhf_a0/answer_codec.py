"""The bytes of an A0 reader's answers, both ways. The command byte tells what an answer is about."""

from __future__ import annotations

from dataclasses import astuple
from typing import Final

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags.uhf.gen2 import CRC_BYTES, PC_BYTES
from firmware_msgs.uhf_a0.answers import (
    AccessMatch,
    Answer,
    BufferCount,
    BufferedInventoryDone,
    BufferedTag,
    Done,
    FastSwitchDone,
    FirmwareVersion,
    GpioLevels,
    Identifier,
    InventoryDone,
    OutputPower,
    Refused,
    Region,
    TagChanged,
    TagRead,
    TagSeen,
    Temperature,
    Value,
)
from firmware_msgs.uhf_a0.frames import READER_ADDRESS, Frame
from firmware_msgs.uhf_a0.requests import MAX_ANTENNAS, Command
from firmware_msgs.uhf_a0.status import Status

INVENTORIES: Final = frozenset({Command.REAL_TIME_INVENTORY, Command.SESSION_INVENTORY, Command.FAST_SWITCH_INVENTORY})
_BUFFERS: Final = frozenset({Command.GET_BUFFER, Command.TAKE_BUFFER})
_VALUES: Final = {
    Command.GET_WORK_ANTENNA: range(MAX_ANTENNAS),
    Command.GET_ANTENNA_DETECTOR: range(0x100),
    Command.GET_LINK_PROFILE: range(0xD0, 0xD4),
    Command.GET_RETURN_LOSS: range(Status.RETURN_LOSS_ERROR),
}
"""Commands answered with one byte, and the bytes that are no error code."""

_POWERS_DBM = range(34)
_IDENTIFIER_BYTES = 12
_INVENTORY_END_BYTES = 7
_SHORTEST_TAG_SEEN = 4
_TRAILER_BYTES = 3  # length or status, antenna, count


def decode_answer(frame: Frame) -> Answer:
    """What the frame says, or DecodeError when it is no answer to a command spoken here."""
    try:
        command = Command(frame.command)
    except ValueError as error:
        raise DecodeError("command", f"command {frame.command:02X} is not spoken here") from error
    if len(frame.data) == 1:
        return _decode_byte(command, frame.data[0])
    if command in INVENTORIES:
        return _decode_inventory(command, frame.data)
    if command in _BUFFERS or command in (Command.READ, Command.WRITE, Command.LOCK):
        return _decode_tag_answer(command, frame.data)
    cursor = Cursor(frame.data)
    answer = _decode_reader_answer(command, cursor)
    cursor.end()
    return answer


def _decode_byte(command: Command, value: int) -> Answer:
    if value in _VALUES.get(command, ()):
        return Value(value)
    if command is Command.GET_OUTPUT_POWER and value in _POWERS_DBM:
        return OutputPower((value,))
    if command is Command.GET_ACCESS_MATCH and value == 1:
        return AccessMatch(None)
    return Done() if value == Status.SUCCESS else Refused(value)


def _decode_inventory(command: Command, data: bytes) -> Answer:
    if len(data) == 2:
        return Refused(data[1], antenna=data[0])
    cursor = Cursor(data)
    if len(data) != _INVENTORY_END_BYTES:
        if len(data) < _SHORTEST_TAG_SEEN:
            raise DecodeError("truncated", "a tag is told in four bytes or more", len(data))
        return TagSeen(data[0], data[1:3], data[3:-1], data[-1])
    if command is Command.FAST_SWITCH_INVENTORY:
        return FastSwitchDone(_number(cursor, 3), _number(cursor, 4))
    return InventoryDone(cursor.byte(), _number(cursor, 2), _number(cursor, 4))


def _decode_tag_answer(command: Command, data: bytes) -> Answer:
    """Number of tags; PC, EPC, CRC and what was read, under one length; three bytes about the operation."""
    cursor = Cursor(data)
    tag_count, tag = _number(cursor, 2), cursor.take(cursor.byte())
    first, second, third = cursor.take(_TRAILER_BYTES)
    cursor.end()
    read_bytes = first if command is Command.READ else 0
    epc_end = len(tag) - read_bytes - CRC_BYTES
    if epc_end < PC_BYTES:
        raise DecodeError("length", "a tag's data is shorter than its head", 2)
    pc, epc, crc = tag[:PC_BYTES], tag[PC_BYTES:epc_end], tag[epc_end : epc_end + CRC_BYTES]
    if command is Command.READ:
        return TagRead(tag_count, pc, epc, crc, tag[epc_end + CRC_BYTES :], second, third)
    if command in _BUFFERS:
        return BufferedTag(tag_count, pc, epc, crc, first, second, third)
    return TagChanged(tag_count, pc, epc, crc, first, second, third)


def _decode_reader_answer(command: Command, cursor: Cursor) -> Answer:
    match command:
        case Command.GET_FIRMWARE_VERSION:
            return FirmwareVersion(cursor.byte(), cursor.byte())
        case Command.GET_TEMPERATURE:
            sign = 1 if cursor.byte() else -1
            return Temperature(sign * cursor.byte())
        case Command.READ_GPIO:
            return GpioLevels(bool(cursor.byte()), bool(cursor.byte()))
        case Command.COUNT_BUFFER:
            return BufferCount(_number(cursor, 2))
        case Command.BUFFERED_INVENTORY:
            return BufferedInventoryDone(cursor.byte(), _number(cursor, 2), _number(cursor, 2), _number(cursor, 4))
        case _:
            return _decode_long_answer(command, cursor)


def _decode_long_answer(command: Command, cursor: Cursor) -> Answer:
    match command:
        case Command.GET_OUTPUT_POWER:
            return OutputPower((cursor.byte(), *cursor.rest()))
        case Command.GET_REGION:
            return Region(cursor.take(1) + cursor.rest())
        case Command.GET_IDENTIFIER:
            return Identifier(cursor.take(_IDENTIFIER_BYTES))
        case Command.GET_ACCESS_MATCH:
            if cursor.byte():
                raise DecodeError("value", "there is no such way to select", 0)
            return AccessMatch(cursor.take(cursor.byte()))
        case _:
            raise DecodeError("length", "one byte was expected", 1)


def _number(cursor: Cursor, size: int) -> int:
    return int.from_bytes(cursor.take(size), "big")


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
        case Refused(status, antenna):
            return bytes((status,)) if antenna is None else bytes((antenna, status))
        case Value() | FirmwareVersion() | GpioLevels():
            return bytes(astuple(answer))
        case OutputPower(dbm):
            return bytes(dbm)
        case Identifier(data) | Region(data):
            return data
        case _:
            return _measured(answer)


def _measured(answer: Answer) -> bytes:
    match answer:
        case Temperature(celsius):
            return bytes((celsius >= 0, abs(celsius)))
        case AccessMatch(epc):
            return b"\1" if epc is None else bytes((0, len(epc))) + epc
        case BufferCount(tags):
            return tags.to_bytes(2, "big")
        case InventoryDone(antenna, rate, total):
            return bytes((antenna,)) + rate.to_bytes(2, "big") + total.to_bytes(4, "big")
        case BufferedInventoryDone(antenna, count, rate, total):
            numbers = count.to_bytes(2, "big") + rate.to_bytes(2, "big") + total.to_bytes(4, "big")
            return bytes((antenna,)) + numbers
        case _:
            return _told_of_tags(answer)


def _told_of_tags(answer: Answer) -> bytes:
    match answer:
        case FastSwitchDone(total, duration_ms):
            return total.to_bytes(3, "big") + duration_ms.to_bytes(4, "big")
        case TagSeen(freq_ant, pc, epc, rssi):
            return bytes((freq_ant,)) + pc + epc + bytes((rssi,))
        case TagRead(count, pc, epc, crc, data, freq_ant, times):
            return _tag_data(count, pc + epc + crc + data, (len(data), freq_ant, times))
        case TagChanged(count, pc, epc, crc, status, freq_ant, times):
            return _tag_data(count, pc + epc + crc, (status, freq_ant, times))
        case BufferedTag(count, pc, epc, crc, rssi, freq_ant, times):
            return _tag_data(count, pc + epc + crc, (rssi, freq_ant, times))
        case _:
            raise EncodeError(f"{type(answer).__name__} has no form on the wire")


def _tag_data(tag_count: int, tag: bytes, trailer: tuple[int, int, int]) -> bytes:
    return tag_count.to_bytes(2, "big") + bytes((len(tag),)) + tag + bytes(trailer)
