"""Frames of UHF readers. The A0 readers' do not tell questions from answers, nor do the Chafon readers'; but what makes
no sense as the one is the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from enum import Enum
from typing import Any, TypeAlias

from firmware_msgs.chafon import answers as chafon_answers
from firmware_msgs.chafon import frames as chafon_frames
from firmware_msgs.chafon import request_codec as chafon_requests
from firmware_msgs.chafon.answers import Inventory, Layout
from firmware_msgs.chafon.requests import Command as ChafonCommand
from firmware_msgs.chafon.status import Status as ChafonStatus
from firmware_msgs.chafon.status import status_words
from firmware_msgs.errors import DecodeError
from firmware_msgs.tags.uhf.gen2 import WORD_BYTES
from firmware_msgs.uhf_a0 import answers as a0_answers
from firmware_msgs.uhf_a0 import frames as a0_frames
from firmware_msgs.uhf_a0.answer_codec import decode_answer as decode_a0_answer
from firmware_msgs.uhf_a0.request_codec import decode_request as decode_a0_request
from firmware_msgs.uhf_a0.status import Status as A0Status
from provisioning.decoding.reading import Json, either

_TagAnswer: TypeAlias = a0_answers.TagSeen | a0_answers.BufferedTag | a0_answers.TagRead | a0_answers.TagChanged

_A0_CODES = frozenset(A0Status)
_CHAFON_STATUSES = frozenset(ChafonStatus)
_CHAFON_COMMANDS = frozenset(ChafonCommand)


def read_a0(data: bytes) -> dict[str, Json]:
    """A frame of an A0 reader or to one."""
    frame = a0_frames.decode_frame(data)
    question = _or_none(lambda: _a0_question(frame))
    answer = None if question and _is_no_tag(frame) else _or_none(lambda: _a0_answer(frame))
    return {**_head(frame), **(either(question, answer) or _other(frame))}


def _is_no_tag(frame: a0_frames.Frame) -> bool:
    """A request to switch antennas has the form of a tag seen, but hardly ever one whose PC counts its EPC's words."""
    with suppress(DecodeError):
        answer = decode_a0_answer(frame)
        return isinstance(answer, a0_answers.TagSeen) and not a0_answers.pc_fits(answer)
    return False


def _a0_question(frame: a0_frames.Frame) -> dict[str, Json]:
    return _message(decode_a0_request(frame))


def _a0_answer(frame: a0_frames.Frame) -> dict[str, Json]:
    answer = decode_a0_answer(frame)
    match answer:
        case a0_answers.Refused(status) if status not in _A0_CODES:
            raise DecodeError("value", "there is no such error code")
        case a0_answers.Refused(status):
            return {**_message(answer), "status": f"{status:02x}", "text": str(answer)}
        case a0_answers.Done():
            return {"kind": "done", "status": f"{A0Status.SUCCESS:02x}", "text": "done"}
        case a0_answers.TagSeen(epc=epc) if not epc or len(epc) % WORD_BYTES:
            raise DecodeError("value", "an EPC has whole words")
        case a0_answers.TagSeen():
            return {**_tag(answer), "rssi_dbm": answer.rssi_dbm}
        case a0_answers.BufferedTag() | a0_answers.TagRead() | a0_answers.TagChanged():
            return {**_tag(answer), "crc_ok": a0_answers.crc_holds(answer)}
        case _:
            return _message(answer)


def _tag(answer: _TagAnswer) -> dict[str, Json]:
    said = _message(answer)
    shown: dict[str, Json] = {"epc": answer.epc.hex().upper(), "freq_ant": f"{answer.freq_ant:02x}"}
    if isinstance(answer, (a0_answers.TagSeen, a0_answers.BufferedTag)):
        shown["rssi"] = f"{answer.rssi:02x}"
    if isinstance(answer, a0_answers.TagChanged):
        shown["status"] = f"{answer.status:02x}"
    return {**said, **shown, "antenna": answer.freq_ant & 0x03}


