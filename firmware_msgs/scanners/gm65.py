"""GM65 scan modules and their kin (Hangzhou Grow GM65, GM805, GM812; Newland EM3095): registers over 9600 8N1.

Command `7E 00 type length address16 data CRC16`, reply `02 00 result length data CRC16`; CRC XMODEM from the type on. A
command may carry AB CD instead, which switches its check off (GM65 User Manual, chapter 3; EM3095 User Manual, page 9).
A heartbeat (command of type 0A) is replied to with 03 00 in front.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.scanners.interleaved import AnswerForm, from_head

MAX_DATA_BYTES = 255
MAX_REPLY_BYTES = 4 + MAX_DATA_BYTES + 2

COMMAND_HEAD: Final = b"\x7e\x00"
REPLY_HEAD: Final = b"\x02\x00"
HEARTBEAT_HEAD: Final = b"\x03\x00"
_UNCHECKED: Final = b"\xab\xcd"
_CRC_BYTES = 2
_ADDRESS_BYTES = 2


class Register(IntEnum):
    """Addresses that this project uses, by the GM65's manual."""

    MODE = 0x0000  # bits 1-0 see `Mode`; the others are lamps and sounds
    TRIGGER = 0x0002  # bit 0 begins one reading in command mode, and falls by itself


class Mode(IntEnum):
    """When the module reads: bits 1-0 of its mode register."""

    BY_KEY = 0
    BY_COMMAND = 1
    CONTINUOUS = 2
    SENSING = 3  # when something moves in front of it


MODE_MASK = 0x03


class _Type(IntEnum):
    READ = 0x07
    WRITE = 0x08
    SAVE = 0x09


class Result(IntEnum):
    """What became of a command."""

    DONE = 0x00
    WRONG_CRC = 0x01
    UNKNOWN = 0x03


@dataclass(frozen=True, slots=True)
class ReadRegisters:
    """Tell `count` registers from `address` on (0: 256 of them)."""

    address: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class WriteRegisters:
    """Set the registers from `address` on, until power is lost."""

    address: int
    data: bytes


@dataclass(frozen=True, slots=True)
class SaveRegisters:
    """Keep all registers through a power cycle. The flash wears: not at each start."""


@dataclass(frozen=True, slots=True)
class OtherCommand:
    """A command of another type, as the makers' tools send them."""

    kind: int
    address: int
    data: bytes


Command: TypeAlias = ReadRegisters | WriteRegisters | SaveRegisters | OtherCommand


@dataclass(frozen=True, slots=True)
class Reply:
    """`data` are the registers read, or one 00."""

    result: int
    data: bytes


TRIGGER_ONE: Final = WriteRegisters(Register.TRIGGER, b"\x01")


def encode_command(command: Command) -> bytes:
    """The command with its CRC. Raises `EncodeError`."""
    kind, address, data = _fields(command)
    if len(data) > MAX_DATA_BYTES or not (0 <= address <= 0xFFFF and 0 <= kind <= 0xFF):
        raise EncodeError("The command does not fit its type, address and 255 bytes of data")
    return _framed(COMMAND_HEAD, bytes((kind, len(data))) + address.to_bytes(2, "big") + data)


def _fields(command: Command) -> tuple[int, int, bytes]:
    match command:
        case ReadRegisters(address, count):
            return _Type.READ, address, bytes((count & 0xFF,))
        case WriteRegisters(address, data):
            return _Type.WRITE, address, data
        case SaveRegisters():
            return _Type.SAVE, 0, b"\x00"
        case OtherCommand(kind, address, data):
            return kind, address, data


def decode_command(frame: bytes) -> Command:
    """One whole command. Raises `DecodeError`."""
    body = _body(frame, COMMAND_HEAD)
    kind, address, data = body[0], int.from_bytes(body[2:4], "big"), body[4:]
    if kind == _Type.READ and len(data) == 1:
        return ReadRegisters(address, data[0])
    if kind == _Type.WRITE and data:
        return WriteRegisters(address, data)
    if (kind, address, data) == (_Type.SAVE, 0, b"\x00"):
        return SaveRegisters()
    return OtherCommand(kind, address, data)


def is_unchecked(frame: bytes) -> bool:
    """Whether a command switches its own check off."""
    return frame[-_CRC_BYTES:] == _UNCHECKED


def encode_reply(reply: Reply) -> bytes:
    """The reply with its CRC."""
    if len(reply.data) > MAX_DATA_BYTES:
        raise EncodeError(f"A reply holds {MAX_DATA_BYTES} bytes, not {len(reply.data)}")
    return _framed(REPLY_HEAD, bytes((reply.result, len(reply.data))) + reply.data)


def decode_reply(frame: bytes, head: bytes = REPLY_HEAD) -> Reply:
    """One whole reply. Raises `DecodeError`."""
    body = _body(frame, head)
    return Reply(body[0], body[2:])


def find_reply(data: bytes) -> tuple[int, int] | None:
    """Where the first reply in `data` with a right CRC begins and ends."""
    start = data.find(REPLY_HEAD)
    while start >= 0:
        end = start + _length_of(data[start:], 0)
        if end <= len(data) and _is_reply(data[start:end]):
            return start, end
        start = data.find(REPLY_HEAD, start + 1)
    return None


def _is_reply(frame: bytes) -> bool:
    try:
        decode_reply(frame)
    except DecodeError:
        return False
    return True


ANSWERS: Final = AnswerForm(find_reply, from_head(REPLY_HEAD), MAX_REPLY_BYTES)


def _framed(head: bytes, body: bytes) -> bytes:
    return head + body + _crc(body)


def _crc(body: bytes) -> bytes:
    return binascii.crc_hqx(body, 0).to_bytes(_CRC_BYTES, "big")


def _body(frame: bytes, head: bytes) -> bytes:
    """What lies between head and CRC, as long as its second byte says."""
    if frame[:2] != head:
        raise DecodeError("start", f"A message begins with {head.hex(' ').upper()}", 0)
    is_command = head == COMMAND_HEAD
    length = _length_of(frame, _ADDRESS_BYTES if is_command else 0)
    if len(frame) < length:
        raise DecodeError("truncated", "The message ends too early", len(frame))
    if len(frame) > length:
        raise DecodeError("length", f"{len(frame) - length} bytes too many", length)
    body = frame[2:-_CRC_BYTES]
    if frame[-_CRC_BYTES:] != _crc(body) and not (is_command and is_unchecked(frame)):
        raise DecodeError("checksum", "The CRC is wrong", len(frame) - _CRC_BYTES)
    return body


def _length_of(frame: bytes, address_bytes: int) -> int:
    """How long the message says it is; while it does not say yet, one byte more than is there."""
    return len(frame) + 1 if len(frame) < 4 else 4 + address_bytes + frame[3] + _CRC_BYTES
