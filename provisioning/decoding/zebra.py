"""Zebra SSI packets."""

from __future__ import annotations

from typing import Final

from firmware_msgs.ssi.code_types import code_type_name, symbology_of
from firmware_msgs.ssi.messages import (
    DecodeData,
    Message,
    NakCause,
    Opcode,
    Other,
    RequestParameters,
    Revision,
    SendParameters,
    Signal,
    decode_message,
)
from firmware_msgs.ssi.packets import Packet, Source, Status, decode_packet
from firmware_msgs.ssi.parameters import Parameter
from provisioning.decoding.reading import Json

_NAMES: Final = {opcode.value: opcode.name for opcode in Opcode}
_SOURCES: Final = {source.value: source.name.lower() for source in Source}
_CAUSES: Final = {cause.value: cause.name.lower() for cause in NakCause}


def read_ssi(data: bytes) -> dict[str, Json]:
    """One packet, whole."""
    packet = decode_packet(data)
    message = decode_message(packet)
    name = _NAMES.get(packet.opcode)
    return {
        "kind": "other" if name is None else name.lower(),
        "opcode": f"{packet.opcode:02X}" if name is None else f"{packet.opcode:02X} {name}",
        "source": _SOURCES.get(packet.source, f"{packet.source:02X}"),
        "status": f"{packet.status:02X}",
        "retransmitted": bool(packet.status & Status.RESENT),
        "continued": bool(packet.status & Status.CONTINUED),
        **_fields(message, packet),
    }


def _fields(message: Message, packet: Packet) -> dict[str, Json]:
    match message:
        case Signal():
            return _signal(message)
        case DecodeData():
            return _code(message)
        case SendParameters(parameters, beep):
            return {"beep": f"{beep:02X}", "parameters": [_parameter(each) for each in parameters]}
        case RequestParameters(numbers):
            return {"parameters": list(numbers)}
        case Revision(text):
            return {"text": text}
        case Other():
            return {"data": packet.data.hex()}


def _signal(signal: Signal) -> dict[str, Json]:
    if signal.value is None:
        return {}
    if signal.opcode is Opcode.CMD_NAK:
        return {"cause": _CAUSES.get(signal.value, f"{signal.value:02X}")}
    return {"value": f"{signal.value:02X}"}


def _code(message: DecodeData) -> dict[str, Json]:
    return {
        "code_type": f"{message.code_type:02X} {code_type_name(message.code_type)}",
        "symbology": symbology_of(message.code_type).value,
        "data": message.data.decode("utf-8", "backslashreplace"),
    }


def _parameter(parameter: Parameter) -> Json:
    form, value = parameter.form.name.lower(), parameter.value
    shown: Json = int.from_bytes(value, "big") if form in {"byte", "word"} else value.hex()
    return {"number": parameter.number, "form": form, "value": shown}
