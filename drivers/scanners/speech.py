"""How a family of scanners speaks that mixes lines of code with answers to commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from drivers.errors import DeviceFault
from drivers.exchange import Exchange
from drivers.links import Link
from drivers.scanners.conversation import Heard
from drivers.scanners.habits import Habits
from firmware_msgs.barcodes import CodeSplitter
from firmware_msgs.errors import DecodeError
from firmware_msgs.scanners.interleaved import AnswerForm, Interleaved

ANSWER_S = 0.5  # the longest answers take 0.3 s at 9,600 baud; scanners answer within 50 ms
ATTEMPTS = 5  # fails less than once in 100 on a link that loses one frame in five

Command = TypeVar("Command")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Switch(Generic[Command]):
    """The commands to look for codes and to stop."""

    on: Command
    off: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech(Generic[Command, Answer]):
    """The family's codec, and its commands for what every scanner does.

    `belongs`: this can be the answer to that command. `refusal`: what the scanner has against it, None when it did it.
    `switch`: the two commands, for which it may ask the scanner something.
    """

    form: AnswerForm
    encode: Callable[[Command], bytes]
    decode: Callable[[bytes], Answer]
    belongs: Callable[[Command, Answer], bool]
    refusal: Callable[[Answer], str | None]
    fences: tuple[Command, ...]
    setup: tuple[Command, ...]
    switch: Callable[[Callable[[Command], Awaitable[Answer]]], Awaitable[Switch[Command]]]
    is_answered: Callable[[Command], bool]
    renew_s: float | None
    advice: str


class SpeechConversation(Generic[Command, Answer]):
    """See `Conversation`."""

    def __init__(
        self, speech: Speech[Command, Answer], habits: Habits, link: Link, heard: Heard, answer_s: float = ANSWER_S
    ) -> None:
        self.renew_s = speech.renew_s
        self._speech = speech
        self._habits = habits
        self._link = link
        self._dialect = _Dialect(speech, habits, heard, answer_s)
        self._exchange = Exchange(link, self._dialect, speech.advice)
        self._switch: Switch[Command] | None = None

    async def begin(self) -> None:
        """See `Conversation`."""
        await self._exchange.open()
        for command in self._speech.setup:
            await self._insist(command)

    async def set_scanning(self, *, wanted: bool) -> None:
        """See `Conversation`."""
        if self._switch is None:
            self._switch = await self._speech.switch(self._insist)
        command = self._switch.on if wanted else self._switch.off
        if self._speech.is_answered(command):
            await self._insist(command)
        else:
            await self._link.write(self._speech.encode(command))

    async def hear(self, data: bytes) -> None:
        """See `Conversation`."""
        self._dialect.take(data)

    @property
    def gap_s(self) -> float | None:
        """See `Conversation`."""
        return self._habits.quiet_gap_s if self._dialect.is_partial else None

    async def fall_silent(self) -> None:
        """See `Conversation`."""
        self._dialect.end_partial()

    async def _insist(self, command: Command) -> Answer:
        for _ in range(ATTEMPTS):
            answer = await self._exchange.ask(command)
            if answer is not None:
                break
        else:
            raise DeviceFault(f"The scanner at {self._link.address} loses commands. {self._speech.advice}")
        refusal = self._speech.refusal(answer)
        if refusal is not None:
            raise DeviceFault(f"The scanner at {self._link.address} refuses a command: {refusal}")
        return answer


class _Dialect(Generic[Command, Answer]):
    def __init__(self, speech: Speech[Command, Answer], habits: Habits, heard: Heard, answer_s: float) -> None:
        self.fences = speech.fences
        self._speech = speech
        self._habits = habits
        self._heard = heard
        self._answer_s = answer_s
        self._stream = Interleaved(speech.form, CodeSplitter(habits.length_max, habits.rules.read_line))

    @property
    def is_partial(self) -> bool:
        return self._stream.is_partial

    def take(self, data: bytes) -> list[bytes]:
        codes, answers = self._stream.feed(data)
        for code in codes:
            self._heard(code)
        return answers

    def end_partial(self) -> None:
        for code in self._stream.settle(ends_code=self._habits.ends_by_gap):
            self._heard(code)

    def encode(self, question: Command) -> bytes:
        return self._speech.encode(question)

    def find_answer(self, question: Command, data: bytes) -> Answer | None:
        for frame in self.take(data):
            with suppress(DecodeError):
                answer = self._speech.decode(frame)
                if self._speech.belongs(question, answer):
                    return answer
        return None

    def reset(self) -> None:
        """Nothing: a code may have begun, and half an answer cannot be taken for a whole one."""

    def patience_s(self, _question: Command) -> float:
        return self._answer_s
