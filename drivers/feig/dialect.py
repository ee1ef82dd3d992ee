"""How a FEIG reader is spoken to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.answers import Answer, decode_answer
from firmware_msgs.feig.decoder import FrameDecoder
from firmware_msgs.feig.frames import Framing, encode_frame
from firmware_msgs.feig.requests import DetectBaudRate, GetSoftwareVersion, Request, TakeInventory, encode_request

ADVICE: Final = "Check the RFID reader's power and cable, and that it is set to 38400 baud, even parity."


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for an answer before it counts as lost."""

    answer_s: float = 0.35  # the longest, 128 bytes of a tag at 26 kbit/s and 38,400 baud, takes 0.11 s
    inventory_s: float = 1.5  # 50 tags with their collisions take 0.6 s; unread ones of a poor field cost repeats


@dataclass(frozen=True, slots=True)
class Setup:
    """How a reader is set and spoken to. Old firmware knows only standard frames."""

    framing: Framing = Framing.ADVANCED
    timeouts: Timeouts = field(default_factory=Timeouts)


USUAL_SETUP: Final = Setup()


class FeigDialect:
    """See `Dialect`. An answer names only its command byte; the fences have command bytes of their own."""

    fences: tuple[Request, ...] = (GetSoftwareVersion(), DetectBaudRate())

    def __init__(self, setup: Setup) -> None:
        self._framing = setup.framing
        self._timeouts = setup.timeouts
        self._decoder = FrameDecoder((setup.framing,))

    def encode(self, question: Request) -> bytes:
        """See `Dialect`."""
        return encode_frame(encode_request(question, self._framing))

    def find_answer(self, question: Request, data: bytes) -> Answer | None:
        """See `Dialect`."""
        for frame in self._decoder.feed(data):
            with suppress(DecodeError):  # it belongs to an older question, or is damaged beyond its checksum
                return decode_answer(question, frame)
        return None

    def reset(self) -> None:
        """See `Dialect`."""
        self._decoder.reset()

    def patience_s(self, question: Request) -> float:
        """See `Dialect`."""
        return self._timeouts.inventory_s if isinstance(question, TakeInventory) else self._timeouts.answer_s
