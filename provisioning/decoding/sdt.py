"""Resident identity card readers. Of a card's data, address, photo and fingerprint are left out on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from firmware_msgs.errors import DecodeError
from firmware_msgs.sdt.answers import decode_memory, describe_memory
from firmware_msgs.sdt.frames import decode_frame
from firmware_msgs.sdt.questions import decode_question
from firmware_msgs.sdt.status import Status, status_words
from provisioning.decoding.reading import Json, Reading, either

_STATUS_BYTES = 3
_DONE_KINDS: Final = {0: "done", 8: "selected", 16: "module_id", 70: "new_address"}  # by how much data there is
_STATUSES: Final = frozenset(Status)


def _sdt(data: bytes) -> dict[str, Json]:
    body = decode_frame(data)
    other: dict[str, Json] = {"kind": "other", "command": body[:2].hex(), "data": body[2:].hex()}
    return either(_question(body), _answer(body)) or other


def _question(body: bytes) -> dict[str, Json] | None:
    try:
        question = decode_question(body)
    except DecodeError:
        return None
    code = question.command.value.hex(" ").upper()
    return {"kind": question.command.name.lower(), "command": code, "data": question.data.hex()}


def _answer(body: bytes) -> dict[str, Json] | None:
    if len(body) < _STATUS_BYTES or body[2] not in _STATUSES:
        return None
    status, data = Status(body[2]), body[_STATUS_BYTES:]
    head: dict[str, Json] = {"sw": body[:2].hex(), "status": f"{status:02X}", "words": status_words(status)}
    if status is Status.FOUND:
        return {"kind": "found", **head}
    if status is not Status.DONE:
        return {"kind": "refused", **head}
    if len(data) in _DONE_KINDS:
        return {"kind": _DONE_KINDS[len(data)], **head, "data_len": len(data)}
    return {"kind": "card", **head, **describe_memory(decode_memory(body))}


READINGS: Final[Mapping[str, Reading]] = {"sdt": _sdt}
