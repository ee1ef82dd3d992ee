"""Honeywell scanners' serial commands (Voyager 1450g, Xenon and N3680 guides, chapter "Serial Programming Commands").

`SYN T CR` and `SYN U CR` begin and end a reading, `SYN BEL CR` beeps; none is answered. Menu commands, `SYN M CR tag
data` and a storage character, are answered by their own text with a status before the storage character. Mindeo
scanners take menu commands of this form too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final, TypeAlias

from firmware_msgs.errors import DecodeError, EncodeError
from firmware_msgs.scanners.interleaved import AnswerForm, from_line_start

MAX_ANSWER_BYTES = 258
"""The longest answer taken: 256 characters, status and storage."""

_SYN, _CR = 0x16, 0x0D
_MENU: Final = bytes((_SYN, ord("M"), _CR))
_FORM: Final = re.compile(rb"(?P<text>[\x20-\x7e]{1,256}?)(?P<storage>[.!])", re.DOTALL)
_ANSWER: Final = re.compile(rb"(?P<text>[\x20-\x7e]{1,256}?)(?P<status>[\x05\x06\x15])(?P<storage>[.!])")


class Key(IntEnum):
    """The short commands."""

    TRIGGER_ON = ord("T")
    TRIGGER_OFF = ord("U")
    BEEP = 0x07


class Storage(Enum):
    """Where a setting goes."""

    VOLATILE = "!"  # until power is lost
    SAVED = "."  # into the flash, which wears


class MenuStatus(IntEnum):
    """What became of a menu command."""

    DONE = 0x06
    UNKNOWN = 0x05  # no such tag
    OUT_OF_RANGE = 0x15


@dataclass(frozen=True, slots=True)
class Press:
    """A short command."""

    key: Key


@dataclass(frozen=True, slots=True)
class Menu:
    """A setting or, with `?`, `^` or `*` for its data, a question."""

    text: str
    storage: Storage = Storage.VOLATILE


@dataclass(frozen=True, slots=True)
class MenuAnswer:
    """`text` is the command's own; to a question, with the value behind the tag."""

    text: str
    status: MenuStatus
    storage: Storage


Command: TypeAlias = Press | Menu


def encode_command(command: Command) -> bytes:
    """The command's bytes. Raises `EncodeError` for a text that is no menu command."""
    if isinstance(command, Press):
        return bytes((_SYN, command.key, _CR))
    text = command.text.encode("ascii", "replace")
    if not _FORM.fullmatch(text + command.storage.value.encode()):
        raise EncodeError("A menu command is 1 to 256 printable ASCII characters")
    return _MENU + text + command.storage.value.encode()


def decode_command(data: bytes) -> Command:
    """One whole command. Raises `DecodeError`."""
    if data[:1] != bytes((_SYN,)):
        raise DecodeError("start", "A command begins with SYN (16)", 0)
    if data.startswith(_MENU):
        found = _FORM.fullmatch(data, len(_MENU))
        if found is None:
            raise DecodeError("value", "A menu command is printable and ends in . or !", len(_MENU))
        return Menu(found["text"].decode("ascii"), Storage(found["storage"].decode("ascii")))
    if len(data) != 3 or data[2] != _CR or data[1] not in frozenset(Key):
        raise DecodeError("command", "No short command and no menu command", 1)
    return Press(Key(data[1]))


def encode_answer(answer: MenuAnswer) -> bytes:
    """The answer's bytes."""
    return answer.text.encode("ascii", "replace") + bytes((answer.status,)) + answer.storage.value.encode()


def decode_answer(data: bytes) -> MenuAnswer:
    """One whole answer. Raises `DecodeError`."""
    found = _ANSWER.fullmatch(data)
    if found is None:
        raise DecodeError("value", "An answer is printable text, a status and . or !", 0)
    storage = Storage(found["storage"].decode("ascii"))
    return MenuAnswer(found["text"].decode("ascii"), MenuStatus(found["status"][0]), storage)


def find_answer(data: bytes) -> tuple[int, int] | None:
    """Where the first answer in `data` begins and ends. It runs from the last line end, or other code, before it."""
    found = _ANSWER.search(data)
    return None if found is None else found.span()


ANSWERS: Final = AnswerForm(find_answer, from_line_start, MAX_ANSWER_BYTES)
