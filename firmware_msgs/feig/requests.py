"""What a host asks of a FEIG reader, as typed values, encoded by the host and decoded by the simulated firmware.

`B0` carries the ISO 15693 commands: sub-command, mode, UID of the tag addressed, parameters. UIDs are upper-case hex,
most significant byte first, as on the wire. Block data is most significant byte first on the wire: each block is
reversed here, so that values hold a tag's bytes in the tag's own order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.feig.frames import ANY_ADDRESS, Frame, Framing

UID_BYTES = 8
MAX_READ_BYTES = 128
"""One read answers at most this much of a tag's memory."""


class Command(IntEnum):
    """The command byte."""

    DETECT_BAUD_RATE = 0x52
    SOFTWARE_VERSION = 0x65
    RESET_RF = 0x69
    SWITCH_RF = 0x6A
    SET_OUTPUTS = 0x71
    ISO_15693 = 0xB0


class TagCommand(IntEnum):
    """The byte after `B0`."""

    INVENTORY = 0x01
    READ_BLOCKS = 0x23
    WRITE_BLOCKS = 0x24
    WRITE_AFI = 0x27
    SYSTEM_INFORMATION = 0x2B


_MORE = 0x80
_ADDRESSED = 0x01
_WITH_SECURITY = 0x08


@dataclass(frozen=True, slots=True)
class TakeInventory:
    """All tags in the field; `more`: what did not fit into the answer before."""

    more: bool = False


@dataclass(frozen=True, slots=True)
class ReadBlocks:
    """`count` blocks from block `first`; `with_security` asks the tag for each block's lock too."""

    uid: str
    first: int
    count: int
    with_security: bool = False


@dataclass(frozen=True, slots=True)
class WriteBlocks:
    """Blocks of one size, written from block `first` on."""

    uid: str
    first: int
    blocks: tuple[bytes, ...]
    with_security: bool = False


@dataclass(frozen=True, slots=True)
class WriteAfi:
    """The tag's application family, by which gates tell secured items."""

    uid: str
    afi: int


@dataclass(frozen=True, slots=True)
class GetSystemInformation:
    """DSFID, AFI and memory size of one tag."""

    uid: str


@dataclass(frozen=True, slots=True)
class GetSoftwareVersion:
    """What reader and firmware this is."""


@dataclass(frozen=True, slots=True)
class ResetRf:
    """Switch the field off for a moment, so that every tag starts afresh."""


@dataclass(frozen=True, slots=True)
class SwitchRf:
    """Switch the field on, or off so that the reader next to it works undisturbed."""

    on: bool


@dataclass(frozen=True, slots=True)
class DetectBaudRate:
    """Asks for nothing but an answer."""


@dataclass(frozen=True, slots=True)
class SetOutputs:
    """Lamps and beeper, two bits each: 0 as it is, 1 on, 2 off, 3 flashing at the rate in the same two bits of `rates`.
    Times count 100 ms. (Field order from the vendor's SDK; which bits drive which lamp depends on the model.)
    """

    states: int
    rates: int
    lamp_time: int
    relay_time: int


TagRequest: TypeAlias = TakeInventory | ReadBlocks | WriteBlocks | WriteAfi | GetSystemInformation
Request: TypeAlias = TagRequest | GetSoftwareVersion | ResetRf | SwitchRf | DetectBaudRate | SetOutputs


_COMMANDS: dict[type[Request], Command] = {
    GetSoftwareVersion: Command.SOFTWARE_VERSION,
    ResetRf: Command.RESET_RF,
    SwitchRf: Command.SWITCH_RF,
    DetectBaudRate: Command.DETECT_BAUD_RATE,
    SetOutputs: Command.SET_OUTPUTS,
}


def command_of(request: Request) -> Command:
    """The command byte that a request is sent under and answered with."""
    return _COMMANDS.get(type(request), Command.ISO_15693)


def encode_request(request: Request, framing: Framing = Framing.ADVANCED, address: int = ANY_ADDRESS) -> Frame:
    """The request as a frame, or EncodeError when a value does not fit the wire."""
    try:
        data = _request_data(request)
    except (ValueError, OverflowError) as error:
        raise EncodeError(f"{type(request).__name__} does not fit the wire: {error}") from error
    return Frame(command_of(request), data, address, framing)


