"""A reader of resident identity cards (SDT, a SAM module): polls for a card, reads it once, waits until it is gone.

Only what registration needs leaves the codec; nothing of it is kept here, or logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from drivers.errors import DeviceFault
from drivers.events import CardFailed, IdCardRead
from drivers.exchange import Exchange
from drivers.links import OpenLink
from drivers.ports import Report
from drivers.sdt.dialect import ADVICE, SdtDialect, Timeouts
from drivers.supervisor import Backoff, Supervisor
from firmware_msgs.sdt.answers import Answer, Done, Read, Refused, Unusable
from firmware_msgs.sdt.questions import Command, Question
from firmware_msgs.sdt.status import Status

POLL_S = 0.3  # the module's own limit: asked faster, it answers nothing
GONE_LOOKS = 2  # a card at the edge of the field is missed now and then
TRIES = 3  # a card that is still being laid down fails the first

_MOVED: Final = "The identity card could not be read to the end. Hold it still and flat on the reader."
_WORDS: Final = {
    "card_kind": "This is a foreigner's residence permit, which this terminal does not read. Register at a desk.",
    "check_digit": "The number on this identity card has a wrong check digit. Register at a desk.",
}
_UNREADABLE: Final = "What this identity card says cannot be understood. Register at a desk."
_STATES_OF_READER: Final = frozenset({Status.SELF_TEST_FAILED, Status.UNAUTHORISED})

_STATUS: Final = Question(Command.STATUS)
_FIND: Final = Question(Command.FIND)
_SELECT: Final = Question(Command.SELECT)
_READ: Final = Question(Command.READ)

Conversation: TypeAlias = Exchange[Question, Answer]


@dataclass(frozen=True, slots=True)
class Pace:
    """All its times, for tests that cannot wait for them."""

    poll_s: float = POLL_S
    timeouts: Timeouts = field(default_factory=Timeouts)
    backoff: Backoff = field(default_factory=Backoff)


USUAL_PACE = Pace()


class IdCardReader:
    """Reports `IdCardRead` or `CardFailed` once for each time a card is laid down."""

    def __init__(
        self, name: str, open_link: Callable[[], OpenLink], report: Report, *, pace: Pace = USUAL_PACE
    ) -> None:
        self.name = name
        self._open_link = open_link
        self._report = report
        self._pace = pace
        self._is_settled = False
        self._misses = 0
        self._tries = 0

    async def run(self) -> None:
        """Serve the reader until cancelled."""
        await Supervisor(self.name, self._serve, self._report, backoff=self._pace.backoff).run()

    async def _serve(self, up: Callable[[], None]) -> None:
        async with self._open_link() as link:
            exchange: Conversation = Exchange(link, SdtDialect(self._pace.timeouts), ADVICE)
            await exchange.open()
            _check_reader(await exchange.ask(_STATUS))
            self._is_settled, self._misses, self._tries = False, 0, 0
            up()
            while True:
                await self._look(exchange)
                await asyncio.sleep(self._pace.poll_s)

    async def _look(self, exchange: Conversation) -> None:
        match await exchange.ask(_FIND):
            case Done():
                self._misses = 0
                if not self._is_settled:
                    await self._try_card(exchange)
            case Refused(status=Status.NOT_FOUND):
                self._miss()
            case answer:
                _check_reader(answer)

    def _miss(self) -> None:
        self._misses += 1
        if self._misses >= GONE_LOOKS:
            self._is_settled, self._tries = False, 0

    async def _try_card(self, exchange: Conversation) -> None:
        self._tries += 1
        answer = await exchange.ask(_SELECT)
        if isinstance(answer, Done):
            answer = await exchange.ask(_READ)
        match answer:
            case Read(card):
                self._is_settled = True
                self._report(IdCardRead(self.name, card))
            case Unusable(kind):
                self._fail(_WORDS.get(kind, _UNREADABLE))
            case Refused(status=Status.WRONG_CARD):
                self._fail("This is no identity card.")
            case _ if self._tries >= TRIES:
                self._fail(_MOVED)

    def _fail(self, reason: str) -> None:
        self._is_settled = True
        self._report(CardFailed(self.name, reason))


def _check_reader(answer: Answer | None) -> None:
    """Raises `DeviceFault` when the reader says that it cannot work at all."""
    if isinstance(answer, Refused) and answer.status in _STATES_OF_READER:
        raise DeviceFault(f"The identity card reader does not work: {answer}. Switch it off and on, or replace it.")
