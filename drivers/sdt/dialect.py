"""How an identity card reader is spoken to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from firmware_msgs.errors import DecodeError
from firmware_msgs.sdt.answers import Answer, Refused, decode_answer
from firmware_msgs.sdt.frames import body_decoder, encode_frame
from firmware_msgs.sdt.questions import Command, Question, encode_question
from firmware_msgs.sdt.status import Status

ADVICE: Final = "Check the identity card reader's power and cable, and that it is set to 115200 baud."

_STATES_OF_READER: Final = frozenset({Status.SELF_TEST_FAILED, Status.UNAUTHORISED})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for an answer before it counts as lost."""

    answer_s: float = 0.6  # finding and selecting take 0.2 s
    read_s: float = 3.0  # reading text and photo off the card takes about 1 s, the line 0.12 s


class SdtDialect:
    """See `Dialect`. The fences' successes have lengths of their own; a refusal passes one only when it is about the
    reader itself, for any other may be a late one.
    """

    fences: tuple[Question, ...] = (Question(Command.STATUS), Question(Command.MODULE_ID))

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._decoder = body_decoder()

    def encode(self, question: Question) -> bytes:
        """See `Dialect`."""
        return encode_frame(encode_question(question))

    def find_answer(self, question: Question, data: bytes) -> Answer | None:
        """See `Dialect`."""
        for body in self._decoder.feed(data):
            with suppress(DecodeError):
                answer = decode_answer(question, body)
                if question not in self.fences or not _may_be_late(answer):
                    return answer
        return None

    def reset(self) -> None:
        """See `Dialect`."""
        self._decoder.reset()

    def patience_s(self, question: Question) -> float:
        """See `Dialect`."""
        return self._timeouts.read_s if question.command is Command.READ else self._timeouts.answer_s


def _may_be_late(answer: Answer) -> bool:
    return isinstance(answer, Refused) and answer.status not in _STATES_OF_READER
