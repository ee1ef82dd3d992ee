"""Scanners' commands, answers and codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from firmware_msgs.aim import split_aim
from firmware_msgs.barcodes import CodeSplitter, DamagedCode
from firmware_msgs.errors import DecodeError
from firmware_msgs.scanners import gm65, honeywell, newland
from provisioning.decoding.reading import Json, Reading
from provisioning.decoding.zebra import read_ssi

_PRESSES: Final = {
    honeywell.Key.TRIGGER_ON: "trigger on",
    honeywell.Key.TRIGGER_OFF: "trigger off",
    honeywell.Key.BEEP: "beep",
}


def _scanner_serial(data: bytes) -> dict[str, Json]:
    reading = _BY_HEAD.get(data[:1])
    if reading is not None:
        return reading(data)
    return _honeywell_answer(data) if honeywell.find_answer(data) else _code(data)


def _honeywell_command(data: bytes) -> dict[str, Json]:
    command = honeywell.decode_command(data)
    if isinstance(command, honeywell.Press):
        words = _PRESSES[command.key]
        return {"kind": words.replace(" ", "_"), "maker": "honeywell", "text": f"Honeywell {words}"}
    stored = command.storage.name.lower()
    return {
        "kind": "menu",
        "maker": "honeywell",
        "command": command.text,
        "storage": stored,
        "text": f"Honeywell menu {command.text} {stored}",
    }


def _honeywell_answer(data: bytes) -> dict[str, Json]:
    answer = honeywell.decode_answer(data)
    return {
        "kind": "menu_answer",
        "maker": "honeywell",
        "command": answer.text,
        "status": answer.status.name.lower(),
        "storage": answer.storage.name.lower(),
    }


def _newland_command(data: bytes) -> dict[str, Json]:
    command = newland.decode_command(data)
    kinds = {newland.START_READING.text: "start_reading", newland.STOP_READING.text: "stop_reading"}
    return {
        "kind": kinds.get(command.text, "setting"),
        "maker": "newland",
        "command": command.text,
        "storage": command.storage.name.lower(),
    }


def _newland_answer(data: bytes) -> dict[str, Json]:
    answer = newland.decode_answer(data)
    return {
        "kind": "setting_answer",
        "maker": "newland",
        "command": answer.text,
        "status": answer.status.name.lower(),
        "storage": answer.storage.name.lower(),
    }


_BY_HEAD: Final[Mapping[bytes, Reading]] = {
    b"\x16": _honeywell_command,
    b"\x7e": _newland_command,
    b"\x02": _newland_answer,
}


def _code(data: bytes) -> dict[str, Json]:
    """A code as a scanner without commands sends it, with or without its terminator and AIM identifier."""
    splitter = CodeSplitter(len(data) or 1)
    codes = [*splitter.feed(data), *splitter.finish()]
    if len(codes) != 1:
        raise DecodeError("length", f"One code was expected, {len(codes)} came", 0)
    if isinstance(codes[0], DamagedCode):
        raise DecodeError("value", f"This is no code: {codes[0].damage.value}", 0)
    return {"kind": "code", **_with_aim(codes[0].text)}


def _with_aim(text: str) -> dict[str, Json]:
    try:
        aim, bare = split_aim(text)
    except DecodeError:
        return {"text": text}
    return {"text": bare, "aim": text[: len(text) - len(bare)], "symbology": aim.symbology.value}


def _gm65(data: bytes) -> dict[str, Json]:
    if data.startswith(gm65.REPLY_HEAD):
        return {"kind": "reply", **_gm65_reply(gm65.decode_reply(data))}
    if data.startswith(gm65.HEARTBEAT_HEAD):
        return {"kind": "heartbeat_reply", **_gm65_reply(gm65.decode_reply(data, gm65.HEARTBEAT_HEAD))}
    command = gm65.decode_command(data)
    return {**_gm65_command(command), "crc": "bypassed" if gm65.is_unchecked(data) else "right"}


def _gm65_reply(reply: gm65.Reply) -> dict[str, Json]:
    results = {result.value: result.name.lower() for result in gm65.Result}
    result = results.get(reply.result, f"{reply.result:02X}")
    return {"result": result, "data": reply.data.hex()}


def _gm65_command(command: gm65.Command) -> dict[str, Json]:
    match command:
        case gm65.ReadRegisters(address, count):
            return {"kind": "read_registers", "address": f"{address:04X}", "count": count or 256}
        case gm65.WriteRegisters(address, data):
            kind = "trigger" if command == gm65.TRIGGER_ONE else "write_registers"
            return {"kind": kind, "address": f"{address:04X}", "data": data.hex()}
        case gm65.SaveRegisters():
            return {"kind": "save_registers"}
        case gm65.OtherCommand(kind_byte, address, data):
            return {"kind": "other", "command": f"{kind_byte:02X}", "address": f"{address:04X}", "data": data.hex()}


READINGS: Final[Mapping[str, Reading]] = {
    "scanner-serial": _scanner_serial,
    "gm65": _gm65,
    "zebra-ssi": read_ssi,
}
