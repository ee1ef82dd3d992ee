"""A device that says again what a captured one said. No I/O, no clock.

A question gets the answers that followed it in the capture, each time the next ones, and the last ones again when there
are no more: a driver that polls may ask more often than it did. What the device said of its own accord (before any
question, or too long after one to be its answer) comes once, at its time after plugging in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from drivers.capture import Capture, Happening, Opened, Received, Sent
from drivers.simulators.firmware import Reply

ANSWER_WITHIN_S = 2.0
"""An answer that takes longer than any driver waits is none: something happened to the device then."""


@dataclass(slots=True)
class _Script:
    """What follows one question: rounds of replies, the next of them to come."""

    rounds: list[list[Reply]] = field(default_factory=list)
    played: int = 0

    def next_round(self) -> list[Reply]:
        """The next replies; the last ones for ever."""
        if not self.rounds:
            return []
        replies = self.rounds[min(self.played, len(self.rounds) - 1)]
        self.played += 1
        return replies


class ReplayFirmware:
    """See the module. `unasked` are the replies that answer nothing, each with its time after the one before."""

    def __init__(self, capture: Capture) -> None:
        self._scripts, self.unasked = _scripts_of(capture.happenings)
        self._longest = max(map(len, self._scripts), default=0)
        self._heard = b""

    def feed(self, data: bytes) -> Iterable[Reply]:
        """The replies to the questions that these bytes complete; bytes of no captured question are passed over."""
        replies: list[Reply] = []
        for byte in data if self._scripts else b"":
            self._heard = (self._heard + bytes((byte,)))[-self._longest :]
            question = self._complete_question()
            if question is not None:
                self._heard = b""
                replies += self._scripts[question].next_round()
        return replies

    def _complete_question(self) -> bytes | None:
        """The longest one that the bytes end in: a short one may be the end of another."""
        ending = [question for question in self._scripts if self._heard.endswith(question)]
        return max(ending, key=len, default=None)


def _scripts_of(happenings: Iterable[Happening]) -> tuple[dict[bytes, _Script], list[Reply]]:
    scripts: dict[bytes, _Script] = defaultdict(_Script)
    unasked: list[Reply] = []
    answers: list[Reply] | None = None
    before_s = asked_s = said_s = 0.0
    for each in happenings:
        match each:
            case Opened(at_s=at_s):
                answers, before_s = None, at_s
                said_s = said_s or at_s
            case Sent(at_s=at_s, hex=text):
                answers = []
                scripts[bytes.fromhex(text)].rounds.append(answers)
                before_s = asked_s = at_s
            case Received(at_s=at_s, hex=text) if answers is not None and at_s - asked_s < ANSWER_WITHIN_S:
                answers.append(Reply(bytes.fromhex(text), at_s - before_s))
                before_s = at_s
            case Received(at_s=at_s, hex=text):
                unasked.append(Reply(bytes.fromhex(text), at_s - said_s))
                said_s = at_s
            case _:
                pass
    return dict(scripts), unasked
