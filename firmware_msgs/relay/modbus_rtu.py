"""What a host asks of a Modbus RTU relay board and what the board answers, as typed values (Modbus Application Protocol
V1.1b3, section 6).

A relay is a coil. Coils and registers count from 0 as on the wire. Two families of boards can release a relay by
themselves after a while: `timed_coil` [S: Waveshare's wiki and drivers of others] and `timed_registers` [S: drivers for
LC Technology's boards].
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.relay.modbus_frames import EXCEPTION_FLAG, Frame, Function

ON, OFF = 0xFF00, 0x0000
"""What a coil is set to."""

TICK_S = 0.1
"""The unit of a board's own timer."""

TICKS_MAX = 0x7FFF
"""The longest a board holds a relay by itself: 54 minutes."""

_TIMED_COILS: Final = 0x0200
_TIMED_REGISTERS: Final = 0x0003
_REGISTERS_A_RELAY: Final = 5
_ENERGISE_FOR: Final = 0x0004
_BIT_READS: Final = (Function.READ_COILS, Function.READ_INPUTS)
_REGISTER_READS: Final = (Function.READ_HOLDING_REGISTERS, Function.READ_INPUT_REGISTERS)

_MOST: Final = {
    Function.READ_COILS: 2000,
    Function.READ_INPUTS: 2000,
    Function.READ_HOLDING_REGISTERS: 125,
    Function.READ_INPUT_REGISTERS: 125,
    Function.WRITE_COILS: 1968,
    Function.WRITE_REGISTERS: 123,
}
"""How many may be asked for or set at once."""

_REASONS: Final = {
    0x01: "the board does not know this function",
    0x02: "the board has no such address",
    0x03: "the board does not take this value",
    0x04: "the board failed",
    0x05: "the board needs long for this",
    0x06: "the board is busy",
}


@dataclass(frozen=True, slots=True)
class Read:
    """Tell `count` coils, inputs or registers from `first` on."""

    unit: int
    function: Function
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class WriteCoil:
    """Set one coil to `ON`, `OFF` or what the board's maker gave a meaning. The answer is the same frame."""

    unit: int
    coil: int
    value: int


@dataclass(frozen=True, slots=True)
class WriteRegister:
    """Set one register. The answer is the same frame."""

    unit: int
    register: int
    value: int


@dataclass(frozen=True, slots=True)
class WriteCoils:
    """Set coils from `first` on."""

    unit: int
    first: int
    states: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class WriteRegisters:
    """Set registers from `first` on."""

    unit: int
    first: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bits:
    """Coils or inputs, eight a byte, filled up with False: a board does not tell how many it was asked for."""

    unit: int
    function: Function
    states: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Registers:
    """What was read."""

    unit: int
    function: Function
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """So many coils or registers were set."""

    unit: int
    function: Function
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Refused:
    """An exception: the function that was asked for and why not."""

    unit: int
    function: int
    code: int

    def __str__(self) -> str:
        return _REASONS.get(self.code, f"the board gave the unknown reason {self.code:02X}")


Question: TypeAlias = Read | WriteCoil | WriteRegister | WriteCoils | WriteRegisters
Answer: TypeAlias = Bits | Registers | WriteCoil | WriteRegister | Written | Refused


def timed_coil(unit: int, relay: int, ticks: int) -> WriteCoil:
    """Energise a relay (from 0), to be released by the board itself after so many ticks: Waveshare's “flash on”."""
    return WriteCoil(unit, _TIMED_COILS + relay, ticks)


def timed_registers(unit: int, relay: int, ticks: int) -> WriteRegisters:
    """The same on LC Technology's boards, where each relay (from 0) has five registers."""
    return WriteRegisters(unit, _TIMED_REGISTERS + _REGISTERS_A_RELAY * relay, (_ENERGISE_FOR, ticks))


def as_timed(order: WriteCoil | WriteRegisters) -> tuple[int, int] | None:
    """Which relay (from 0) this energises for how many ticks; None when it is no such order."""
    match order:
        case WriteCoil(coil=coil, value=ticks) if _TIMED_COILS <= coil < 2 * _TIMED_COILS:
            return coil - _TIMED_COILS, ticks
        case WriteRegisters(first=first, values=(mode, ticks)) if mode == _ENERGISE_FOR:
            relay, rest = divmod(first - _TIMED_REGISTERS, _REGISTERS_A_RELAY)
            return (relay, ticks) if rest == 0 and relay >= 0 else None
        case _:
            return None


