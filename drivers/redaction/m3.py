"""3M 210 and 810."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from drivers.capture import Happening
from drivers.redaction.dialogue import redact_dialogue
from drivers.redaction.tags import TagLedger
from drivers.redaction.traffic import Driven, Redaction, Traffic
from firmware_msgs.errors import DecodeError
from firmware_msgs.m3_810.answer_frames import decode_answer, encode_answer
from firmware_msgs.m3_810.answers import (
    Afi,
    AfiWritten,
    Answer,
    Blocks,
    BlocksWritten,
    Inventory,
    Refused,
    is_answer_to,
)
from firmware_msgs.m3_810.decoder import frame_decoder
from firmware_msgs.m3_810.frames import Frame, encode_frame
from firmware_msgs.m3_810.questions import (
    GetAfi,
    Question,
    ReadBlocks,
    WriteAfi,
    WriteBlocks,
    decode_question,
    encode_question,
)
from firmware_msgs.pseudonyms import Pseudonyms
from firmware_msgs.resync import ResyncDecoder


class _M3:
    """See `Family`. Answers name their tag. What the reader says of itself is its own."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._tags = TagLedger(pseudonyms)

    def decoders(self) -> tuple[ResyncDecoder[Frame], ResyncDecoder[Frame]]:
        return frame_decoder(), frame_decoder()

    def encode(self, frame: Frame) -> bytes:
        return encode_frame(frame)

    def question(self, frame: Frame) -> Question:
        return decode_question(frame)

    def answer(self, question: Question, frame: Frame) -> Answer:
        answer = decode_answer(frame)
        if not is_answer_to(question, answer):
            raise DecodeError("command", "this answers another question")
        return answer

    def learn(self, _question: Question, answer: Answer) -> None:
        match answer:
            case Inventory(tags):
                for tag in tags:
                    self._tags.knows(tag.uid, dsfid=tag.dsfid)
            case Afi(uid, value):
                self._tags.knows(uid, afi=value)
            case Blocks(uid, blocks):
                for block in blocks:
                    self._tags.holds(uid, block.number, (block.data,))
            case _:
                pass

    def asked(self, _frame: Frame, question: Question) -> Frame:
        match question:
            case WriteBlocks(uid, first, blocks):
                told = tuple(self._tags.data(uid, block) for block in blocks)
                return encode_question(WriteBlocks(self._tags.uid(uid), first, told))
            case ReadBlocks(uid) | GetAfi(uid) | WriteAfi(uid):
                return encode_question(replace(question, uid=self._tags.uid(uid)))
            case _:
                return encode_question(question)

    def told(self, _frame: Frame, _question: Question, answer: Answer) -> Frame:
        return encode_answer(self._redacted(answer))

    def _redacted(self, answer: Answer) -> Answer:
        match answer:
            case Inventory(tags):
                return replace(answer, tags=tuple(replace(tag, uid=self._tags.uid(tag.uid)) for tag in tags))
            case Blocks(uid, blocks):
                told = tuple(replace(block, data=self._tags.data(uid, block.data)) for block in blocks)
                return Blocks(self._tags.uid(uid), told)
            case BlocksWritten(uid) | Afi(uid) | AfiWritten(uid):
                return replace(answer, uid=self._tags.uid(uid))
            case Refused(uid=str(uid)):
                return replace(answer, uid=self._tags.uid(uid))
            case _:
                return answer


def _redact(traffic: Sequence[Traffic], _driven: Driven, pseudonyms: Pseudonyms) -> Iterator[Happening]:
    return redact_dialogue(traffic, _M3(pseudonyms))


M3: Final = Redaction(_redact)
