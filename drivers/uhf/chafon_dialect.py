"""How a Chafon reader is spoken to. What a question is answered with is a tuple of answers, for an inventory may take
several frames.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeAlias

from firmware_msgs.chafon.answers import Answer, Inventory, Layout, decode_answer
from firmware_msgs.chafon.frames import ANY_ADDRESS, FrameDecoder, encode_frame
from firmware_msgs.chafon.request_codec import encode_request
from firmware_msgs.chafon.requests import Command, Plain, Request, command_of
from firmware_msgs.chafon.status import Status
from firmware_msgs.errors import DecodeError

ADVICE: Final = (
    "Check the RFID reader's power and cable, its baud rate (57600 as delivered), and that it is set to answer when "
    "asked instead of reading by itself."
)

Answers: TypeAlias = tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for an answer before it counts as lost."""

    answer_s: float = 0.3  # nothing on the air is needed
    tag_s: float = 1.5  # firmware goes on trying for its scan time, which is set to 0.3 s
    inventory_s: float = 1.5  # as above, and the time to tell thirty tags at 57,600 baud


USUAL_TIMEOUTS: Final = Timeouts()


class ChafonDialect:
    """See `Dialect`. An answer names its command; the fences have commands of their own."""

    fences: tuple[Request, ...] = (Plain(Command.READER_INFORMATION), Plain(Command.SINGLE_INVENTORY))

    def __init__(self, layout: Layout, timeouts: Timeouts, address: int = ANY_ADDRESS) -> None:
        self._layout = layout
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
            with suppress(DecodeError):  # no answer after all, or one of another model
                answer = decode_answer(frame, self._layout)
                self._gathered.append(answer)
                if not isinstance(answer, Inventory) or answer.status != Status.INVENTORY_MORE:
                    return tuple(self._gathered)
        return None

    def reset(self) -> None:
        """See `Dialect`."""
        self._decoder.reset()
        self._gathered.clear()

    def patience_s(self, question: Request) -> float:
        """See `Dialect`."""
        match command_of(question):
            case Command.INVENTORY | Command.SINGLE_INVENTORY:
                return self._timeouts.inventory_s
            case Command.READ | Command.WRITE:
                return self._timeouts.tag_s
            case _:
                return self._timeouts.answer_s
