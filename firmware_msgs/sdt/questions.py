"""What an identity card reader is asked (SAM 通讯协议, table 9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from firmware_msgs.errors import DecodeError


class Command(Enum):
    """CMD and PARA."""

    RESET = b"\x10\xff"
    STATUS = b"\x11\xff"
    MODULE_ID = b"\x12\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ = b"\x30\x01"  # text and photo
    READ_NEW_ADDRESS = b"\x30\x03"
    READ_WITH_FINGERPRINT = b"\x30\x10"
    SET_RADIO_SIZE = b"\x61\xff"
    SET_BAUD_115200 = b"\x60\x00"
    SET_BAUD_57600 = b"\x60\x01"
    SET_BAUD_38400 = b"\x60\x02"
    SET_BAUD_19200 = b"\x60\x03"
    SET_BAUD_9600 = b"\x60\x04"


_DATA_BYTES: Final = {Command.SET_RADIO_SIZE: 1}


@dataclass(frozen=True, slots=True)
class Question:
    """`data` is empty but for SET_RADIO_SIZE, whose one byte is the most bytes a radio frame may have."""

    command: Command
    data: bytes = b""


def encode_question(question: Question) -> bytes:
    """The body of its frame."""
    return question.command.value + question.data


def decode_question(body: bytes) -> Question:
    """The question, or `DecodeError` for a body that is none."""
    try:
        command = Command(body[:2])
    except ValueError as error:
        raise DecodeError("command", "No such CMD and PARA") from error
    wanted = _DATA_BYTES.get(command, 0)
    if len(body) != 2 + wanted:
        raise DecodeError("length", f"{command.name} has {wanted} bytes of data", 2)
    return Question(command, body[2:])