def _request_data(request: Request) -> bytes:
    match request:
        case SetOutputs(states, rates, lamp_time, relay_time):
            return b"".join(value.to_bytes(2, "big") for value in (states, rates, lamp_time, relay_time))
        case SwitchRf(on):
            return bytes((on,))
        case DetectBaudRate():
            return bytes(1)
        case GetSoftwareVersion() | ResetRf():
            return b""
        case _:
            return _tag_request_data(request)


def _tag_request_data(request: TagRequest) -> bytes:
    match request:
        case TakeInventory(more):
            return bytes((TagCommand.INVENTORY, _MORE if more else 0))
        case ReadBlocks(uid, first, count, with_security):
            return _addressed(TagCommand.READ_BLOCKS, uid, with_security) + bytes((first, count))
        case WriteBlocks(uid, first, blocks, with_security):
            head = _addressed(TagCommand.WRITE_BLOCKS, uid, with_security)
            return head + bytes((first, len(blocks), _common_size(blocks))) + b"".join(map(on_wire, blocks))
        case WriteAfi(uid, afi):
            return _addressed(TagCommand.WRITE_AFI, uid) + bytes((afi,))
        case GetSystemInformation(uid):
            return _addressed(TagCommand.SYSTEM_INFORMATION, uid)


def on_wire(block: bytes) -> bytes:
    """A block between the tag's order and the wire's, both ways."""
    return block[::-1]


def uid_bytes(uid: str) -> bytes:
    """The UID's eight bytes, or EncodeError."""
    try:
        data = bytes.fromhex(uid)
    except ValueError as error:
        raise EncodeError("a UID is sixteen hexadecimal digits") from error
    if len(data) != UID_BYTES:
        raise EncodeError(f"a UID has {UID_BYTES} bytes, not {len(data)}")
    return data


def _addressed(command: TagCommand, uid: str, with_security: bool = False) -> bytes:  # noqa: FBT001, FBT002 — private
    mode = _ADDRESSED | (_WITH_SECURITY if with_security else 0)
    return bytes((command, mode)) + uid_bytes(uid)


def _common_size(blocks: tuple[bytes, ...]) -> int:
    sizes = {len(block) for block in blocks}
    if len(sizes) != 1:
        raise EncodeError("blocks to write must be one or more, all of one size")
    return sizes.pop()


def decode_request(frame: Frame) -> Request:
    """The request in a frame, or DecodeError; a reader answers the latter with a status, not with silence."""
    cursor = Cursor(frame.data)
    request = _decode_request(frame.command, cursor)
    cursor.end()
    return request


def _decode_request(command: int, cursor: Cursor) -> Request:
    match command:
        case Command.ISO_15693:
            return _decode_tag_request(cursor.byte(), cursor.byte(), cursor)
        case Command.SWITCH_RF:
            return SwitchRf(on=cursor.byte() != 0)
        case Command.DETECT_BAUD_RATE:
            cursor.byte()
            return DetectBaudRate()
        case Command.SET_OUTPUTS:
            return SetOutputs(*(int.from_bytes(cursor.take(2), "big") for _ in range(4)))
        case _:
            return _decode_bare_request(command)


def _decode_bare_request(command: int) -> Request:
    if command == Command.SOFTWARE_VERSION:
        return GetSoftwareVersion()
    if command == Command.RESET_RF:
        return ResetRf()
    raise DecodeError("command", f"command {command:02X} is not known")


def _decode_tag_request(command: int, mode: int, cursor: Cursor) -> TagRequest:
    if command == TagCommand.INVENTORY:
        return TakeInventory(more=bool(mode & _MORE))
    if mode & ~_WITH_SECURITY != _ADDRESSED:
        raise DecodeError("value", "only tags addressed by their UID are served", 1)
    uid, with_security = cursor.take(UID_BYTES).hex().upper(), bool(mode & _WITH_SECURITY)
    match command:
        case TagCommand.READ_BLOCKS:
            return ReadBlocks(uid, cursor.byte(), cursor.byte(), with_security)
        case TagCommand.WRITE_BLOCKS:
            first, count, size = cursor.take(3)
            blocks = tuple(on_wire(cursor.take(size)) for _ in range(count))
            return WriteBlocks(uid, first, blocks, with_security)
        case TagCommand.WRITE_AFI:
            return WriteAfi(uid, cursor.byte())
        case TagCommand.SYSTEM_INFORMATION:
            return GetSystemInformation(uid)
        case _:
            raise DecodeError("command", f"tag command {command:02X} is not known", 0)
