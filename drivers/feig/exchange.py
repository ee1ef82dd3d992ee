"""Question and answer with a FEIG reader over a serial port, always in step.

An answer names only its command byte, not its question: a late answer about one tag looks like an answer about the
next. A question that went unanswered is therefore followed by a fence, a harmless command with a command byte of its
own. The reader works in order, so when the fence is answered no older answer can still come. Two kinds of fence take
turns, so that a late answer to one fence cannot open the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle

from drivers.errors import DeviceSilent
from drivers.serial_port import SerialPort
from firmware_msgs.errors import DecodeError
from firmware_msgs.feig.answers import Answer, decode_answer
from firmware_msgs.feig.decoder import FrameDecoder
from firmware_msgs.feig.frames import Framing, encode_frame
from firmware_msgs.feig.requests import DetectBaudRate, GetSoftwareVersion, Request, TakeInventory, encode_request

FENCE_ATTEMPTS = 8  # a link that loses one frame in five still passes; a reader silent for this long is down


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for an answer before it counts as lost."""

    answer_s: float = 0.35  # the longest, 128 bytes of a tag at 26 kbit/s and 38,400 baud, takes 0.11 s
    inventory_s: float = 1.5  # 50 tags with their collisions take 0.6 s; unread ones of a poor field cost repeats


class Exchange:
    """One conversation on one open port."""

    def __init__(self, port: SerialPort, framing: Framing, timeouts: Timeouts) -> None:
        self._port = port
        self._framing = framing
        self._timeouts = timeouts
        self._decoder = FrameDecoder((framing,))
        self._fences: Iterator[Request] = cycle((GetSoftwareVersion(), DetectBaudRate()))

    async def open(self) -> None:
        """See that a reader answers, and leave behind whatever an earlier conversation asked. Raises DeviceFault."""
        for _ in range(2):
            await self._fence()

    async def ask(self, request: Request) -> Answer | None:
        """The answer, or None when none came: the request may have been carried out all the same. Raises DeviceFault
        when the reader answers nothing at all any more.
        """
        timeout_s = self._timeouts.inventory_s if isinstance(request, TakeInventory) else self._timeouts.answer_s
        answer = await self._ask_once(request, timeout_s)
        if answer is None:
            await self._fence()
        return answer

    async def _fence(self) -> None:
        fence = next(self._fences)
        for _ in range(FENCE_ATTEMPTS):
            self._decoder.reset()
            if await self._ask_once(fence, self._timeouts.answer_s) is not None:
                return
        raise DeviceSilent(
            f"The RFID reader at {self._port.path} does not answer. Check its power and cable, and that it is set to "
            "38400 baud, even parity."
        )

    async def _ask_once(self, request: Request, timeout_s: float) -> Answer | None:
        await self._port.write(encode_frame(encode_request(request, self._framing)))
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while True:
                    answer = self._find_answer(request, await self._port.read())
                    if answer is not None:
                        return answer
        return None

    def _find_answer(self, request: Request, data: bytes) -> Answer | None:
        for frame in self._decoder.feed(data):
            with suppress(DecodeError):  # it belongs to an older question, or is damaged beyond its checksum
                return decode_answer(request, frame)
        return None