def encode_question(question: Question) -> Frame:
    """The question as a frame, or EncodeError when a value does not fit the wire."""
    try:
        match question:
            case Read(unit, function, first, count):
                return Frame(unit, function, struct.pack(">HH", first, count))
            case WriteCoils(unit, first, states):
                head = struct.pack(">HHB", first, len(states), -(-len(states) // 8))
                return Frame(unit, Function.WRITE_COILS, head + _packed(states))
            case WriteRegisters(unit, first, values):
                head = struct.pack(">HHB", first, len(values), 2 * len(values))
                return Frame(unit, Function.WRITE_REGISTERS, head + _words(values))
            case _:
                return _encode_single_write(question)
    except struct.error as error:
        raise EncodeError(f"{type(question).__name__} does not fit the wire: {error}") from error


def encode_answer(answer: Answer) -> Frame:
    """The answer as a frame, or EncodeError when a value does not fit the wire."""
    try:
        match answer:
            case Bits(unit, function, states):
                return Frame(unit, function, struct.pack("B", -(-len(states) // 8)) + _packed(states))
            case Registers(unit, function, values):
                return Frame(unit, function, struct.pack("B", 2 * len(values)) + _words(values))
            case Written(unit, function, first, count):
                return Frame(unit, function, struct.pack(">HH", first, count))
            case Refused(unit, function, code):
                return Frame(unit, function | EXCEPTION_FLAG, struct.pack("B", code))
            case _:
                return _encode_single_write(answer)
    except struct.error as error:
        raise EncodeError(f"{type(answer).__name__} does not fit the wire: {error}") from error


def _encode_single_write(write: WriteCoil | WriteRegister) -> Frame:
    match write:
        case WriteCoil(unit, coil, value):
            return Frame(unit, Function.WRITE_COIL, struct.pack(">HH", coil, value))
        case WriteRegister(unit, register, value):
            return Frame(unit, Function.WRITE_REGISTER, struct.pack(">HH", register, value))


def _packed(states: tuple[bool, ...]) -> bytes:
    value = sum(1 << at for at, state in enumerate(states) if state)
    return value.to_bytes(-(-len(states) // 8), "little")


def _words(values: tuple[int, ...]) -> bytes:
    return struct.pack(f">{len(values)}H", *values)


def decode_question(frame: Frame) -> Question:
    """The question in a host's frame, or DecodeError."""
    cursor = _cursor(frame)
    question = _decode_question(frame, cursor)
    cursor.end()
    return question


def _decode_question(frame: Frame, cursor: Cursor) -> Question:
    match frame.function:
        case Function.WRITE_COIL | Function.WRITE_REGISTER:
            return _decode_single_write(frame, cursor)
        case Function.WRITE_COILS:
            first, count = _stretch(frame, cursor)
            states = _bits(cursor.take(cursor.byte()))
            if -(-count // 8) * 8 != len(states):
                raise DecodeError("value", "the number of coils and of bytes do not agree", 6)
            return WriteCoils(frame.unit, first, states[:count])
        case Function.WRITE_REGISTERS:
            first, count = _stretch(frame, cursor)
            values = _registers(frame, cursor)
            if count != len(values):
                raise DecodeError("value", "the number of registers and of bytes do not agree", 6)
            return WriteRegisters(frame.unit, first, values)
        case _ if frame.function in (*_BIT_READS, *_REGISTER_READS):
            return Read(frame.unit, Function(frame.function), *_stretch(frame, cursor))
        case _:
            raise _unknown(frame)


def decode_answer(frame: Frame) -> Answer:
    """The answer in a board's frame, or DecodeError."""
    cursor = _cursor(frame)
    answer = _decode_answer(frame, cursor)
    cursor.end()
    return answer


def _decode_answer(frame: Frame, cursor: Cursor) -> Answer:
    match frame.function:
        case Function.WRITE_COIL | Function.WRITE_REGISTER:
            return _decode_single_write(frame, cursor)
        case Function.WRITE_COILS | Function.WRITE_REGISTERS:
            return Written(frame.unit, Function(frame.function), *_stretch(frame, cursor))
        case function if function in _BIT_READS:
            return Bits(frame.unit, Function(function), _bits(cursor.take(cursor.byte())))
        case function if function in _REGISTER_READS:
            return Registers(frame.unit, Function(function), _registers(frame, cursor))
        case function if function & EXCEPTION_FLAG:
            return Refused(frame.unit, function & ~EXCEPTION_FLAG, cursor.byte())
        case _:
            raise _unknown(frame)


def _decode_single_write(frame: Frame, cursor: Cursor) -> WriteCoil | WriteRegister:
    address, value = _pair(cursor)
    make = WriteCoil if frame.function == Function.WRITE_COIL else WriteRegister
    return make(frame.unit, address, value)


def _cursor(frame: Frame) -> Cursor:
    """At the frame's data, with positions that count from the frame's start."""
    cursor = Cursor(bytes((frame.unit, frame.function)) + frame.data)
    cursor.take(2)
    return cursor


def _stretch(frame: Frame, cursor: Cursor) -> tuple[int, int]:
    """First and count, of which there are limits."""
    first, count = _pair(cursor)
    if not 0 < count <= _MOST[Function(frame.function)]:
        raise DecodeError("value", f"there cannot be {count} at once", 4)
    return first, count


def _pair(cursor: Cursor) -> tuple[int, int]:
    return int.from_bytes(cursor.take(2), "big"), int.from_bytes(cursor.take(2), "big")


def _bits(data: bytes) -> tuple[bool, ...]:
    return tuple(bool(byte >> bit & 1) for byte in data for bit in range(8))


def _registers(frame: Frame, cursor: Cursor) -> tuple[int, ...]:
    data = cursor.take(cursor.byte())
    if len(data) % 2:
        raise DecodeError("length", "registers have two bytes each", len(frame.data) + 2)
    return struct.unpack(f">{len(data) // 2}H", data)


def _unknown(frame: Frame) -> DecodeError:
    return DecodeError("command", f"function {frame.function:02X} is not known")