def read_chafon(data: bytes) -> dict[str, Json]:
    """A frame of a UHFReader18, UHFReader288 or kin, or to one."""
    frame = chafon_frames.decode_frame(data)
    said = either(_or_none(lambda: _chafon_question(frame)), _or_none(lambda: _chafon_answer(frame)))
    return {**_head(frame), **(said or _other(frame))}


def _chafon_question(frame: chafon_frames.Frame) -> dict[str, Json]:
    return _message(chafon_requests.decode_request(frame))


def _chafon_answer(frame: chafon_frames.Frame) -> dict[str, Json]:
    """Inventories by the older layout where that makes sense, else by the newer."""
    if frame.command not in _CHAFON_COMMANDS or not frame.data or frame.data[0] not in _CHAFON_STATUSES:
        raise DecodeError("value", "no answer has this command or status")
    try:
        answer = chafon_answers.decode_answer(frame, Layout.READER_18)
    except DecodeError:
        answer = chafon_answers.decode_answer(frame, Layout.READER_288)
    status = frame.data[0]
    head: dict[str, Json] = {"status": f"{status:02x}", "status_text": status_words(status)}
    return {**_chafon_message(answer), **head}


def _chafon_message(answer: chafon_answers.Answer) -> dict[str, Json]:
    match answer:
        case Inventory():
            return _inventory(answer)
        case chafon_answers.Statistics(antenna):
            return {**_message(answer), **_antennas(antenna)}
        case _:
            return _message(answer)


def _inventory(answer: Inventory) -> dict[str, Json]:
    epcs: list[Json] = [tag.number.hex() for tag in answer.tags]
    said: dict[str, Json] = {"kind": "inventory", "num": len(epcs), "epcs": epcs}
    if answer.antenna is not None:
        said |= _antennas(answer.antenna)
    if len(answer.tags) == 1:
        (tag,) = answer.tags
        said["epc"] = tag.number.hex()
        said |= {} if tag.rssi is None else {"rssi": f"{tag.rssi:02x}"}
        said |= {} if tag.tid is None else {"tid": tag.tid.hex()}
    elif answer.antenna is not None:
        said["rssis"] = [f"{tag.rssi or 0:02x}" for tag in answer.tags]
    return said


def _antennas(bits: int) -> dict[str, Json]:
    """From 1, as they are printed on the reader."""
    numbers: list[Json] = [bit + 1 for bit in range(8) if bits >> bit & 1]
    return {"antenna": numbers[0] if len(numbers) == 1 else None, "antennas": numbers}


def _head(frame: a0_frames.Frame | chafon_frames.Frame) -> dict[str, Json]:
    return {"cmd": f"{frame.command:02x}", "address": f"{frame.address:02x}"}


def _other(frame: a0_frames.Frame | chafon_frames.Frame) -> dict[str, Json]:
    return {"kind": "other", "data": frame.data.hex()}


def _or_none(reading: Callable[[], dict[str, Json]]) -> dict[str, Json] | None:
    with suppress(DecodeError):
        return reading()
    return None


def _message(message: Any) -> dict[str, Json]:  # noqa: ANN401 - any of our dataclasses of messages
    """The class's name is the kind, its fields are the fields; a request without a class of its own is its command."""
    named = {field.name: _value(getattr(message, field.name)) for field in fields(message)}
    kind = named.pop("command", None)
    return {"kind": kind or re.sub(r"(?<!^)(?=[A-Z]|(?<!\d)\d)", "_", type(message).__name__).lower(), **named}


def _value(value: Any) -> Json:  # noqa: ANN401 - as above
    match value:
        case Enum():
            return value.name.lower()
        case bytes():
            return value.hex()
        case tuple():
            return [_value(each) for each in value]
        case None | bool() | int() | str():
            return value
        case _:
            return _message(value)
