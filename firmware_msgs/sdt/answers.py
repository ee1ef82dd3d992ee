"""What an identity card reader answers. An answer does not say to what: it is decoded beside its question.

The body is SW1, SW2, SW3 and data. A successful answer's data has a length of its own for each question, so one can be
taken for another's only where neither has said anything (RESET and STATUS).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from firmware_msgs.cursor import Cursor
from firmware_msgs.errors import DecodeError
from firmware_msgs.identity_card import IdentityCard
from firmware_msgs.sdt.questions import Command, Question
from firmware_msgs.sdt.status import Status, status_words
from firmware_msgs.sdt.text import decode_card, describe

_STATUS_BYTES = 3
_DATA_BYTES: Final = {Command.FIND: 4, Command.SELECT: 8, Command.MODULE_ID: 16}
_READS: Final = frozenset({Command.READ, Command.READ_WITH_FINGERPRINT})
_SUCCESSES: Final = frozenset({Status.DONE, Status.FOUND})
_REFUSALS_OF_ONE: Final[dict[int, Command]] = {Status.NOT_FOUND: Command.FIND, Status.NOT_SELECTED: Command.SELECT}


@dataclass(frozen=True, slots=True)
class Done:
    """It was carried out: a card was found or selected, or the module is well."""


@dataclass(frozen=True, slots=True)
class Read:
    """A card was read."""

    card: IdentityCard


@dataclass(frozen=True, slots=True)
class Unusable:
    """A card was read, but what it says is of no use; `kind` as `sdt.text.decode_card` raises it."""

    kind: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Any other status."""

    status: int

    def __str__(self) -> str:
        return status_words(self.status)


Answer: TypeAlias = Done | Read | Unusable | Refused


@dataclass(frozen=True, slots=True)
class CardMemory:
    """The data of a successful reading. No photo, no fingerprint: only how long they are."""

    text: bytes = field(repr=False)
    photo_bytes: int
    fingerprint_bytes: int | None


def decode_answer(question: Question, body: bytes) -> Answer:
    """The answer to `question`, or DecodeError when this body cannot be one."""
    cursor = Cursor(body)
    status = cursor.take(_STATUS_BYTES)[2]
    if status not in _SUCCESSES:
        return _refusal(question, status)
    if (status == Status.FOUND) is not (question.command is Command.FIND):
        raise DecodeError("command", "an answer to another question", 2)
    if question.command in _READS:
        return _read(decode_memory(body))
    cursor.take(_DATA_BYTES.get(question.command, 0))
    cursor.end()
    return Done()


def decode_memory(body: bytes) -> CardMemory:
    """The answer to a reading. Raises `DecodeError`."""
    cursor = Cursor(body)
    cursor.take(_STATUS_BYTES)
    lengths = [int.from_bytes(cursor.take(2), "big") for _ in range(2)]
    has_fingerprint = cursor.left > sum(lengths)
    if has_fingerprint:
        lengths.append(int.from_bytes(cursor.take(2), "big"))
    text = cursor.take(lengths[0])
    cursor.take(sum(lengths[1:]))
    cursor.end()
    return CardMemory(text, lengths[1], lengths[2] if has_fingerprint else None)


def describe_memory(memory: CardMemory) -> dict[str, str | int]:
    """What a technician sees of a reading: every field but address, photo and fingerprint. Raises `DecodeError`."""
    lengths = {"photo_len": memory.photo_bytes}
    if memory.fingerprint_bytes is not None:
        lengths["fingerprint_len"] = memory.fingerprint_bytes
    return {**describe(memory.text), **lengths}


def encode_status(status: int, data: bytes = b"") -> bytes:
    """The body of an answer."""
    return bytes((0, 0, status)) + data


def encode_done(question: Question) -> bytes:
    """The body that says that `question`, no reading, was carried out; its data, of no use to anyone, is zeros."""
    status = Status.FOUND if question.command is Command.FIND else Status.DONE
    return encode_status(status, bytes(_DATA_BYTES.get(question.command, 0)))


def encode_memory(text: bytes, photo: bytes, fingerprint: bytes | None = None) -> bytes:
    """The body of a successful reading."""
    parts = (text, photo) if fingerprint is None else (text, photo, fingerprint)
    lengths = b"".join(len(part).to_bytes(2, "big") for part in parts)
    return encode_status(Status.DONE, lengths + b"".join(parts))


def _refusal(question: Question, status: int) -> Refused:
    if _REFUSALS_OF_ONE.get(status, question.command) is not question.command:
        raise DecodeError("command", "a refusal of another question", 2)
    return Refused(status)


def _read(memory: CardMemory) -> Read | Unusable:
    try:
        return Read(decode_card(memory.text))
    except DecodeError as error:
        return Unusable(error.kind)
