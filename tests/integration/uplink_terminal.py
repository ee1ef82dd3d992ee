"""A terminal's uplink at work on a journal, for tests: what the session would hear of it, and what is to wait for."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from firmware_msgs.config import Broker, Rules, TerminalConfig, TerminalKeys
from firmware_msgs.uplink.health import Health, Service
from firmware_msgs.uplink.questions import Identify
from firmware_msgs.uplink.values import ClockQuality
from kiosk.journal.store import Journal
from kiosk.moment import Moment
from kiosk.session.effects import Ask
from kiosk.session.events import Answered, AskFailed, LinkDown, LinkUp, SessionEvent
from kiosk.uplink.link import Uplink
from tests.integration.uplink_library import until
from tests.terminal_stage import CARD, ITEM, SITE, Stage, at, loan_of, new_id

ticks = itertools.count()


def clock() -> Moment:
    """A terminal clock of its own pace; it rises, as the real one does."""
    return at(next(ticks))


@dataclass
class Terminal:
    """An uplink at work on a journal."""

    journal: Journal
    uplink: Uplink
    events: list[SessionEvent] = field(default_factory=list)

    async def lend(self, loans: int = 1) -> None:
        await self.journal.append([entry for _ in range(loans) for entry in loan_of()], clock())
        self.uplink.wake()

    def ask(self, card: str = CARD) -> str:
        ask = new_id()
        self.uplink.ask(Ask(ask=ask, query=Identify(card=card), card=card, item=ITEM))
        return ask

    def ends_of(self, ask: str) -> list[SessionEvent]:
        return [event for event in self.events if isinstance(event, Answered | AskFailed) and event.ask == ask]

    def links(self) -> list[SessionEvent]:
        return [event for event in self.events if isinstance(event, LinkUp | LinkDown)]

    async def up(self) -> None:
        await until(lambda: self.links()[-1:] == [LinkUp()])

    async def answered(self, ask: str) -> None:
        await until(lambda: self.ends_of(ask) != [])

    async def settled(self) -> None:
        await until(lambda: self.journal.depth == 0)


def config(stage: Stage, port: int) -> TerminalConfig:
    return TerminalConfig(
        network=stage.network,
        terminal=stage.terminal,
        site=SITE,
        site_name="invented",
        journal="journal",
        screen_socket="screen",
        broker=Broker(host="127.0.0.1", port=port),
        keys=TerminalKeys(signing="", library_sealing="", library_signing=""),
        rules=Rules(owners=()),
    )


def health() -> Health:
    return Health(
        boot="b",
        version="1",
        site=SITE,
        service=Service.FULL,
        devices=(),
        sequence=0,
        depth=0,
        oldest_unreceipted_s=0,
        clock=ClockQuality.SYNCHRONISED,
    )


@contextlib.asynccontextmanager
async def terminal_on(stage: Stage, folder: Path, port: int) -> AsyncIterator[Terminal]:
    journal = await stage.open(folder, clock())
    events: list[SessionEvent] = []
    uplink = Uplink(
        config(stage, port), stage.identity, journal, events.append, clock=clock, health=health, jitter=lambda: 0.9
    )
    running = asyncio.create_task(uplink.run())
    try:
        yield Terminal(journal, uplink, events)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await journal.close()
