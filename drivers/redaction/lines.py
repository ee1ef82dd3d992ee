"""Scanners that send lines of code, and those that mix them with answers to commands."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import msgspec

from drivers.capture import Happening, Opened, Received, Sent
from drivers.redaction.codes import CodeOptions, Codes
from drivers.redaction.traffic import Driven, LinkOpened, Piece, Redaction, Traffic
from drivers.scanners.gm65 import gm65_speech
from drivers.scanners.honeywell import honeywell_speech
from drivers.scanners.newland import newland_speech
from drivers.scanners.speech import Speech
from firmware_msgs.errors import DecodeError
from firmware_msgs.pseudonyms import Pseudonyms
from firmware_msgs.scanners import gm65, honeywell, newland

RECENT_COMMANDS = 4
"""A late answer may belong to a command before the last."""

_ENDS: Final = re.compile(rb"([\r\n\t]+)")


@dataclass(frozen=True, slots=True)
class _Answers:
    """How to tell a family's answers from codes: they have the family's form, and answer what was asked."""

    speech: Speech[Any, Any]
    decode_command: Callable[[bytes], Any]

    def is_one(self, data: bytes, asked: Sequence[bytes]) -> bool:
        """Whether `data` answers one of the commands."""
        for command in asked:
            with suppress(DecodeError):
                if self.speech.belongs(self.decode_command(command), self.speech.decode(data)):
                    return True
        return False


class _Lines:
    """One link's stream from a scanner. Told are whole lines, each when its last byte came."""

    def __init__(self, codes: Codes, gap_s: float, answers: _Answers | None) -> None:
        self._codes = codes
        self._gap_s = gap_s
        self._answers = answers
        self._asked: deque[bytes] = deque(maxlen=RECENT_COMMANDS)
        self._held = b""  # what may be an answer that has not ended
        self._begun = b""  # a code that has not ended
        self._at_s = 0.0

    def sent(self, piece: Piece) -> Iterator[Happening]:
        """Commands name nobody."""
        self._asked.append(piece.data)
        yield Sent(at_s=piece.at_s, hex=piece.data.hex())

    def received(self, piece: Piece) -> Iterator[Happening]:
        """What can be told by now."""
        if piece.at_s - self._at_s > self._gap_s:
            yield from self.end()
        self._at_s = piece.at_s
        self._held += piece.data
        if self._answers is None:
            yield from self._release(len(self._held))
            return
        form = self._answers.speech.form
        while (found := form.find(self._held)) is not None:
            start, end = found
            yield from self._release(start)
            yield from self._answer(end - start)
        yield from self._release(max(form.begun(self._held), len(self._held) - form.longest))

    def end(self) -> Iterator[Happening]:
        """Nothing more belongs to what was begun."""
        yield from self._release(len(self._held))
        rest, self._begun = self._begun, b""
        yield from self._told(self._codes.line(rest))

    def _answer(self, size: int) -> Iterator[Happening]:
        answer = self._held[:size]
        if self._answers is None or not self._answers.is_one(answer, self._asked):
            yield from self._release(size)
            return
        self._held = self._held[size:]
        yield from self._told(answer)

    def _release(self, count: int) -> Iterator[Happening]:
        """So many of the bytes held are of codes."""
        self._begun += self._held[:count]
        self._held = self._held[count:]
        *whole, self._begun = _ENDS.split(self._begun)
        lines = (self._codes.line(part) if index % 2 == 0 else part for index, part in enumerate(whole))
        yield from self._told(b"".join(lines))

    def _told(self, data: bytes) -> Iterator[Happening]:
        if data:
            yield Received(at_s=self._at_s, hex=data.hex())


def _redact(
    answers: _Answers | None, traffic: Sequence[Traffic], driven: Driven, pseudonyms: Pseudonyms
) -> Sequence[Happening]:
    options = msgspec.convert(driven.options, CodeOptions)
    happenings = _happenings(traffic, lambda: _Lines(Codes(options, pseudonyms), options.quiet_gap_s, answers))
    return sorted(happenings, key=lambda each: each.at_s)  # half a code may be told after a command was


def _happenings(traffic: Sequence[Traffic], begin: Callable[[], _Lines]) -> Iterator[Happening]:
    lines = begin()
    for each in traffic:
        if isinstance(each, LinkOpened):
            yield from lines.end()
            yield Opened(at_s=each.at_s)
            lines = begin()
        else:
            yield from lines.sent(each) if each.to_device else lines.received(each)
    yield from lines.end()


PLAIN_SCANNER: Final = Redaction(partial(_redact, None))
HONEYWELL: Final = Redaction(partial(_redact, _Answers(honeywell_speech(()), honeywell.decode_command)))
NEWLAND: Final = Redaction(partial(_redact, _Answers(newland_speech(()), newland.decode_command)))
GM65: Final = Redaction(partial(_redact, _Answers(gm65_speech((), gm65.Mode.CONTINUOUS), gm65.decode_command)))
