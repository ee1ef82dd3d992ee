"""Relay boards: orders to a door and its state name nobody. Only messages are told, for noise might be anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from drivers.capture import Happening
from drivers.redaction.dialogue import redact_dialogue
from drivers.redaction.traffic import Driven, Redaction, Traffic
from firmware_msgs.pseudonyms import Pseudonyms
from firmware_msgs.relay import lcus, modbus_frames, modbus_rtu


class _Lcus:
    """See `Family`."""

    def decoders(self) -> tuple[lcus.FrameDecoder, lcus.FrameDecoder]:
        return lcus.FrameDecoder(), lcus.FrameDecoder()

    def encode(self, frame: lcus.Frame) -> bytes:
        return lcus.encode_frame(frame)

    def question(self, frame: lcus.Frame) -> lcus.Order:
        return lcus.decode_order(frame)

    def answer(self, _question: lcus.Order, frame: lcus.Frame) -> lcus.State:
        return lcus.decode_state(frame)

    def learn(self, question: lcus.Order, answer: lcus.State) -> None:
        pass

    def asked(self, frame: lcus.Frame, _question: lcus.Order) -> lcus.Frame:
        return frame

    def told(self, frame: lcus.Frame, _question: lcus.Order, _answer: lcus.State) -> lcus.Frame:
        return frame


class _Modbus:
    """See `Family`."""

    def decoders(self) -> tuple[modbus_frames.FrameDecoder, modbus_frames.FrameDecoder]:
        return (
            modbus_frames.FrameDecoder(modbus_frames.question_length),
            modbus_frames.FrameDecoder(modbus_frames.answer_length),
        )

    def encode(self, frame: modbus_frames.Frame) -> bytes:
        return modbus_frames.encode_frame(frame)

    def question(self, frame: modbus_frames.Frame) -> modbus_rtu.Question:
        return modbus_rtu.decode_question(frame)

    def answer(self, _question: modbus_rtu.Question, frame: modbus_frames.Frame) -> modbus_rtu.Answer:
        return modbus_rtu.decode_answer(frame)

    def learn(self, question: modbus_rtu.Question, answer: modbus_rtu.Answer) -> None:
        pass

    def asked(self, _frame: modbus_frames.Frame, question: modbus_rtu.Question) -> modbus_frames.Frame:
        return modbus_rtu.encode_question(question)

    def told(
        self, _frame: modbus_frames.Frame, _question: modbus_rtu.Question, answer: modbus_rtu.Answer
    ) -> modbus_frames.Frame:
        return modbus_rtu.encode_answer(answer)


def _redact_lcus(traffic: Sequence[Traffic], _driven: Driven, _pseudonyms: Pseudonyms) -> Iterator[Happening]:
    return redact_dialogue(traffic, _Lcus())


def _redact_modbus(traffic: Sequence[Traffic], _driven: Driven, _pseudonyms: Pseudonyms) -> Iterator[Happening]:
    return redact_dialogue(traffic, _Modbus())


LCUS: Final = Redaction(_redact_lcus)
MODBUS: Final = Redaction(_redact_modbus)
