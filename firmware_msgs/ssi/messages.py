"""What SSI packets mean (Programmer's Guide, opcodes). Two-way: the simulated scanner decodes what a driver encodes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import EncodeError
from firmware_msgs.ssi.packets import Packet, Source
from firmware_msgs.ssi.parameters import (
    Parameter,
    decode_numbers,
    decode_parameters,
    encode_numbers,
    encode_parameters,
)

NO_BEEP = 0xFF


class Opcode(IntEnum):
    """The messages known here. MULTIPACKET_* are [S] from one public driver, enioka_scan."""

    CUSTOM_DEFAULTS = 0x12
    MULTIPACKET_SEGMENT = 0x73
    MULTIPACKET_ACK = 0x74
    REQUEST_REVISION = 0xA3
    REPLY_REVISION = 0xA4
    ILLUMINATION_OFF = 0xC0
    ILLUMINATION_ON = 0xC1
    AIM_OFF = 0xC4
    AIM_ON = 0xC5
    PARAM_SEND = 0xC6
    PARAM_REQUEST = 0xC7
    PARAM_DEFAULTS = 0xC8
    CMD_ACK = 0xD0
    CMD_NAK = 0xD1
    FLUSH_QUEUE = 0xD2
    CAPABILITIES_REQUEST = 0xD3
    CAPABILITIES_REPLY = 0xD4
    START_SESSION = 0xE4
    STOP_SESSION = 0xE5
    BEEP = 0xE6
    LED_ON = 0xE7
    LED_OFF = 0xE8
    SCAN_ENABLE = 0xE9
    SCAN_DISABLE = 0xEA
    SLEEP = 0xEB
    DECODE_DATA = 0xF3
    EVENT = 0xF6
    IMAGER_MODE = 0xF7


class NakCause(IntEnum):
    """Why a message was not accepted (SE955, table 10-5)."""

    RESEND = 1  # its checksum was wrong
    BAD_CONTEXT = 2  # it is not known, or not now
    DENIED = 6  # it was understood and will not be done


_WITH_BYTE: Final = frozenset(
    {Opcode.CMD_NAK, Opcode.BEEP, Opcode.LED_ON, Opcode.LED_OFF, Opcode.EVENT, Opcode.IMAGER_MODE}
)
_WITH_DATA: Final = frozenset(
    {
        Opcode.MULTIPACKET_SEGMENT,
        Opcode.REPLY_REVISION,
        Opcode.CAPABILITIES_REPLY,
        Opcode.PARAM_SEND,
        Opcode.PARAM_REQUEST,
        Opcode.DECODE_DATA,
    }
)
_BARE: Final = frozenset(Opcode) - _WITH_BYTE - _WITH_DATA


@dataclass(frozen=True, slots=True)
class Signal:
    """A message that is its opcode alone, or with one byte: lamps, a beep code, an event, the cause of a NAK."""

    opcode: Opcode
    value: int | None = None


@dataclass(frozen=True, slots=True)
class SendParameters:
    """Settings, from the host to be taken over or from the scanner as asked for; `beep` sounds with it."""

    parameters: tuple[Parameter, ...]
    beep: int = NO_BEEP


@dataclass(frozen=True, slots=True)
class RequestParameters:
    """Which settings the host wants to know."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DecodeData:
    """A scanned code, or one packet of it. `code_type` see `code_types`."""

    code_type: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Revision:
    """What the scanner is and runs, in its own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Other:
    """Anything else."""

    opcode: int
    data: bytes


Message: TypeAlias = Signal | SendParameters | RequestParameters | DecodeData | Revision | Other

ACK: Final = Signal(Opcode.CMD_ACK)


def decode_message(packet: Packet) -> Message:
    """What the packet says. Raises `DecodeError` when its data is not what its opcode needs."""
    cursor = Cursor(packet.data)
    match packet.opcode:
        case Opcode.DECODE_DATA:
            return DecodeData(cursor.byte(), cursor.rest())
        case Opcode.PARAM_SEND:
            beep = cursor.byte()
            return SendParameters(decode_parameters(cursor.rest()), beep)
        case Opcode.PARAM_REQUEST:
            return RequestParameters(decode_numbers(packet.data))
        case Opcode.REPLY_REVISION:
            return Revision(packet.data.decode("ascii", "replace"))
        case _:
            return _decode_signal(packet)


def _decode_signal(packet: Packet) -> Signal | Other:
    if packet.opcode in _BARE and not packet.data:
        return Signal(Opcode(packet.opcode))
    if packet.opcode in _WITH_BYTE and len(packet.data) == 1:
        return Signal(Opcode(packet.opcode), packet.data[0])
    return Other(packet.opcode, packet.data)


def encode_message(message: Message, source: Source = Source.HOST, status: int = 0) -> Packet:
    """The packet that says it. Raises `EncodeError` when a value does not fit."""
    match message:
        case Signal(opcode, value):
            if (value is not None) is not (opcode in _WITH_BYTE) or opcode in _WITH_DATA:
                raise EncodeError(f"{opcode.name} cannot be sent so")
            return Packet(opcode, b"" if value is None else _byte(value), source, status)
        case SendParameters(parameters, beep):
            return Packet(Opcode.PARAM_SEND, _byte(beep) + encode_parameters(parameters), source, status)
        case RequestParameters(numbers):
            return Packet(Opcode.PARAM_REQUEST, encode_numbers(numbers), source, status)
        case DecodeData(code_type, data):
            return Packet(Opcode.DECODE_DATA, _byte(code_type) + data, source, status)
        case Revision(text):
            return Packet(Opcode.REPLY_REVISION, text.encode("ascii", "replace"), source, status)
        case Other(opcode, data):
            return Packet(opcode, data, source, status)


def _byte(value: int) -> bytes:
    if not 0 <= value <= 0xFF:
        raise EncodeError(f"{value} does not fit one byte")
    return bytes((value,))
