"""APDUs: commands to cards and their readers, and what these answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Final

from firmware_msgs.apdu import (
    GET_UID,
    HEADER_BYTES,
    SUCCESS,
    Command,
    Response,
    decode_command,
    decode_response,
    meaning,
)
from firmware_msgs.cards.omnikey import GetObject, TagObject, decode_omnikey
from firmware_msgs.cards.social_security import APPLICATION, decode_read_record
from firmware_msgs.cards.storage import (
    Authenticate,
    GetUid,
    LoadKey,
    ReadBinary,
    UpdateBinary,
    decode_storage,
)
from firmware_msgs.cards.transparent import (
    Manage,
    Order,
    SwitchProtocol,
    Transceive,
    decode_transparent,
)
from firmware_msgs.errors import DecodeError
from provisioning.decoding.reading import Json, Reading, either

_SELECT, _READ_FILE, _READ_RECORD, _GET_RESPONSE = 0xA4, 0xB0, 0xB2, 0xC0
_HISTORICAL_BYTES = 0x01  # P1 of a GET DATA
_SHORT_IDENTIFIER = 0x80  # bit of P1 of a READ BINARY
_BY_NAME = 0x04  # P1 of a SELECT
_SUCCESS: Final = SUCCESS.to_bytes(2)
_STATUS_CLASSES: Final = frozenset({*range(0x61, 0x70), *range(0x90, 0xA0)})  # ISO 7816-4, 5.6: SW1
_MANAGING: Final = {
    Order.START: ("start_session", "start"),
    Order.END: ("end_session", "end"),
    Order.FIELD_OFF: ("field_off", "field off"),
    Order.FIELD_ON: ("field_on", "field on"),
}
_OBJECTS: Final = {
    TagObject.AFI: "AFI",
    TagObject.DSFID: "DSFID",
    TagObject.MEMORY: "memory size",
    TagObject.IC_REFERENCE: "IC reference",
}


def _read(data: bytes) -> dict[str, Json]:
    """A command, else an answer. Bytes that could be either (a SELECT that ends in 9000 would be) are told as both; but
    a command that is understood hardly ever is an answer of failure.
    """
    answer = _answer(data)
    try:
        question = _command(decode_command(data), is_extended=_is_extended(data))
    except DecodeError:
        if answer is None:
            raise
        return answer
    is_understood = question["kind"] != "other"
    return either(question, None if is_understood and not data.endswith(_SUCCESS) else answer) or question


def _answer(data: bytes) -> dict[str, Json] | None:
    with suppress(DecodeError):
        response = decode_response(data)
        if response.status >> 8 in _STATUS_CLASSES:
            return _response_fields(response)
    return None


def _response_fields(response: Response) -> dict[str, Json]:
    status = f"{response.status:04x}"
    return {"kind": "response", "data": response.data.hex(), "status": status, "text": meaning(response.status)}


def _is_extended(data: bytes) -> bool:
    """Whether the lengths are the long ones (ISO 7816-3, 12.1.3): behind the head stands 00, and more than that."""
    return len(data) > HEADER_BYTES + 1 and data[HEADER_BYTES] == 0


def _command(command: Command, *, is_extended: bool) -> dict[str, Json]:
    number = 1 + (command.expected is not None) + 2 * bool(command.data)
    head: dict[str, Json] = {
        "case": "1" if number == 1 else f"{number}{'E' if is_extended else 'S'}",
        "cla": f"{command.cla:02x}",
        "ins": f"{command.ins:02x}",
        "p1": f"{command.p1:02x}",
        "p2": f"{command.p2:02x}",
        "lc": len(command.data) or None,
        "data": command.data.hex(),
        "le": command.expected,
    }
    for understand in _UNDERSTAND:
        with suppress(DecodeError):
            said = understand(command)
            return {"kind": said["kind"], **head, **said}
    return {"kind": "other", **head}


def _storage(command: Command) -> dict[str, Json]:
    said: dict[str, Json]
    match decode_storage(command):
        case GetUid():
            said = {"kind": "get_uid", "text": "GET DATA UID"}
        case LoadKey(_, slot, kept):
            said = {"kind": "load_key", "slot": slot, "kept": kept, "text": f"LOAD KEY slot {slot}"}
        case Authenticate(block, key_type, slot):
            text = f"GENERAL AUTHENTICATE block {block} key {key_type.name} slot {slot}"
            said = {"kind": "authenticate", "block": block, "key_type": key_type.name, "slot": slot, "text": text}
        case ReadBinary(block, count):
            text = f"READ BINARY block {block}, {count} bytes"
            said = {"kind": "read_binary", "block": block, "count": count, "text": text}
        case UpdateBinary(block, data):
            text = f"UPDATE BINARY block {block}, {len(data)} bytes"
            said = {"kind": "update_binary", "block": block, "text": text}
    return said


def _omnikey(command: Command) -> dict[str, Json]:
    said = decode_omnikey(command)
    name = _OBJECTS[said.object]
    word = name.lower().replace(" ", "_")
    if isinstance(said, GetObject):
        return {"kind": f"get_{word}", "maker": "omnikey", "text": f"OMNIKEY get {name}"}
    value = f"{said.value:02x}"
    text = f"OMNIKEY ISO15693 write {name} {value.upper()}"
    return {"kind": f"write_{word}", "maker": "omnikey", word: value, "text": text}


def _transparent(command: Command) -> dict[str, Json]:
    said: dict[str, Json]
    match decode_transparent(command):
        case Manage(order, then):
            kinds, texts = zip(*(_MANAGING[each] for each in (order, *then)), strict=True)
            kind = "manage_session" if then else kinds[0]
            said = {"kind": kind, "orders": list(kinds), "text": f"transparent session {', '.join(texts)}"}
        case SwitchProtocol(standard, layer):
            text = f"switch protocol {standard.name} layer {layer}"
            said = {"kind": "switch_protocol", "standard": standard.name, "layer": layer, "text": text}
        case Transceive(sent):
            said = {"kind": "transceive", "sent": sent.hex(), "text": f"transparent exchange of {len(sent)} bytes"}
    return said


def _history(command: Command) -> dict[str, Json]:
    """PC/SC part 3, 3.2.2.1.3: what a processor card says of itself."""
    if replace(command, p1=0) != GET_UID or command.p1 != _HISTORICAL_BYTES:
        raise DecodeError("command", "This command is not known", 1)
    return {"kind": "get_historical_bytes", "text": "GET DATA historical bytes"}


def _file(command: Command) -> dict[str, Json]:
    """ISO 7816-4, 11: choosing and reading a processor card's files."""
    if command.cla == 0 and command.ins == _SELECT and command.data:
        return _select(command)
    if command.cla == 0 and command.ins == _READ_RECORD:
        return _read_record(command)
    if command.cla == 0 and command.ins == _READ_FILE and command.expected is not None:
        return _read_file(command, command.expected)
    if command.cla == 0 and command.ins == _GET_RESPONSE:
        return {"kind": "get_response", "text": "GET RESPONSE"}
    raise DecodeError("command", "This command is not known", 1)


