"""Redaction of the families that speak in questions and answers: read everything, learn from all of it what may be
told, and say it again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from drivers.capture import Happening, Left, Opened, Received, Sent
from drivers.redaction.framing import Framed, StreamDecoder, frames_of
from drivers.redaction.traffic import Traffic
from firmware_msgs.errors import DecodeError, EncodeError

RECENT_QUESTIONS = 4
"""A late answer may belong to a question before the last; a driver asks no more than two others meanwhile."""

Frame = TypeVar("Frame")
Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Family(Protocol[Frame, Question, Answer]):
    """A family's codec, and what of it may be told. Every method but the first two and `learn` raises `DecodeError` for
    what is not understood, and `EncodeError` for what cannot be said: such a frame is left out.
    """

    def decoders(self) -> tuple[StreamDecoder[Frame], StreamDecoder[Frame]]:
        """New ones, of what goes to the device and of what comes from it."""

    def encode(self, frame: Frame, /) -> bytes:
        """The frame on the wire."""

    def question(self, frame: Frame, /) -> Question:
        """What it asks."""

    def answer(self, question: Question, frame: Frame, /) -> Answer:
        """What it answers to `question`."""

    def learn(self, question: Question, answer: Answer, /) -> None:
        """Take note of what must be known of all answers before the first can be told."""

    def asked(self, frame: Frame, question: Question, /) -> Frame:
        """The question as it may be told."""

    def told(self, frame: Frame, question: Question, answer: Answer, /) -> Frame:
        """The answer as it may be told."""


@dataclass(frozen=True, slots=True)
class _Asked(Generic[Frame, Question]):
    at_s: float
    frame: Frame
    question: Question


@dataclass(frozen=True, slots=True)
class _Told(Generic[Frame, Question, Answer]):
    at_s: float
    frame: Frame
    question: Question
    answer: Answer


_Said: TypeAlias = Opened | Left | _Asked[Frame, Question] | _Told[Frame, Question, Answer]


def redact_dialogue(traffic: Sequence[Traffic], family: Family[Frame, Question, Answer]) -> Iterator[Happening]:
    """The traffic as it may be told. What is no frame, or no message known, is left out and counted."""
    said = list(_understood(traffic, family))
    for each in said:
        if isinstance(each, _Told):
            family.learn(each.question, each.answer)
    return _again(said, family)


def _understood(
    traffic: Sequence[Traffic], family: Family[Frame, Question, Answer]
) -> Iterator[_Said[Frame, Question, Answer]]:
    asked: deque[Question] = deque(maxlen=RECENT_QUESTIONS)
    for each in frames_of(traffic, family.decoders(), family.encode):
        if not isinstance(each, Framed):
            yield each
            continue
        said = _question(each, family) if each.to_device else _answer(each, reversed(asked), family)
        if isinstance(said, _Asked):
            asked.append(said.question)
        yield said or Left(at_s=each.at_s, count=len(family.encode(each.frame)))


def _question(heard: Framed[Frame], family: Family[Frame, Question, Answer]) -> _Asked[Frame, Question] | None:
    try:
        return _Asked(heard.at_s, heard.frame, family.question(heard.frame))
    except DecodeError:
        return None


def _answer(
    heard: Framed[Frame], asked: Iterable[Question], family: Family[Frame, Question, Answer]
) -> _Told[Frame, Question, Answer] | None:
    for question in asked:
        with suppress(DecodeError):
            return _Told(heard.at_s, heard.frame, question, family.answer(question, heard.frame))
    return None


def _again(
    said: Iterable[_Said[Frame, Question, Answer]], family: Family[Frame, Question, Answer]
) -> Iterator[Happening]:
    for each in said:
        if isinstance(each, Opened | Left):
            yield each
            continue
        try:
            yield _happening(each, family)
        except (DecodeError, EncodeError):
            yield Left(at_s=each.at_s, count=len(family.encode(each.frame)))


def _happening(
    said: _Asked[Frame, Question] | _Told[Frame, Question, Answer], family: Family[Frame, Question, Answer]
) -> Happening:
    if isinstance(said, _Asked):
        return Sent(at_s=said.at_s, hex=family.encode(family.asked(said.frame, said.question)).hex())
    return Received(at_s=said.at_s, hex=family.encode(family.told(said.frame, said.question, said.answer)).hex())
