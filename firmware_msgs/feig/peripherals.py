"""What hangs on a reader: `9F` carries a whole frame to it and back (FEIG H71011-0e, 10.1; the people counter's own
commands: FEIG's SDK and the handbook of ID ISC.ANT1520/680).

After the command byte: mode (0), kind of device, port, the frame for the device. The people counter of a gate is
device 13 on port 2 (RS485) and keeps four counts: in and out of each of two aisles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.feig.commands import Command
from firmware_msgs.feig.frames import ANY_ADDRESS, Frame, Framing, encode_frame, parse_whole

PEOPLE_COUNTER = 13
RS485 = 0x02
COUNTS: Final = 4

_HEAD = bytes((0, PEOPLE_COUNTER, RS485))
_MODE = b"\0"


@dataclass(frozen=True, slots=True)
class GetPeople:
    """What a people counter counted so far; `address` is its own on the RS485 line."""

    address: int = ANY_ADDRESS


@dataclass(frozen=True, slots=True)
class SetPeople:
    """Count on from these."""

    counts: tuple[int, ...]
    address: int = ANY_ADDRESS


@dataclass(frozen=True, slots=True)
class People:
    """How many passed, by aisle and direction. Each counts to 2³² - 1 and then from 0."""

    counts: tuple[int, ...]


PeripheralRequest: TypeAlias = GetPeople | SetPeople


def encode_peripheral_request(request: PeripheralRequest) -> bytes:
    """What follows the command byte."""
    return _HEAD + encode_frame(_request_frame(request))


def _request_frame(request: PeripheralRequest) -> Frame:
    match request:
        case GetPeople(address):
            return Frame(Command.GET_PEOPLE, _MODE, address, Framing.STANDARD)
        case SetPeople(counts, address):
            return Frame(Command.SET_PEOPLE, _MODE + _encode_counts(counts), address, Framing.STANDARD)


def decode_peripheral_request(cursor: Cursor) -> PeripheralRequest:
    """The request behind `9F`, or DecodeError."""
    if cursor.take(len(_HEAD)) != _HEAD:
        raise DecodeError("value", "only a people counter on RS485 is known here", 0)
    frame = parse_whole(cursor.rest())
    inner = Cursor(frame.data)
    if inner.take(1) != _MODE or frame.command not in {Command.GET_PEOPLE, Command.SET_PEOPLE}:
        raise DecodeError("command", f"a people counter's command {frame.command:02X} is not known")
    if frame.command == Command.GET_PEOPLE:
        inner.end()
        return GetPeople(frame.address)
    return SetPeople(_decode_counts(inner), frame.address)


@dataclass(frozen=True, slots=True)
class PeripheralAnswer:
    """What the device behind the reader answered: its status, and its counts if it was asked for them."""

    status: int
    people: People | None = None


def encode_peripheral_answer(request: PeripheralRequest, answer: PeripheralAnswer) -> bytes:
    """What follows the reader's status."""
    data = bytes((answer.status,)) + (b"" if answer.people is None else _encode_counts(answer.people.counts))
    asked = _request_frame(request)
    address = 0 if asked.address == ANY_ADDRESS else asked.address
    return encode_frame(Frame(asked.command, data, address, Framing.STANDARD))


def decode_peripheral_answer(request: PeripheralRequest, cursor: Cursor) -> PeripheralAnswer:
    """The same, the other way round; DecodeError when the frame inside answers something else."""
    frame = parse_whole(cursor.rest())
    if frame.command != _request_frame(request).command:
        raise DecodeError("command", "the people counter answered something else")
    inner = Cursor(frame.data)
    status = inner.byte()
    people = People(_decode_counts(inner)) if status == 0 and isinstance(request, GetPeople) else None
    inner.end()
    return PeripheralAnswer(status, people)


def _encode_counts(counts: tuple[int, ...]) -> bytes:
    if len(counts) != COUNTS:
        raise EncodeError(f"a people counter has {COUNTS} counts, not {len(counts)}")
    return b"".join(count.to_bytes(4, "big") for count in counts)


def _decode_counts(cursor: Cursor) -> tuple[int, ...]:
    return tuple(int.from_bytes(cursor.take(4), "big") for _ in range(COUNTS))
