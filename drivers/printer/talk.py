"""Talking with a printer: what it is asked, and when a job is known to be on paper."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Final, Protocol

from drivers.errors import DeviceFault, DeviceSilent
from drivers.links import Link
from firmware_msgs.escpos.status import (
    CLEAR,
    STOP_REPORTING,
    Cause,
    Paper,
    Question,
    decode_causes,
    decode_paper,
    is_in_order,
    is_real_time,
)

ANSWER_S = 0.5  # a printer answers a real-time question within 0.05 s; one on the network may need some more
QUIET_S = 1.0  # twice that: a line so long silent has no late answer under way
PRINT_S = 20.0  # a receipt of a hundred rows takes 5 s, one as images 10 s
ATTEMPTS = 5  # to ask: a line that loses one byte in five each way fails once in 100

_INITIALISE: Final = b"\x1b@"
_TROUBLES: Final = {
    Cause.COVER_OPEN: "The printer's cover is open. Close it.",
    Cause.FAILURE: "The printer reports a failure. See to its cutter and paper, then switch it off and on.",
}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, for tests that cannot."""

    answer_s: float = ANSWER_S
    quiet_s: float = QUIET_S
    print_s: float = PRINT_S


class Talk(Protocol):
    """One conversation with a printer. All raise `DeviceFault` for what stops it altogether."""

    async def begin(self) -> None:
        """Leave behind whatever the printer was sent before."""

    async def look(self) -> Paper:
        """How much paper there is."""

    async def print(self, data: bytes) -> bool:
        """Print this job. False: the paper ran out before its end; begin again, and print it anew."""


class BlindTalk:
    """With a printer that answers nothing: all is well as long as it takes what it is sent."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def begin(self) -> None:
        """See `Talk`."""
        await self._link.write(_INITIALISE)

    async def look(self) -> Paper:
        """See `Talk`."""
        return Paper.ENOUGH

    async def print(self, data: bytes) -> bool:
        """See `Talk`."""
        await self._link.write(data)
        return True


class AnsweredTalk:
    """With a printer that tells its status.

    A real-time answer does not say to which question: one that went unanswered is repeated only when the line has been
    silent. A job is done when the question behind it is answered in order; before the first job, one such question on
    its own makes sure that no older one is still unanswered.
    """

    def __init__(self, link: Link, patience: Patience, clock: Callable[[], float] = monotonic) -> None:
        self._link = link
        self._patience = patience
        self._clock = clock
        self._heard: list[int] = []
        self._is_done = False
        self._is_in_step = False

    async def begin(self) -> None:
        """See `Talk`."""
        await self._link.write(CLEAR + _INITIALISE + STOP_REPORTING)
        await self._fall_silent()
        self._is_in_step = False

    async def look(self) -> Paper:
        """See `Talk`."""
        causes = decode_causes(await self._ask(Question.CAUSE))
        for cause, words in _TROUBLES.items():
            if cause in causes:
                raise DeviceFault(words)
        paper = decode_paper(await self._ask(Question.PAPER))
        return Paper.OUT if Cause.PAPER_OUT in causes else paper

    async def print(self, data: bytes) -> bool:
        """See `Talk`."""
        if not self._is_in_step:
            if not await self._carry_out(b""):
                return False
            await self._fall_silent()
            self._is_in_step = True
        return await self._carry_out(data)

    async def _carry_out(self, data: bytes) -> bool:
        self._is_done = False
        await self._link.write(data + Question.DONE.value)
        give_up_s = self._clock() + self._patience.print_s
        while not await self._hears_done():
            if await self.look() is Paper.OUT and not self._is_done:
                return False
            if self._clock() >= give_up_s:
                raise DeviceSilent(
                    f"The printer at {self._link.address} took a receipt and does not say that it is printed. Switch "
                    "it off and on, and check that its model answers at all (setting “answers”)."
                )
        return True

    async def _hears_done(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience.answer_s):
                while not self._is_done:
                    await self._hear()
        return self._is_done

    async def _ask(self, question: Question) -> int:
        for _ in range(ATTEMPTS):
            self._heard.clear()
            await self._link.write(question.value)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._patience.answer_s):
                    while not self._heard:
                        await self._hear()
                    return self._heard[0]
            await self._fall_silent()
        raise DeviceSilent(
            f"The printer at {self._link.address} does not answer. Check its power and cable, its baud rate, and "
            "whether printers of its model answer at all (setting “answers”)."
        )

    async def _hear(self) -> None:
        for status in await self._link.read():
            if is_real_time(status):
                self._heard.append(status)
            elif is_in_order(status):
                self._is_done = True

    async def _fall_silent(self) -> None:
        try:
            async with asyncio.timeout(self._patience.print_s):
                while await self._is_talking():
                    pass
        except TimeoutError as error:
            raise DeviceSilent(
                f"Whatever hangs on {self._link.address} talks without end: it is no receipt printer, or its line is "
                "disturbed. Check the port, the cable and the baud rate."
            ) from error

    async def _is_talking(self) -> bool:
        try:
            async with asyncio.timeout(self._patience.quiet_s):
                await self._hear()
        except TimeoutError:
            return False
        return True
