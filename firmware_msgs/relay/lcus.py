"""LCUS relay boards (LC Technology, 1 to 8 channels, USB serial, 9600 8N1): `A0 CHANNEL OPERATION SUM`.

The sum is that of the first three bytes. Operations 00 and 01 are known to every board and never answered [V]; 02 to 05
are known to newer boards, which answer with the channel's state in a frame of the same form [S] (public Chinese manual
and several drivers). So `A0 01 01 A2` is the order “on” from a host and the state “on” from a board.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.resync import ResyncDecoder

FRAME_BYTES = 4
"""The only size there is, and so the most a decoder buffers."""

BAUDRATE = 9600
_START = 0xA0


class Operation(IntEnum):
    """What a host orders; what a board answers is `OFF` or `ON`."""

    OFF = 0x00
    ON = 0x01
    OFF_ANSWERED = 0x02
    ON_ANSWERED = 0x03
    TOGGLE_ANSWERED = 0x04
    QUERY = 0x05


@dataclass(frozen=True, slots=True)
class Order:
    """A host's frame. Channels count from 1."""

    channel: int
    operation: Operation


@dataclass(frozen=True, slots=True)
class State:
    """A board's frame: whether the relay of this channel is energised."""

    channel: int
    energised: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of either direction."""

    channel: int
    code: int


Message: TypeAlias = Order | State


def switch(channel: int, *, energised: bool, answered: bool) -> Order:
    """The order that energises or releases a relay."""
    if answered:
        return Order(channel, Operation.ON_ANSWERED if energised else Operation.OFF_ANSWERED)
    return Order(channel, Operation.ON if energised else Operation.OFF)


def encode(message: Message) -> bytes:
    """The frame's bytes, or EncodeError when there is no such channel."""
    code = message.operation if isinstance(message, Order) else int(message.energised)
    if not 0 <= message.channel <= 0xFF:
        raise EncodeError(f"an LCUS board has no channel {message.channel}")
    return encode_frame(Frame(message.channel, code))


def encode_frame(frame: Frame) -> bytes:
    """The frame's bytes."""
    head = bytes((_START, frame.channel, frame.code))
    return head + bytes((sum(head) & 0xFF,))


def decode_frame(data: bytes) -> Frame:
    """The frame that `data` is, whole."""
    if len(data) < FRAME_BYTES:
        raise DecodeError("truncated", f"an LCUS frame has {FRAME_BYTES} bytes", len(data))
    if len(data) > FRAME_BYTES:
        raise DecodeError("length", f"an LCUS frame has {FRAME_BYTES} bytes", FRAME_BYTES)
    if data[0] != _START:
        raise DecodeError("value", "an LCUS frame starts with A0", 0)
    if sum(data[:3]) & 0xFF != data[3]:
        raise DecodeError("checksum", "the sum is wrong", 3)
    return Frame(data[1], data[2])


def decode_order(frame: Frame) -> Order:
    """The frame as a host's."""
    try:
        return Order(frame.channel, Operation(frame.code))
    except ValueError as error:
        raise DecodeError("command", f"operation {frame.code:02X} is not known", 2) from error


def decode_state(frame: Frame) -> State:
    """The frame as a board's."""
    if frame.code not in (Operation.OFF, Operation.ON):
        raise DecodeError("command", f"{frame.code:02X} is no state of a relay", 2)
    return State(frame.channel, frame.code == Operation.ON)


class FrameDecoder(ResyncDecoder[Frame]):
    """Bytes in, frames out."""

    def __init__(self) -> None:
        super().__init__(_length_of, _parse, FRAME_BYTES, 1)


def _length_of(head: bytes) -> int | None:
    return FRAME_BYTES if head[0] == _START else 0


def _parse(data: bytes) -> Frame | None:
    return Frame(data[1], data[2]) if sum(data[:3]) & 0xFF == data[3] else None
