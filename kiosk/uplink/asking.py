"""Questions to the main library: each ends in exactly one Answered or AskFailed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import msgspec
import structlog

from firmware_msgs.uplink import questions
from firmware_msgs.uplink.sealing import seal_to
from kiosk.errors import KioskError
from kiosk.identity import Identity
from kiosk.journal.store import Journal
from kiosk.moment import Moment
from kiosk.session.effects import Ask
from kiosk.session.events import Answered, AskFailed, SessionEvent
from kiosk.uplink.library_time import LibraryTime, heard

ASK_DEADLINE_S: Final = 3.0
"""A patron stands there: by then the terminal decides by itself."""

UNRECEIPTED_BYTES: Final = 50_000
"""The newest records that go with a question: some fifty. The main library reads no question longer than twice that."""

Send: TypeAlias = Callable[[str, bytes], Awaitable[None]]
"""Publishes an ask (its id and payload) without queueing it anywhere; raises KioskError."""

_log = structlog.get_logger(__name__)


class Asking:
    """The questions that wait for their answers."""

    def __init__(
        self,
        *,
        site: str,
        identity: Identity,
        journal: Journal,
        clock: Callable[[], Moment],
        report: Callable[[SessionEvent], None],
    ) -> None:
        self._site = site
        self._identity = identity
        self._journal = journal
        self._clock = clock
        self._report = report
        self._waiting: dict[str, asyncio.Future[questions.Reply | None]] = {}
        self._library_time: LibraryTime | None = None
        self._time_heard = asyncio.Event()

    def hear_time(self, time: str) -> None:
        """The main library just told its time."""
        self._library_time = heard(time, self._clock()) or self._library_time
        if self._library_time is not None:
            self._time_heard.set()

    def library_s(self) -> float | None:
        """The main library's Unix time; None while it has told none."""
        return None if self._library_time is None else self._library_time.unix_s(self._clock())

    def answered(self, answer: questions.Answer) -> None:
        """An answer whose signature was verified; one that nobody waits for (late, or a second one) is of no use."""
        waiting = self._waiting.get(answer.id)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.reply)

    def abandon(self) -> None:
        """The main library is gone: nobody will answer."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(None)

    async def ask(self, effect: Ask, send: Send) -> None:
        """Ask, wait, and report."""
        waiting = self._waiting[effect.ask] = asyncio.get_running_loop().create_future()
        reply = None
        try:
            async with asyncio.timeout(ASK_DEADLINE_S):
                await send(effect.ask, await self._sealed(effect))
                reply = _fit(await waiting, effect)
        except TimeoutError:
            _log.warning("ask.unanswered", ask=effect.ask, after_s=ASK_DEADLINE_S)
        except KioskError as error:
            _log.warning("ask.failed", ask=effect.ask, reason=str(error))
        finally:
            self._waiting.pop(effect.ask, None)
            self._report(AskFailed(effect.ask) if reply is None else Answered(effect.ask, reply))

    async def _sealed(self, effect: Ask) -> bytes:
        while self._library_time is None:
            await self._time_heard.wait()
        unreceipted = _newest(await self._journal.unreceipted(effect.card, effect.item))
        question = questions.Question(query=effect.query, unreceipted=tuple(map(msgspec.Raw, unreceipted)))
        purpose = questions.question_purpose(self._identity.terminal, effect.ask)
        ask = questions.Ask(
            id=effect.ask,
            site=self._site,
            deadline=self._library_time.after(ASK_DEADLINE_S, self._clock()),
            sealed=seal_to(self._identity.library_sealing, msgspec.json.encode(question), purpose),
        )
        return msgspec.json.encode(ask)


def _fit(reply: questions.Reply | None, effect: Ask) -> questions.Reply | None:
    """None for one that is no reply to this query."""
    if reply is None or _answers(reply, effect.query):
        return reply
    _log.warning("ask.answered_amiss", ask=effect.ask)
    return None


def _answers(reply: questions.Reply, query: questions.Query) -> bool:
    match query:
        case questions.Identify():
            return isinstance(reply, questions.Identified | questions.NotIdentified)
        case questions.Authorise(loan=loan):
            return isinstance(reply, questions.Authorised | questions.NotAuthorised) and reply.loan == loan
        case questions.RouteReturn():
            return isinstance(reply, questions.Routed | questions.NotRouted)


def _newest(events: list[bytes]) -> list[bytes]:
    """As many as may go with a question, oldest first."""
    room = UNRECEIPTED_BYTES
    for place in range(len(events) - 1, -1, -1):
        room -= len(events[place])
        if room < 0:
            return events[place + 1 :]
    return events
