"""Question and answer with a device, always in step.

Most answers name only the kind of their question: a late answer about one tag looks like an answer about the next. A
question that went unanswered is therefore followed by a fence, a harmless question with an answer of its own. The
device works in order, so when the fence is answered no older answer can still come. Fences take turns, so that a late
answer to one cannot open the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from typing import Generic, Protocol, TypeVar

from drivers.errors import DeviceSilent
from drivers.links import Link

FENCE_ATTEMPTS = 8  # a link that loses one frame in five still passes; a device silent for this long is down

Question = TypeVar("Question")
Answer = TypeVar("Answer")
Answer_co = TypeVar("Answer_co", covariant=True)


class Dialect(Protocol[Question, Answer_co]):
    """How one kind of device is spoken to."""

    fences: tuple[Question, ...]
    """Two or more, whose answers can be taken neither for each other's nor for any other question's."""

    def encode(self, question: Question, /) -> bytes:
        """The question on the wire."""

    def find_answer(self, question: Question, data: bytes, /) -> Answer_co | None:
        """The answer, once `data` completes it. What belongs to no answer of `question` is passed over."""

    def reset(self) -> None:
        """Forget what was begun: a new question comes."""

    def patience_s(self, question: Question, /) -> float:
        """How long the answer may take before it counts as lost."""


class Exchange(Generic[Question, Answer]):
    """One conversation on one open link. `advice` tells a technician what to check when the device is silent."""

    def __init__(self, link: Link, dialect: Dialect[Question, Answer], advice: str) -> None:
        self._link = link
        self._dialect = dialect
        self._advice = advice
        self._fences: Iterator[Question] = cycle(dialect.fences)

    async def open(self) -> None:
        """See that the device answers, and leave behind whatever an earlier conversation asked. Raises DeviceFault."""
        for _ in self._dialect.fences:
            await self._fence()

    async def ask(self, question: Question) -> Answer | None:
        """The answer, or None when none came: the question may have been carried out all the same. Raises DeviceFault
        when the device answers nothing at all any more.
        """
        answer = await self._ask_once(question)
        if answer is None:
            await self._fence()
        return answer

    async def _fence(self) -> None:
        fence = next(self._fences)
        for _ in range(FENCE_ATTEMPTS):
            if await self._ask_once(fence) is not None:
                return
        raise DeviceSilent(f"The device at {self._link.address} does not answer. {self._advice}")

    async def _ask_once(self, question: Question) -> Answer | None:
        self._dialect.reset()
        await self._link.write(self._dialect.encode(question))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._dialect.patience_s(question)):
                while True:
                    answer = self._dialect.find_answer(question, await self._link.read())
                    if answer is not None:
                        return answer
        return None
