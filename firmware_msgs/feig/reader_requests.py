"""What a host asks of the reader itself (FEIG H60301-3e, 5; noise level: H20411-0e)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.commands import Command
from firmware_msgs.feig.outputs import OutputRecord, decode_record, encode_record


@dataclass(frozen=True, slots=True)
class DetectBaudRate:
    """Asks for nothing but an answer."""


@dataclass(frozen=True, slots=True)
class ResetCpu:
    """Start the reader's program anew; it answers before it goes."""


@dataclass(frozen=True, slots=True)
class ResetSystem:
    """Start one controller of the reader anew, or all of them."""

    controller: int = 0


@dataclass(frozen=True, slots=True)
class GetSoftwareVersion:
    """What reader and firmware this is."""


@dataclass(frozen=True, slots=True)
class GetReaderInformation:
    """More of the same; `mode` says of what (`InformationMode`)."""

    mode: int = 0


@dataclass(frozen=True, slots=True)
class ResetRf:
    """Switch the field off for a moment, so that every tag starts afresh."""


@dataclass(frozen=True, slots=True)
class SwitchRf:
    """Switch the field on, or off so that the reader next to it works undisturbed."""

    on: bool


@dataclass(frozen=True, slots=True)
class SetNoiseLevel:
    """What counts as noise, in the reader's own units."""

    minimum: int
    average: int
    maximum: int


@dataclass(frozen=True, slots=True)
class GetNoiseLevel:
    """How much noise there is."""


@dataclass(frozen=True, slots=True)
class SetOutputs:
    """Lamps, beeper and relays, two bits each (`OutputState`; which bits drive what depends on the model).

    A flashing one flashes at the rate in the same two bits of `rates` (`FlashRate`). Times count 100 ms: the first is
    for lamps and beeper, the second for outputs and relay.
    """

    states: int
    rates: int = 0
    lamp_time: int = 0
    relay_time: int = 0


@dataclass(frozen=True, slots=True)
class SetOutputRecords:
    """The same, for readers with `72`: one record for each output."""

    records: tuple[OutputRecord, ...]


@dataclass(frozen=True, slots=True)
class GetInputs:
    """Which inputs are active."""


ReaderRequest: TypeAlias = (
    DetectBaudRate
    | ResetCpu
    | ResetSystem
    | GetSoftwareVersion
    | GetReaderInformation
    | ResetRf
    | SwitchRf
    | SetNoiseLevel
    | GetNoiseLevel
    | SetOutputs
    | SetOutputRecords
    | GetInputs
)

READER_COMMANDS: Final[Mapping[type[ReaderRequest], Command]] = {
    DetectBaudRate: Command.DETECT_BAUD_RATE,
    ResetCpu: Command.RESET_CPU,
    ResetSystem: Command.RESET_SYSTEM,
    GetSoftwareVersion: Command.SOFTWARE_VERSION,
    GetReaderInformation: Command.READER_INFORMATION,
    ResetRf: Command.RESET_RF,
    SwitchRf: Command.SWITCH_RF,
    SetNoiseLevel: Command.SET_NOISE_LEVEL,
    GetNoiseLevel: Command.GET_NOISE_LEVEL,
    SetOutputs: Command.SET_OUTPUTS,
    SetOutputRecords: Command.SET_OUTPUT_RECORDS,
    GetInputs: Command.GET_INPUTS,
}

_RECORDS = 0x01  # the only mode of 72 that is documented


def encode_reader_request(request: ReaderRequest) -> bytes:
    """What follows the command byte."""
    match request:
        case SetOutputs(states, rates, lamp_time, relay_time):
            return _as_words(states, rates, lamp_time, relay_time)
        case SetNoiseLevel(minimum, average, maximum):
            return _as_words(minimum, average, maximum)
        case SetOutputRecords(records):
            return bytes((_RECORDS, len(records))) + b"".join(map(encode_record, records))
        case SwitchRf(value) | ResetSystem(value) | GetReaderInformation(value):
            return bytes((value,))
        case DetectBaudRate():
            return bytes(1)
        case _:
            return b""


def decode_reader_request(command: int, cursor: Cursor) -> ReaderRequest:
    """The request behind this command byte, or DecodeError."""
    match command:
        case Command.DETECT_BAUD_RATE:
            cursor.byte()
            return DetectBaudRate()
        case Command.SWITCH_RF:
            return SwitchRf(on=_switch(cursor))
        case Command.RESET_SYSTEM:
            return ResetSystem(cursor.byte())
        case Command.READER_INFORMATION:
            return GetReaderInformation(cursor.byte())
        case Command.SET_NOISE_LEVEL | Command.SET_OUTPUTS | Command.SET_OUTPUT_RECORDS:
            return _decode_setting(command, cursor)
        case _:
            return _decode_bare_request(command)


def _decode_setting(command: int, cursor: Cursor) -> ReaderRequest:
    match command:
        case Command.SET_NOISE_LEVEL:
            return SetNoiseLevel(cursor.word(), cursor.word(), cursor.word())
        case Command.SET_OUTPUTS:
            return SetOutputs(cursor.word(), cursor.word(), cursor.word(), cursor.word())
        case _:
            return SetOutputRecords(_records(cursor))


def _decode_bare_request(command: int) -> ReaderRequest:
    match command:
        case Command.RESET_CPU:
            return ResetCpu()
        case Command.SOFTWARE_VERSION:
            return GetSoftwareVersion()
        case Command.RESET_RF:
            return ResetRf()
        case Command.GET_NOISE_LEVEL:
            return GetNoiseLevel()
        case Command.GET_INPUTS:
            return GetInputs()
        case _:
            raise DecodeError("command", f"command {command:02X} is not known")


def _switch(cursor: Cursor) -> bool:
    value = cursor.byte()
    if value > 1:
        raise DecodeError("value", "a field is switched off by 0 and on by 1", 0)
    return value == 1


def _records(cursor: Cursor) -> tuple[OutputRecord, ...]:
    if cursor.byte() != _RECORDS:
        raise DecodeError("value", "only output records of mode 01 are served", 0)
    return tuple(decode_record(cursor) for _ in range(cursor.byte()))


def _as_words(*values: int) -> bytes:
    return b"".join(value.to_bytes(2, "big") for value in values)
