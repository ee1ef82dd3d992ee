"""What frames of relay boards say. Orders and their echoes look alike: both readings are given."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Final, TypeVar

from firmware_msgs.errors import DecodeError
from firmware_msgs.relay import lcus, modbus_frames, modbus_rtu
from provisioning.decoding.reading import Json, Reading, either

_Frame = TypeVar("_Frame", lcus.Frame, modbus_frames.Frame)
_OPERATIONS: Final[Mapping[int, str]] = {
    lcus.Operation.OFF: "off",
    lcus.Operation.ON: "on",
    lcus.Operation.OFF_ANSWERED: "off, to be answered",
    lcus.Operation.ON_ANSWERED: "on, to be answered",
    lcus.Operation.TOGGLE_ANSWERED: "toggle, to be answered",
    lcus.Operation.QUERY: "query",
}
_OF_THE_FRAME: Final = frozenset({"unit", "function"})
_COIL_WORDS: Final = {modbus_rtu.ON: "on", modbus_rtu.OFF: "off"}


def _read_lcus(data: bytes) -> dict[str, Json]:
    frame = lcus.decode_frame(data)
    words = _OPERATIONS.get(frame.code, f"operation {frame.code:02x}")
    return {
        "command": f"{frame.code:02x}",
        "channel": frame.channel,
        "text": f"LCUS ch{frame.channel} {words}",
        **_of_either_side(frame, _lcus_order, _lcus_state),
    }


def _lcus_order(frame: lcus.Frame) -> dict[str, Json]:
    order = lcus.decode_order(frame)
    return {"kind": "order", "channel": order.channel, "operation": order.operation.name.lower()}


def _lcus_state(frame: lcus.Frame) -> dict[str, Json]:
    state = lcus.decode_state(frame)
    return {"kind": "state", "channel": state.channel, "energised": state.energised}


def _read_modbus(data: bytes) -> dict[str, Json]:
    frame = modbus_frames.decode_frame(data)
    said = _of_either_side(frame, _modbus_question, _modbus_answer)
    if said["kind"] == "other":
        said["data"] = frame.data.hex()
    return {**said, "unit": frame.unit, "function": f"{frame.function:02x}"}


def _modbus_question(frame: modbus_frames.Frame) -> dict[str, Json]:
    return _modbus_message(modbus_rtu.decode_question(frame))


def _modbus_answer(frame: modbus_frames.Frame) -> dict[str, Json]:
    return _modbus_message(modbus_rtu.decode_answer(frame))


def _modbus_message(message: modbus_rtu.Question | modbus_rtu.Answer) -> dict[str, Json]:
    said: dict[str, Json] = {"kind": _snake(type(message).__name__)}
    for name in (each.name for each in fields(message) if each.name not in _OF_THE_FRAME):
        value = getattr(message, name)
        said[name] = list(value) if isinstance(value, tuple) else value
    match message:
        case modbus_rtu.WriteCoil(coil=coil, value=value):
            said["text"] = f"coil {coil} {_COIL_WORDS.get(value, f'{value:04x}')}"
        case modbus_rtu.Refused():
            said["text"] = str(message)
        case _:
            pass
    return said


def _of_either_side(
    frame: _Frame, question: Callable[[_Frame], dict[str, Json]], answer: Callable[[_Frame], dict[str, Json]]
) -> dict[str, Json]:
    """See `either`; a frame that neither side knows is `other`."""
    said: list[dict[str, Json] | None] = []
    faults = []
    for read in (question, answer):
        try:
            said.append(read(frame))
        except DecodeError as fault:
            said.append(None)
            faults.append(fault)
    return either(*said) or _other(faults)


def _other(faults: list[DecodeError]) -> dict[str, Json]:
    """Of a kind unknown to both sides; one that a side knows and finds wrong is wrong."""
    for fault in faults:
        if fault.kind != "command":
            raise fault
    return {"kind": "other"}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


READINGS: Final[Mapping[str, Reading]] = MappingProxyType({"lcus": _read_lcus, "modbus-rtu": _read_modbus})