def _select(command: Command) -> dict[str, Json]:
    name = command.data.hex()
    if command.p1 != _BY_NAME:
        return {"kind": "select_file", "file": name, "text": f"SELECT {name.upper()}"}
    said: dict[str, Json] = {"kind": "select_application", "application": name, "text": f"SELECT {name.upper()}"}
    return {**said, "card": "social_security"} if command.data == APPLICATION else said


def _read_record(command: Command) -> dict[str, Json]:
    """Which file, when the command names it; that it is a social security card's is a guess from that."""
    short = command.p2 >> 3
    file = f"ef{short:02x}" if short else None
    said: dict[str, Json] = {"kind": "read_record", "record": command.p1, "file": file}
    field = None
    with suppress(DecodeError):
        field = decode_read_record(command).name.lower()
    where = f"{file.upper()} " if file else ""
    what = f" {field.replace('_', ' ')}" if field else ""
    return {**said, "field": field, "text": f"{where}rec {command.p1}{what}"}


def _read_file(command: Command, count: int) -> dict[str, Json]:
    """The file that is chosen, or one that the command names by its short identifier."""
    is_named = command.p1 & _SHORT_IDENTIFIER
    file = f"ef{command.p1 & 0x1F:02x}" if is_named else None
    offset = command.p2 if is_named else command.p1 << 8 | command.p2
    where = f"{file.upper()} " if file else ""
    return {"kind": "read_file", "file": file, "offset": offset, "count": count, "text": f"{where}from {offset}"}


_UNDERSTAND: Final[tuple[Callable[[Command], dict[str, Json]], ...]] = (
    _storage,
    _history,
    _omnikey,
    _transparent,
    _file,
)

READINGS: Final[Mapping[str, Reading]] = {"pcsc-apdu": _read}
