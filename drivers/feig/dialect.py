"""How a FEIG reader is spoken to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from drivers.feig.signals import Outputs
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.answers import Answer, decode_answer
from firmware_msgs.feig.blocks import BlockOrder
from firmware_msgs.feig.decoder import FrameDecoder
from firmware_msgs.feig.frames import ANY_ADDRESS, Frame, Framing, encode_frame
from firmware_msgs.feig.reader_requests import DetectBaudRate, GetSoftwareVersion
from firmware_msgs.feig.requests import Request, encode_request
from firmware_msgs.feig.tag_requests import TakeInventory

ADVICE: Final = (
    "Check the RFID reader's power and cable, and its address in the configuration. On a serial line it must be set to "
    "38400 baud, even parity."
)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for an answer before it counts as lost."""

    answer_s: float = 0.35  # the longest, 128 bytes of a tag at 26 kbit/s and 38,400 baud, takes 0.11 s
    inventory_s: float = 1.5  # 50 tags with their collisions take 0.6 s; unread ones of a poor field cost repeats


@dataclass(frozen=True, slots=True)
class Setup:
    """How a reader is set, spoken to and used. Old firmware knows only standard frames."""

    framing: Framing = Framing.ADVANCED
    timeouts: Timeouts = field(default_factory=Timeouts)
    address: int = ANY_ADDRESS
    order: BlockOrder = BlockOrder.MSB_FIRST
    with_eas: bool = False
    outputs: Outputs = field(default_factory=Outputs)


USUAL_SETUP: Final = Setup()


class FeigDialect:
    """See `Dialect`. An answer names only its command byte; the fences have command bytes of their own."""

    fences: tuple[Request, ...] = (GetSoftwareVersion(), DetectBaudRate())

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._decoder = FrameDecoder((setup.framing,))

    def encode(self, question: Request) -> bytes:
        """See `Dialect`."""
        setup = self._setup
        return encode_frame(encode_request(question, setup.framing, setup.address, setup.order))

    def find_answer(self, question: Request, data: bytes) -> Answer | None:
        """See `Dialect`."""
        for frame in filter(self._is_from_here, self._decoder.feed(data)):
            with suppress(DecodeError):  # it belongs to an older question, or is damaged beyond its checksum
                return decode_answer(question, frame, self._setup.order)
        return None

    def reset(self) -> None:
        """See `Dialect`."""
        self._decoder.reset()

    def patience_s(self, question: Request) -> float:
        """See `Dialect`."""
        timeouts = self._setup.timeouts
        return timeouts.inventory_s if isinstance(question, TakeInventory) else timeouts.answer_s

    def _is_from_here(self, frame: Frame) -> bool:
        """Several readers may share a line."""
        return self._setup.address in (ANY_ADDRESS, frame.address)
