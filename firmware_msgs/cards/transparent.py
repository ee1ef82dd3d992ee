"""Transparent sessions: what the host sends goes to the card as it is (PC/SC part 3 supplement, 4.2: `FFC2`).

The ACS ACR1552U carries ISO 15693 commands in them; two public programs drive such tags so (and one an ISO 14443 A
card), and agree with one another but for the byte order of the time limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

from firmware_msgs.apdu import SHORT_LE_MAX, SUCCESS, Command, Response, meaning
from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError

_CLASS, _INS = 0xFF, 0xC2
_MANAGE, _EXCHANGE, _SWITCH = 0x00, 0x01, 0x02  # P2

_SWITCH_TAG, _TIMER_TAG, _TRANSCEIVE_TAG = 0x8F, 0x5F46, 0x95
_STATUS_TAG, _CARD_STATUS_TAG, _CARD_DATA_TAG = 0xC0, 0x96, 0x97
_TWO_BYTE_TAG = 0x1F  # low bits all set: the tag goes on in the next byte (ISO 7816-4, 5.2.2.1)
_LENGTH_MAX = 0x7F
_CARD_ERROR = 0x0F  # CRC, collision, parity, framing

TIME_LIMIT: Final = bytes.fromhex("00030300")
"""197 ms, ten times a tag's EEPROM write: the same number from either end, for the sources disagree which is first."""


class Order(IntEnum):
    """What to do with the session or the field; the value is the tag of an empty data object."""

    START = 0x81
    END = 0x82
    FIELD_OFF = 0x83
    FIELD_ON = 0x84


class Standard(IntEnum):
    """Of the card."""

    ISO14443A = 0x00
    ISO14443B = 0x01
    ISO15693 = 0x02
    FELICA = 0x03


@dataclass(frozen=True, slots=True)
class Manage:
    """Start or end a session, or switch the field; `then` goes on in the same command."""

    order: Order
    then: tuple[Order, ...] = ()


@dataclass(frozen=True, slots=True)
class SwitchProtocol:
    """Speak this standard from now on, the reader keeping to this layer and those below."""

    standard: Standard
    layer: int


@dataclass(frozen=True, slots=True)
class Transceive:
    """Send to the card and wait for its answer."""

    data: bytes


TransparentCommand: TypeAlias = Manage | SwitchProtocol | Transceive

SPEAK_ISO15693: Final = SwitchProtocol(Standard.ISO15693, 3)


def encode_transparent(command: TransparentCommand) -> Command:
    """The command as an APDU. Raises `EncodeError`."""
    match command:
        case Manage(order, then):
            return _apdu(_MANAGE, b"".join(_data_object(each, b"") for each in (order, *then)))
        case SwitchProtocol(standard, layer):
            return _apdu(_SWITCH, _data_object(_SWITCH_TAG, bytes((standard, layer))))
        case Transceive(data):
            return _apdu(_EXCHANGE, _data_object(_TIMER_TAG, TIME_LIMIT) + _data_object(_TRANSCEIVE_TAG, data))


def _apdu(p2: int, data: bytes) -> Command:
    return Command(_CLASS, _INS, 0, p2, data, SHORT_LE_MAX)


def _data_object(tag: int, value: bytes) -> bytes:
    if len(value) > _LENGTH_MAX:
        raise EncodeError(f"{_LENGTH_MAX} bytes can be sent to a card at once, not {len(value)}")
    return tag.to_bytes(2).lstrip(b"\0") + bytes((len(value),)) + value


def decode_transparent(apdu: Command) -> TransparentCommand:
    """What an APDU asks of the session. Other data objects (flags, framing, time limits) are passed over. Raises
    `DecodeError`.
    """
    if (apdu.cla, apdu.ins, apdu.p1) != (_CLASS, _INS, 0):
        raise DecodeError("command", "This is no command of a transparent session", 1)
    if apdu.p2 == _MANAGE and (orders := _orders(apdu.data)):
        return Manage(orders[0], orders[1:])
    for tag, value in _data_objects(apdu.data):
        if apdu.p2 == _SWITCH and tag == _SWITCH_TAG and len(value) == 2 and value[0] in set(Standard):
            return SwitchProtocol(Standard(value[0]), value[1])
        if apdu.p2 == _EXCHANGE and tag == _TRANSCEIVE_TAG:
            return Transceive(value)
    raise DecodeError("value", "This command of a transparent session is not known", 3)


def _orders(data: bytes) -> tuple[Order, ...]:
    return tuple(Order(tag) for tag, value in _data_objects(data) if tag in set(Order) and not value)


def _data_objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and value of each."""
    cursor = Cursor(data)
    while cursor.left:
        tag = cursor.byte()
        if tag & _TWO_BYTE_TAG == _TWO_BYTE_TAG and tag != _SWITCH_TAG:
            tag = tag << 8 | cursor.byte()
        size = cursor.byte()
        if size > _LENGTH_MAX:
            size = int.from_bytes(cursor.take(size & _LENGTH_MAX))
        yield tag, cursor.take(size)


def encode_transparent_answer(data: bytes | None, status: int = SUCCESS) -> Response:
    """What a reader answers: the card's `data`, or none."""
    told = _data_object(_STATUS_TAG, bytes(1) + status.to_bytes(2))
    if data is not None:
        told += _data_object(_CARD_STATUS_TAG, bytes(2)) + _data_object(_CARD_DATA_TAG, data)
    return Response(told, SUCCESS)


def card_data_of(response: Response) -> bytes:
    """The card's answer to a `Transceive`; empty after the other commands. Raises `DecodeError` when there is none."""
    if not response.ok:
        raise DecodeError("status", f"The reader refuses the session: {meaning(response.status)}")
    data = b""
    for tag, value in _data_objects(response.data):
        if tag == _STATUS_TAG and int.from_bytes(value[-2:]) != SUCCESS:
            raise DecodeError("status", f"The card did not answer: {meaning(int.from_bytes(value[-2:]))}")
        if tag == _CARD_STATUS_TAG and value and value[0] & _CARD_ERROR:
            raise DecodeError("status", "The card's answer was garbled on the air")
        if tag == _CARD_DATA_TAG:
            data = value
    return data
