"""How a 3M 210 or 810 reader is spoken to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from firmware_msgs.errors import DecodeError
from firmware_msgs.m3_810.answer_frames import decode_answer
from firmware_msgs.m3_810.answers import Answer, is_answer_to
from firmware_msgs.m3_810.decoder import frame_decoder
from firmware_msgs.m3_810.frames import encode_frame
from firmware_msgs.m3_810.questions import GetVersion, ProbeReader, Question, TakeInventory, encode_question

ADVICE: Final = "Check the 3M reader's power and cable; its line is always set to 19200 baud without parity."


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for an answer before it counts as lost. (The public programs wait 1.5 s for each.)"""

    answer_s: float = 0.5  # 12 blocks of a tag take 0.1 s at 26 kbit/s and 19,200 baud; a write of the AFI 0.03 s
    inventory_s: float = 1.5  # 30 tags with their collisions take 0.4 s, and 0.15 s on the line


USUAL_TIMEOUTS: Final = Timeouts()


class M3Dialect:
    """See `Dialect`. Answers about a tag name it; the fences have answers of their own."""

    fences: tuple[Question, ...] = (ProbeReader(), GetVersion())

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._decoder = frame_decoder()

    def encode(self, question: Question) -> bytes:
        """See `Dialect`."""
        return encode_frame(encode_question(question))

    def find_answer(self, question: Question, data: bytes) -> Answer | None:
        """See `Dialect`."""
        for frame in self._decoder.feed(data):
            with suppress(DecodeError):  # a message we do not know answers nothing we asked
                answer = decode_answer(frame)
                if is_answer_to(question, answer):
                    return answer
        return None

    def reset(self) -> None:
        """See `Dialect`."""
        self._decoder.reset()

    def patience_s(self, question: Question) -> float:
        """See `Dialect`."""
        return self._timeouts.inventory_s if isinstance(question, TakeInventory) else self._timeouts.answer_s
