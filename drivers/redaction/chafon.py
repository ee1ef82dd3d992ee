"""Chafon's UHF readers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from drivers.capture import Happening
from drivers.redaction.dialogue import redact_dialogue
from drivers.redaction.traffic import Driven, Redaction, Traffic
from drivers.redaction.uhf_tags import UhfLedger
from firmware_msgs.chafon.answers import Answer, Inventory, Layout, Memory, TagSeen, decode_answer, encode_answer
from firmware_msgs.chafon.frames import Frame, FrameDecoder, encode_frame
from firmware_msgs.chafon.request_codec import decode_request, encode_request
from firmware_msgs.chafon.requests import (
    NO_PASSWORD,
    Command,
    LockTag,
    Mask,
    ReadTag,
    Request,
    Selection,
    TakeInventory,
    TakeInventory288,
    WriteEpc,
    WriteTag,
    command_of,
)
from firmware_msgs.errors import DecodeError
from firmware_msgs.pseudonyms import Pseudonyms
from firmware_msgs.tags.uhf.gen2 import MemoryBank


class _Chafon:
    """See `Family`."""

    def __init__(self, layout: Layout, driven: Driven, pseudonyms: Pseudonyms) -> None:
        self._layout = layout
        self._tags = UhfLedger(driven.afi, pseudonyms)

    def decoders(self) -> tuple[FrameDecoder, FrameDecoder]:
        return FrameDecoder(), FrameDecoder()

    def encode(self, frame: Frame) -> bytes:
        return encode_frame(frame)

    def question(self, frame: Frame) -> Request:
        return decode_request(frame)

    def answer(self, question: Request, frame: Frame) -> Answer:
        if frame.command != command_of(question):
            raise DecodeError("command", "this answers another question")
        return decode_answer(frame, self._layout)

    def learn(self, question: Request, answer: Answer) -> None:
        if isinstance(question, ReadTag) and isinstance(answer, Memory):
            self._tags.holds(_name(question.tag), question.bank, question.place.first_word, answer.data)

    def asked(self, frame: Frame, question: Request) -> Frame:
        told: Request = question
        match question:
            case ReadTag() | LockTag():
                told = replace(question, tag=self._selection(question.tag), password=NO_PASSWORD)
            case WriteTag(tag, bank, first_word, data):
                told = WriteTag(
                    self._selection(tag), bank, first_word, self._tags.data(_name(tag), bank, first_word, data)
                )
            case TakeInventory288(mask=Mask() as mask):
                told = replace(question, mask=self._mask(mask))
            case WriteEpc():
                raise DecodeError("command", "this may not be told")
            case _:
                pass
        return encode_request(told, frame.address)

    def told(self, frame: Frame, question: Request, answer: Answer) -> Frame:
        return encode_answer(Command(frame.command), self._redacted(question, answer), frame.address)

    def _redacted(self, question: Request, answer: Answer) -> Answer:
        match question, answer:
            case ReadTag(tag, bank, place), Memory(data):
                return Memory(self._tags.data(_name(tag), bank, place.first_word, data))
            case _, Memory():
                raise DecodeError("command", "this answers another question")
            case TakeInventory(tid) | TakeInventory288(tid=tid), Inventory(tags=tags) if tid is not None:
                return replace(answer, tags=tuple(map(self._tid_seen, tags)))
            case _, Inventory(tags=tags):
                return replace(answer, tags=tuple(map(self._epc_seen, tags)))
            case _:
                return answer

    def _tid_seen(self, seen: TagSeen) -> TagSeen:
        """A UHFReader288 tells both."""
        if seen.tid is not None:
            return replace(seen, number=self._tags.epc(seen.number), tid=self._tags.tid(seen.tid))
        return replace(seen, number=self._tags.tid(seen.number))

    def _epc_seen(self, seen: TagSeen) -> TagSeen:
        tid = None if seen.tid is None else self._tags.tid(seen.tid)
        return replace(seen, number=self._tags.epc(seen.number), tid=tid)

    def _selection(self, tag: Selection) -> Selection:
        return self._mask(tag) if isinstance(tag, Mask) else self._tags.epc(tag)

    def _mask(self, mask: Mask) -> Mask:
        if mask.bank is not MemoryBank.TID or mask.first_bit:
            raise DecodeError("value", "this may not be told")
        return replace(mask, data=self._tags.tid(mask.data))


def _name(tag: Selection) -> bytes:
    return tag.data if isinstance(tag, Mask) else tag


def _redact(layout: Layout, traffic: Sequence[Traffic], driven: Driven, pseudonyms: Pseudonyms) -> Iterator[Happening]:
    return redact_dialogue(traffic, _Chafon(layout, driven, pseudonyms))


CHAFON_18: Final = Redaction(partial(_redact, Layout.READER_18))
CHAFON_288: Final = Redaction(partial(_redact, Layout.READER_288))
