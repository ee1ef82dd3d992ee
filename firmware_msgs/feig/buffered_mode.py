"""Buffered read mode: the reader gathers what passes it, the host fetches and clears it (FEIG H20411-0e, 10).

`21` has short counts, `22` longer ones. What they answer is in `buffer_records`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.feig.commands import Command


@dataclass(frozen=True, slots=True)
class ReadBuffer:
    """The oldest records, up to `count`; they stay until `ClearBuffer`. `large`: by `22`."""

    count: int
    large: bool = True


@dataclass(frozen=True, slots=True)
class GetBufferInformation:
    """How much the buffer can hold and holds."""


@dataclass(frozen=True, slots=True)
class ClearBuffer:
    """Forget the records read last."""


@dataclass(frozen=True, slots=True)
class StartBuffer:
    """Forget all records and begin anew."""


BufferRequest: TypeAlias = ReadBuffer | GetBufferInformation | ClearBuffer | StartBuffer

_COMMANDS: Final[Mapping[type[BufferRequest], Command]] = {
    GetBufferInformation: Command.BUFFER_INFORMATION,
    ClearBuffer: Command.CLEAR_BUFFER,
    StartBuffer: Command.START_BUFFER,
}


@dataclass(frozen=True, slots=True)
class BufferInformation:
    """Records that fit; the place of the first; how many there are."""

    size: int
    start: int
    count: int


def buffer_command(request: BufferRequest) -> Command:
    """The command byte."""
    if isinstance(request, ReadBuffer):
        return Command.READ_LARGE_BUFFER if request.large else Command.READ_BUFFER
    return _COMMANDS[type(request)]


def encode_buffer_request(request: BufferRequest) -> bytes:
    """What follows the command byte."""
    match request:
        case ReadBuffer(count, large):
            return count.to_bytes(2 if large else 1, "big")
        case _:
            return b""


def decode_buffer_request(command: int, cursor: Cursor) -> BufferRequest:
    """The request behind this command byte, or DecodeError."""
    match command:
        case Command.READ_BUFFER:
            return ReadBuffer(cursor.byte(), large=False)
        case Command.READ_LARGE_BUFFER:
            return ReadBuffer(cursor.word(), large=True)
        case Command.BUFFER_INFORMATION:
            return GetBufferInformation()
        case Command.CLEAR_BUFFER:
            return ClearBuffer()
        case _:
            return StartBuffer()
