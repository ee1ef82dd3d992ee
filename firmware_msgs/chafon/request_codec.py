"""The bytes of requests to a Chafon reader: encoded by the host, decoded by the simulated firmware."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import astuple
from typing import Final

from firmware_msgs.chafon.frames import ANY_ADDRESS, Frame
from firmware_msgs.chafon.requests import (
    LONGEST_EPC_WORDS,
    LONGEST_READ_WORDS,
    PLAIN,
    SETTINGS,
    Command,
    LockAction,
    LockArea,
    LockTag,
    Mask,
    Plain,
    ReadTag,
    Request,
    Scan,
    Selection,
    SetRegion,
    Setting,
    Signal,
    TakeInventory,
    TakeInventory288,
    Words,
    WriteEpc,
    WriteTag,
    command_of,
)
from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.tags.uhf.gen2 import WORD_BYTES, MemoryBank

_BY_MASK = 0xFF
_PASSWORD_BYTES = 4
_SCAN_BYTES, _WORDS_BYTES = 3, 2
_WITHOUT_MASK: Final = (0, _WORDS_BYTES, _SCAN_BYTES, _WORDS_BYTES + _SCAN_BYTES)
_SESSIONS: Final = (0, 1, 2, 3, 0xFF)
_TARGETS: Final = range(2)
_ANTENNAS: Final = range(0x80, 0x90)


def encode_request(request: Request, address: int = ANY_ADDRESS) -> Frame:
    """The request as a frame, or EncodeError when a value does not fit the wire."""
    try:
        frame = Frame(command_of(request), _data(request), address)
        fits = decode_request(frame) == request
    except (ValueError, OverflowError, DecodeError) as error:
        raise EncodeError(f"{type(request).__name__} does not fit the wire: {error}") from error
    if not fits:
        raise EncodeError(f"{type(request).__name__} cannot be told on the wire")
    return frame


def _data(request: Request) -> bytes:
    match request:
        case TakeInventory(tid):
            return _words(tid)
        case TakeInventory288(q, session, mask, tid, scan):
            return bytes((q, session)) + _mask(mask) + _words(tid) + (b"" if scan is None else bytes(astuple(scan)))
        case Plain():
            return b""
        case Setting(_, value):
            return bytes((value,))
        case SetRegion() | Signal():
            return bytes(astuple(request))
        case _:
            return _tag_data(request)


def _tag_data(request: ReadTag | WriteTag | WriteEpc | LockTag) -> bytes:
    match request:
        case ReadTag(tag, bank, place, password):
            return _selection(tag) + bytes((bank,)) + _words(place) + password + _selecting_mask(tag)
        case WriteTag(tag, bank, first_word, data, password):
            head = bytes((len(data) // WORD_BYTES,)) + _selection(tag) + bytes((bank, first_word))
            return head + data + password + _selecting_mask(tag)
        case WriteEpc(epc, password):
            return bytes((len(epc) // WORD_BYTES,)) + password + epc
        case LockTag(tag, area, action, password):
            return _selection(tag) + bytes((area, action)) + password + _selecting_mask(tag)


def _words(place: Words | None) -> bytes:
    return b"" if place is None else bytes((place.first_word, place.words))


def _mask(mask: Mask | None) -> bytes:
    if mask is None:
        return b""
    return bytes((mask.bank,)) + mask.first_bit.to_bytes(2, "big") + bytes((mask.bits,)) + mask.data


def _selection(tag: Selection) -> bytes:
    return bytes((_BY_MASK,)) if isinstance(tag, Mask) else bytes((len(tag) // WORD_BYTES,)) + tag


def _selecting_mask(tag: Selection) -> bytes:
    return _mask(tag) if isinstance(tag, Mask) else b""


def decode_request(frame: Frame) -> Request:
    """The request in a frame, or DecodeError, also for values that no reader takes."""
    cursor = Cursor(frame.data)
    try:
        request = _decode_request(Command(frame.command), cursor)
    except ValueError as error:
        raise DecodeError("value", "this command, or one of its values, is not known") from error
    cursor.end()
    return request


def _decode_request(command: Command, cursor: Cursor) -> Request:
    if command in PLAIN:
        return Plain(command)
    if command in SETTINGS:
        return Setting(command, cursor.byte())
    match command:
        case Command.INVENTORY:
            return _decode_inventory(cursor)
        case Command.SET_REGION:
            return SetRegion(cursor.byte(), cursor.byte())
        case Command.SIGNAL:
            return Signal(cursor.byte(), cursor.byte(), cursor.byte())
        case _:
            return _decode_tag_request(command, cursor)


def _decode_inventory(cursor: Cursor) -> Request:
    """Two bytes are a UHFReader18's place in the TID if any words are wanted; else they and more are a UHFReader288's,
    its mask, that place and the scan each left out or not.
    """
    if not cursor.left:
        return TakeInventory()
    first, second = cursor.byte(), cursor.byte()
    if second and not cursor.left:
        return TakeInventory(Words(first, second))
    if second not in _SESSIONS:
        raise DecodeError("value", f"the reader knows no session {second:02X}", 1)
    mask = None if cursor.left in _WITHOUT_MASK else _decode_mask(cursor)
    tid = _decode_words(cursor) if cursor.left in (_WORDS_BYTES, _WORDS_BYTES + _SCAN_BYTES) else None
    return TakeInventory288(first, second, mask, tid, _decode_scan(cursor) if cursor.left else None)


def _decode_scan(cursor: Cursor) -> Scan:
    return Scan(_one_of(cursor, _TARGETS), _one_of(cursor, _ANTENNAS), cursor.byte())


def _one_of(cursor: Cursor, values: Container[int]) -> int:
    value = cursor.byte()
    if value not in values:
        raise DecodeError("value", f"the reader knows no value {value:02X} here")
    return value


def _decode_words(cursor: Cursor) -> Words:
    return Words(cursor.byte(), cursor.byte())


def _decode_mask(cursor: Cursor) -> Mask:
    bank, first_bit, bits = MemoryBank(cursor.byte()), int.from_bytes(cursor.take(2), "big"), cursor.byte()
    return Mask(bank, first_bit, bits, cursor.take(-(-bits // 8)))


def _decode_tag_request(command: Command, cursor: Cursor) -> Request:
    match command:
        case Command.READ:
            epc, bank, place = _decode_selection(cursor), MemoryBank(cursor.byte()), _decode_words(cursor)
            if not 0 < place.words <= LONGEST_READ_WORDS:
                raise DecodeError("value", f"{place.words} words cannot be read at once")
            password = cursor.take(_PASSWORD_BYTES)
            return ReadTag(_selected(epc, cursor), bank, place, password)
        case Command.WRITE:
            words, epc = cursor.byte(), _decode_selection(cursor)
            bank, first_word = MemoryBank(cursor.byte()), cursor.byte()
            data, password = cursor.take(words * WORD_BYTES), cursor.take(_PASSWORD_BYTES)
            return WriteTag(_selected(epc, cursor), bank, first_word, data, password)
        case Command.WRITE_EPC:
            words, password = cursor.byte(), cursor.take(_PASSWORD_BYTES)
            return WriteEpc(cursor.take(words * WORD_BYTES), password)
        case _:
            epc, area, action = _decode_selection(cursor), LockArea(cursor.byte()), LockAction(cursor.byte())
            password = cursor.take(_PASSWORD_BYTES)
            return LockTag(_selected(epc, cursor), area, action, password)


def _decode_selection(cursor: Cursor) -> bytes | None:
    """The EPC, or None where a mask stands at the end instead."""
    words = cursor.byte()
    if words == _BY_MASK:
        return None
    if words > LONGEST_EPC_WORDS:
        raise DecodeError("value", f"an EPC has no {words} words")
    return cursor.take(words * WORD_BYTES)


def _selected(epc: bytes | None, cursor: Cursor) -> Selection:
    return _decode_mask(cursor) if epc is None else epc
