"""Frames of 3M 210 and 810 readers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from firmware_msgs.errors import DecodeError
from firmware_msgs.m3_810.answer_frames import decode_answer
from firmware_msgs.m3_810.answers import (
    Afi,
    AfiWritten,
    Answer,
    Blocks,
    BlocksWritten,
    Inventory,
    Parameters,
    Probed,
    Refused,
    SeenTag,
    TagAnswer,
    TagCount,
    Version,
)
from firmware_msgs.m3_810.frames import Frame, decode_frame
from firmware_msgs.m3_810.questions import (
    GetAfi,
    GetVersion,
    NameParameters,
    ProbeReader,
    Question,
    ReadBlocks,
    TakeInventory,
    WriteAfi,
    WriteBlocks,
    decode_question,
)
from provisioning.decoding.reading import Json, Reading, either


def _read(data: bytes) -> dict[str, Json]:
    frame = decode_frame(data)
    head: dict[str, Json] = {"start": f"{frame.start:02x}", "command": f"{frame.command:02x}"}
    return {**head, **(either(_question(frame), _answer(frame)) or {"kind": "other", "data": frame.data.hex()})}


def _question(frame: Frame) -> dict[str, Json] | None:
    with suppress(DecodeError):
        return _question_fields(decode_question(frame))
    return None


def _answer(frame: Frame) -> dict[str, Json] | None:
    with suppress(DecodeError):
        return _answer_fields(decode_answer(frame))
    return None


def _question_fields(question: Question) -> dict[str, Json]:
    fields: dict[str, Json]
    match question:
        case ProbeReader():
            fields = {"kind": "probe", "text": "version probe"}
        case GetVersion():
            fields = {"kind": "get_version", "text": "get version"}
        case NameParameters(numbers):
            fields = {"kind": "name_parameters", "numbers": list(numbers)}
        case TakeInventory(tell, afi):
            fields = {"kind": "take_inventory", "afi": f"{afi:02x}", "tell": f"{tell:02x}"}
        case ReadBlocks(uid, first, count):
            fields = {"kind": "read_blocks", "uid": uid, "first": first, "count": count}
        case WriteBlocks(uid, first, blocks):
            fields = {"kind": "write_blocks", "uid": uid, "first": first, "blocks": [block.hex() for block in blocks]}
        case GetAfi(uid):
            fields = {"kind": "get_afi", "uid": uid, "text": "get AFI"}
        case WriteAfi(uid, afi):
            fields = {"kind": "write_afi", "uid": uid, "afi": f"{afi:02x}", "text": f"write AFI {afi:02X}"}
    return fields


def _answer_fields(answer: Answer) -> dict[str, Json]:
    fields: dict[str, Json]
    match answer:
        case Probed(version):
            fields = {"kind": "probed", "version": _version(version)}
        case Version():
            fields = {"kind": "version", "version": _version(answer)}
        case Parameters(data):
            fields = {"kind": "parameters", "data": data.hex()}
        case Inventory(tags, tell, afi):
            seen: list[Json] = [_seen(tag) for tag in tags]
            fields = {"kind": "inventory", "afi": f"{afi:02x}", "tell": f"{tell:02x}", "num": len(seen), "tags": seen}
        case TagCount(count, tell, afi):
            fields = {"kind": "tag_count", "afi": f"{afi:02x}", "tell": f"{tell:02x}", "num": count}
        case Refused(_, error, uid):
            fields = {"kind": "refused", "error": f"{error:02x}", "uid": uid}
        case _:
            fields = _tag_answer_fields(answer)
    return fields


def _tag_answer_fields(answer: TagAnswer) -> dict[str, Json]:
    fields: dict[str, Json]
    match answer:
        case Blocks(uid, blocks):
            read: list[Json] = [{"number": each.number, "lock": each.lock, "data": each.data.hex()} for each in blocks]
            fields = {"kind": "blocks", "uid": uid, "blocks": read}
        case BlocksWritten(uid, block):
            fields = {"kind": "blocks_written", "uid": uid, "block": block}
        case Afi(uid, value):
            fields = {"kind": "afi", "uid": uid, "afi": f"{value:02x}"}
        case AfiWritten(uid):
            fields = {"kind": "afi_written", "uid": uid}
    return fields


def _version(version: Version) -> str:
    return f"{version.vendor}.{version.major}.{version.minor}.{version.build}"


def _seen(tag: SeenTag) -> dict[str, Json]:
    return {"uid": tag.uid} if tag.dsfid is None else {"uid": tag.uid, "dsfid": f"{tag.dsfid:02x}"}


READINGS: Final[Mapping[str, Reading]] = {"3m-810": _read}
