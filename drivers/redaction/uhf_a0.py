"""UHF readers of the A0 family."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from drivers.capture import Happening
from drivers.redaction.dialogue import redact_dialogue
from drivers.redaction.traffic import Driven, Redaction, Traffic
from drivers.redaction.uhf_tags import UhfLedger
from firmware_msgs.errors import DecodeError
from firmware_msgs.pseudonyms import Pseudonyms
from firmware_msgs.tags.uhf.gen2 import CRC_BYTES, MemoryBank, crc16_gen2
from firmware_msgs.uhf_a0.answer_codec import decode_answer, encode_answer
from firmware_msgs.uhf_a0.answers import (
    AccessMatch,
    Answer,
    BufferedTag,
    Identifier,
    TagChanged,
    TagRead,
    TagSeen,
    crc_holds,
)
from firmware_msgs.uhf_a0.frames import Frame, FrameDecoder, encode_frame
from firmware_msgs.uhf_a0.request_codec import decode_request, encode_request
from firmware_msgs.uhf_a0.requests import (
    NO_PASSWORD,
    LockTags,
    ReadTags,
    Request,
    SetAccessMatch,
    WriteTags,
    command_of,
)

_Told = TypeVar("_Told", BufferedTag, TagRead, TagChanged)


class _A0:
    """See `Family`."""

    def __init__(self, driven: Driven, pseudonyms: Pseudonyms) -> None:
        self._tags = UhfLedger(driven.afi, pseudonyms)
        self._selected: bytes | None = None

    def decoders(self) -> tuple[FrameDecoder, FrameDecoder]:
        return FrameDecoder(), FrameDecoder()

    def encode(self, frame: Frame) -> bytes:
        return encode_frame(frame)

    def question(self, frame: Frame) -> Request:
        return decode_request(frame)

    def answer(self, question: Request, frame: Frame) -> Answer:
        if frame.command != command_of(question):
            raise DecodeError("command", "this answers another question")
        return decode_answer(frame)

    def learn(self, question: Request, answer: Answer) -> None:
        match answer:
            case TagSeen(pc=pc, epc=epc):
                self._tags.seen(pc, epc)
            case TagRead(pc=pc, epc=epc, data=data) if isinstance(question, ReadTags) and crc_holds(answer):
                self._tags.seen(pc, epc)
                self._tags.holds(epc, question.bank, question.first_word, data)
            case _:
                pass

    def asked(self, frame: Frame, question: Request) -> Frame:
        told: Request = question
        match question:
            case SetAccessMatch(epc):
                self._selected = epc
                told = SetAccessMatch(None if epc is None else self._tags.epc(epc))
            case ReadTags(password=bytes()) | LockTags():
                told = replace(question, password=NO_PASSWORD)
            case WriteTags(bank, first_word, data):
                told = WriteTags(bank, first_word, self._tags.data(self._selected or b"", bank, first_word, data))
            case _:
                pass
        return encode_request(told, frame.address)

    def told(self, frame: Frame, question: Request, answer: Answer) -> Frame:
        return encode_answer(command_of(question), self._redacted(question, answer), frame.address)

    def _redacted(self, question: Request, answer: Answer) -> Answer:
        match answer:
            case TagSeen(pc=pc, epc=epc):
                return replace(answer, pc=self._tags.pc(pc, epc), epc=self._tags.epc(epc))
            case TagRead(epc=epc, data=data):
                bank, first_word = _place(question)
                return replace(self._head(answer), data=self._tags.data(epc, bank, first_word, data))
            case BufferedTag():
                return self._head(answer)
            case TagChanged():
                return self._head(answer)
            case _:
                return self._of_reader(answer)

    def _of_reader(self, answer: Answer) -> Answer:
        match answer:
            case AccessMatch(bytes(epc)):
                return AccessMatch(self._tags.epc(epc))
            case Identifier(data):
                return Identifier(bytes(len(data)))
            case _:
                return answer

    def _head(self, answer: _Told) -> _Told:
        """With other PC and EPC, and the CRC that the tag would have then."""
        if not crc_holds(answer):
            raise DecodeError("checksum", "this is not what a tag said")
        pc, epc = self._tags.pc(answer.pc, answer.epc), self._tags.epc(answer.epc)
        return replace(answer, pc=pc, epc=epc, crc=crc16_gen2(pc + epc).to_bytes(CRC_BYTES))


def _place(question: Request) -> tuple[MemoryBank, int]:
    if not isinstance(question, ReadTags):
        raise DecodeError("command", "this answers another question")
    return question.bank, question.first_word


def _redact(traffic: Sequence[Traffic], driven: Driven, pseudonyms: Pseudonyms) -> Iterator[Happening]:
    return redact_dialogue(traffic, _A0(driven, pseudonyms))


UHF_A0: Final = Redaction(_redact)
