"""FEIG OBID: readers and the people counter behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, assert_never

import msgspec

from drivers.capture import Happening
from drivers.redaction.dialogue import redact_dialogue
from drivers.redaction.tags import TagLedger
from drivers.redaction.traffic import Driven, Redaction, Traffic
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.answers import Answer, Done, Refused, decode_answer, encode_answer
from firmware_msgs.feig.blocks import BlockOrder
from firmware_msgs.feig.decoder import FrameDecoder
from firmware_msgs.feig.frames import Frame, Framing, encode_frame
from firmware_msgs.feig.inventory import FieldTag, ItemTag, OtherTag, TagKind
from firmware_msgs.feig.peripherals import GetPeople, PeripheralAnswer, SetPeople
from firmware_msgs.feig.reader_answers import Inputs, NoiseLevel, SoftwareVersion
from firmware_msgs.feig.reader_requests import (
    DetectBaudRate,
    GetInputs,
    GetNoiseLevel,
    GetSoftwareVersion,
    ResetCpu,
    ResetRf,
    ResetSystem,
    SetNoiseLevel,
    SetOutputRecords,
    SetOutputs,
    SwitchRf,
)
from firmware_msgs.feig.requests import Request, decode_request, encode_request
from firmware_msgs.feig.tag_answers import Blocks, BlockSecurity, Inventory, SystemInformation
from firmware_msgs.feig.tag_requests import ReadBlocks, TakeInventory, WriteBlocks
from firmware_msgs.feig.targets import OnTag, Target
from firmware_msgs.pseudonyms import Pseudonyms

_OF_NOBODY: Final = (
    TakeInventory
    | DetectBaudRate
    | GetInputs
    | GetNoiseLevel
    | GetPeople
    | GetSoftwareVersion
    | ResetCpu
    | ResetRf
    | ResetSystem
    | SetNoiseLevel
    | SetOutputRecords
    | SetOutputs
    | SetPeople
    | SwitchRf
)
"""Requests that can be told as they are. The reader's configuration may hold passwords, its buffer anybody's tags."""


class _Options(msgspec.Struct):
    framing: Framing = Framing.ADVANCED
    block_order: BlockOrder = BlockOrder.MSB_FIRST


class _Feig:
    """See `Family`."""

    def __init__(self, options: _Options, pseudonyms: Pseudonyms) -> None:
        self._options = options
        self._pseudonyms = pseudonyms
        self._tags = TagLedger(pseudonyms)

    def decoders(self) -> tuple[FrameDecoder, FrameDecoder]:
        return FrameDecoder((self._options.framing,)), FrameDecoder((self._options.framing,))

    def encode(self, frame: Frame) -> bytes:
        return encode_frame(frame)

    def question(self, frame: Frame) -> Request:
        request = decode_request(frame, self._options.block_order)
        if isinstance(request, _OF_NOBODY | OnTag):
            return request
        raise DecodeError("command", "this may not be told")

    def answer(self, question: Request, frame: Frame) -> Answer:
        return decode_answer(question, frame, self._options.block_order)

    def learn(self, question: Request, answer: Answer) -> None:
        match question, answer:
            case ReadBlocks(tag=str(uid), first=first, bank=None), Blocks(blocks):
                self._tags.holds(uid, first, tuple(block.data for block in blocks))
            case _, SystemInformation(uid, dsfid, afi):
                self._tags.knows(uid, dsfid=dsfid, afi=afi)
            case _:
                pass

    def asked(self, frame: Frame, question: Request) -> Frame:
        told: Request = question
        if isinstance(question, WriteBlocks):
            told = replace(question, blocks=tuple(self._data(question.tag, block) for block in question.blocks))
        if isinstance(told, OnTag):
            told = replace(told, tag=self._target(told.tag))
        return encode_request(told, frame.framing, frame.address, self._options.block_order)

    def told(self, frame: Frame, question: Request, answer: Answer) -> Frame:
        redacted = self._redacted(question, answer)
        return encode_answer(question, redacted, frame.framing, frame.address, self._options.block_order)

    def _redacted(self, question: Request, answer: Answer) -> Answer:
        match answer:
            case Inventory(tags, more):
                return Inventory(tuple(map(self._field_tag, tags)), more)
            case Blocks(blocks) if isinstance(question, OnTag):
                return Blocks(tuple(replace(block, data=self._data(question.tag, block.data)) for block in blocks))
            case SystemInformation(uid):
                return replace(answer, uid=self._tags.uid(uid))
            case Done() | Refused() | BlockSecurity() | SoftwareVersion() | NoiseLevel() | Inputs():
                return answer
            case PeripheralAnswer():
                return answer
            case _:
                raise DecodeError("command", "this may not be told")

    def _field_tag(self, tag: FieldTag) -> FieldTag:
        match tag:
            case ItemTag(uid):
                return replace(tag, uid=self._tags.uid(uid))
            case OtherTag(kind, _, uid):
                kept = 1 if kind == TagKind.ICODE_EPC else 0  # its first byte says how long it is
                return replace(tag, uid=self._pseudonyms.uid(uid, kept=kept))
            case _:
                assert_never(tag)

    def _target(self, tag: Target) -> Target:
        return self._tags.uid(tag) if isinstance(tag, str) else tag

    def _data(self, tag: Target, data: bytes) -> bytes:
        """What is read or written without a name may be anybody's."""
        return self._tags.data(tag, data) if isinstance(tag, str) else bytes(len(data))


def _redact(traffic: Sequence[Traffic], driven: Driven, pseudonyms: Pseudonyms) -> Iterator[Happening]:
    return redact_dialogue(traffic, _Feig(msgspec.convert(driven.options, _Options), pseudonyms))


FEIG: Final = Redaction(_redact)
