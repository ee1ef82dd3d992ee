"""Newland scanners' serial commands: `7E 01 "0000" storage text ;03`, answered by `02 01 …` with a status before `;03`.

Serial Programming Command Manual 1.2.9; NLS-HR52 User Guide, "Use of Programming Command".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.scanners.interleaved import AnswerForm, from_head

MAX_ANSWER_BYTES = 266
"""The longest answer taken: 256 characters and what frames them."""

_TEXT: Final = rb"(?P<storage>[@#|])(?P<text>[\x20-\x7e\xa0-\xff]{1,256}?)"
_COMMAND: Final = re.compile(rb"\x7e\x010000" + _TEXT + rb";\x03")
_ANSWER: Final = re.compile(rb"\x02\x010000" + _TEXT + rb"(?P<status>[\x05\x06\x15]);\x03")
_COMMAND_HEAD: Final = b"\x7e\x010000"
_ANSWER_HEAD: Final = b"\x02\x010000"
_TAIL: Final = b";\x03"


class Storage(Enum):
    """Where a setting goes."""

    SAVED = "@"  # into the flash, which wears
    VOLATILE = "#"  # until power is lost
    OTHER = "|"  # [S] named beside the two others without an explanation


class Status(IntEnum):
    """What became of a command."""

    DONE = 0x06
    UNKNOWN = 0x05
    OUT_OF_RANGE = 0x15


@dataclass(frozen=True, slots=True)
class Command:
    """Tag, subtag and data (`SCNTRG1`), or a question (`SCNMOD*`)."""

    text: str
    storage: Storage = Storage.VOLATILE


@dataclass(frozen=True, slots=True)
class Answer:
    """`text` is the command's own; to a question, with the value."""

    text: str
    status: Status
    storage: Storage = Storage.VOLATILE


START_READING: Final = Command("SCNTRG1")
STOP_READING: Final = Command("SCNTRG0")


def encode_command(command: Command) -> bytes:
    """The command's bytes. Raises `EncodeError` for a text that is no command."""
    frame = _COMMAND_HEAD + _body(command.storage, command.text) + _TAIL
    if not _COMMAND.fullmatch(frame):
        raise EncodeError("A command is 1 to 256 printable ASCII characters")
    return frame


def decode_command(data: bytes) -> Command:
    """One whole command. Raises `DecodeError`."""
    found = _whole(_COMMAND, data, "A command is 7E 01, 0000, @ # or |, printable text, ; and 03")
    return Command(_text(found), Storage(found["storage"].decode("ascii")))


def encode_answer(answer: Answer) -> bytes:
    """The answer's bytes."""
    return _ANSWER_HEAD + _body(answer.storage, answer.text) + bytes((answer.status,)) + _TAIL


def decode_answer(data: bytes) -> Answer:
    """One whole answer. Raises `DecodeError`."""
    found = _whole(_ANSWER, data, "An answer is 02 01, 0000, @ # or |, printable text, a status, ; and 03")
    return Answer(_text(found), Status(found["status"][0]), Storage(found["storage"].decode("ascii")))


def _whole(form: re.Pattern[bytes], data: bytes, words: str) -> re.Match[bytes]:
    found = form.fullmatch(data)
    if found is None and (first := form.match(data)):
        raise DecodeError("length", "More follows the message's end", first.end())
    if found is None:
        is_cut_off = data[:1] in (_COMMAND_HEAD[:1], _ANSWER_HEAD[:1]) and not data.endswith(_TAIL)
        raise DecodeError("truncated", words, len(data)) if is_cut_off else DecodeError("value", words, 0)
    return found


def find_answer(data: bytes) -> tuple[int, int] | None:
    """Where the first answer in `data` begins and ends."""
    found = _ANSWER.search(data)
    return None if found is None else found.span()


ANSWERS: Final = AnswerForm(find_answer, from_head(_ANSWER_HEAD[:2]), MAX_ANSWER_BYTES)


def _body(storage: Storage, text: str) -> bytes:
    return storage.value.encode() + text.encode("latin-1", "replace")


def _text(found: re.Match[bytes]) -> str:
    return found["text"].decode("latin-1")
