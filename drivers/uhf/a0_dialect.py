"""How an A0 reader is spoken to. What a question is answered with is a tuple of answers, for each tag has its frame."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeAlias

from firmware_msgs.errors import DecodeError
from firmware_msgs.uhf_a0.answer_codec import INVENTORIES, decode_answer
from firmware_msgs.uhf_a0.answers import Answer, TagChanged, TagRead, TagSeen
from firmware_msgs.uhf_a0.frames import ANY_ADDRESS, FrameDecoder, encode_frame
from firmware_msgs.uhf_a0.request_codec import encode_request
from firmware_msgs.uhf_a0.requests import Command, Plain, Request, command_of

ADVICE: Final = "Check the RFID reader's power and cable, and its baud rate (115200 as delivered)."

Answers: TypeAlias = tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for an answer before it counts as lost."""

    answer_s: float = 0.3  # nothing on the air is needed
    tag_s: float = 1.0  # one tag read or written takes under 0.1 s; firmware retries weak ones by itself
    inventory_s: float = 2.0  # twenty tags take 0.1 s on the air; a poor field costs repeats


USUAL_TIMEOUTS: Final = Timeouts()


class A0Dialect:
    """See `Dialect`. An answer names its command; the fences have commands of their own."""

    fences: tuple[Request, ...] = (Plain(Command.GET_FIRMWARE_VERSION), Plain(Command.GET_TEMPERATURE))

    def __init__(self, timeouts: Timeouts, address: int = ANY_ADDRESS) -> None:
        self._timeouts = timeouts
        self._address = address
        self._decoder = FrameDecoder()
        self._gathered: list[Answer] = []

    def encode(self, question: Request) -> bytes:
        """See `Dialect`."""
        return encode_frame(encode_request(question, self._address))

    def find_answer(self, question: Request, data: bytes) -> Answers | None:
        """See `Dialect`."""
        for frame in self._decoder.feed(data):
            if frame.command != command_of(question):
                continue
            with suppress(DecodeError):  # damaged beyond its checksum
                self._gathered.append(decode_answer(frame))
                if self._is_complete():
                    return tuple(self._gathered)
        return None

    def _is_complete(self) -> bool:
        match self._gathered[-1]:
            case TagSeen():
                return False
            case TagRead(tag_count=count) | TagChanged(tag_count=count):
                return len(self._gathered) >= count
            case _:
                return True

    def reset(self) -> None:
        """See `Dialect`."""
        self._decoder.reset()
        self._gathered.clear()

    def patience_s(self, question: Request) -> float:
        """See `Dialect`."""
        command = command_of(question)
        if command in INVENTORIES:
            return self._timeouts.inventory_s
        return self._timeouts.tag_s if command in (Command.READ, Command.WRITE) else self._timeouts.answer_s
