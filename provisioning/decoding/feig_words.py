"""FEIG requests and answers as JSON: the class's name is the kind, its fields are the fields."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

from firmware_msgs.feig.answers import Answer, Refused
from firmware_msgs.feig.frames import Frame
from firmware_msgs.feig.inventory import FieldTag, ItemTag, TagKind
from firmware_msgs.feig.reader_answers import ReaderFirmware, SoftwareVersion
from firmware_msgs.feig.requests import Request
from firmware_msgs.feig.status import status_words
from firmware_msgs.feig.tag_answers import Blocks, Inventory, SystemInformation
from firmware_msgs.feig.targets import Unaddressed
from firmware_msgs.iso15693 import tag_error_words
from provisioning.decoding.reading import Json

_AS_HEX: Final = frozenset({"afi", "dsfid", "bank"})


def request_words(request: Request) -> dict[str, Json]:
    """What is asked."""
    return {"kind": _kind(request), **_fields(request)}


def answer_words(answer: Answer, frame: Frame) -> dict[str, Json]:
    """What is answered, under its status."""
    status = frame.data[0]
    head: dict[str, Json] = {"status": status, "status_text": status_words(status)}
    return {**_answer(answer), **head}


def _answer(answer: Answer) -> dict[str, Json]:
    if isinstance(answer, SystemInformation):
        return system_information_words(answer)
    return {"kind": _kind(answer), **_answer_fields(answer)}


def _answer_fields(answer: Answer) -> dict[str, Json]:
    match answer:
        case SoftwareVersion():
            return _version(answer)
        case ReaderFirmware(version, receive_bytes, send_bytes):
            return {**_version(version), "rx_buf": receive_bytes, "tx_buf": send_bytes}
        case Inventory(tags, more):
            return {"tags": [_tag(tag) for tag in tags], "more": more}
        case Blocks():
            return {**_fields(answer), "data": answer.data.hex()}
        case Refused(tag_error=code) if code is not None:
            return {**_fields(answer), "tag_error_text": tag_error_words(code)}
        case _:
            return _fields(answer)


def system_information_words(tag: SystemInformation) -> dict[str, Json]:
    """What a tag is, under the names of FEIG's manuals."""
    return {
        "kind": _kind(tag),
        "uid": tag.uid,
        "dsfid": f"{tag.dsfid:02x}",
        "afi": f"{tag.afi:02x}",
        "block_size": tag.block_size,
        "blocks": tag.block_count,
        "ic_ref": f"{tag.ic_reference:02x}",
    }


def _version(version: SoftwareVersion) -> dict[str, Json]:
    return {
        "sw_rev": f"{version.software:04x}",
        "d_rev": f"{version.development:02x}",
        "hw_type": f"{version.hardware_type:02x}",
        "sw_type": f"{version.reader_type:02x}",
        "tr_type": f"{version.tag_types:04x}",
        **({"more": version.more.hex()} if version.more else {}),
    }


def _tag(tag: FieldTag) -> Json:
    if isinstance(tag, ItemTag):
        return {"tr_type": f"{TagKind.ISO_15693:02x}", "uid": tag.uid, "dsfid": f"{tag.dsfid:02x}"}
    return {"tr_type": f"{tag.kind:02x}", "uid": tag.uid, "info": tag.info.hex()}


def _kind(value: object) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(value).__name__).lower()


def _fields(value: Any) -> dict[str, Json]:  # noqa: ANN401 - any dataclass
    said: dict[str, Json] = {}
    for field in fields(value):
        said.update(_field(field.name, getattr(value, field.name)))
    return said


def _field(name: str, value: Any) -> dict[str, Json]:  # noqa: ANN401 - any dataclass's field
    if name == "tag":
        return {"mode": value.name.lower()} if isinstance(value, Unaddressed) else {"mode": "addressed", "uid": value}
    if value is None or value == b"":
        return {}
    if name in _AS_HEX and isinstance(value, int):
        return {name: f"{value:02x}"}
    return {name: _json(value)}


def _json(value: Any) -> Json:  # noqa: ANN401 - any dataclass's field
    match value:
        case bytes():
            return value.hex()
        case tuple():
            return [_json(each) for each in value]
        case Enum():
            return value.name.lower() if value.name else int(value.value)
        case _ if is_dataclass(value):
            return _fields(value)
        case bool() | int() | str():
            return value
        case _:
            return str(value)
