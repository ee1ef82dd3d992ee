"""A terminal wired as `kiosk/main.py` wires it, in this process, with its journal watched."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, cast

from drivers.events import CardPresented, DeviceUp
from drivers.feig.reader import FeigReader
from drivers.pad.reader import Pace
from firmware_msgs.config import TerminalConfig
from firmware_msgs.uplink.receipts import Receipt
from firmware_msgs.uplink.records import Body, ContentKeyWrapped, StreamOpened
from firmware_msgs.uplink.values import ItemRef
from kiosk import clock
from kiosk.front import Front
from kiosk.identity import Identity
from kiosk.journal.store import Journal, Settling
from kiosk.moment import Moment
from kiosk.runner import Runner
from kiosk.session.effects import Entry
from kiosk.session.events import LinkUp, SessionEvent
from kiosk.session.state import Roster, Terminal
from kiosk.session.views import Action, Chosen, IdleView, SiteInfo, View, VisitView
from kiosk.uplink.link import Uplink
from kiosk.watching.condition import Condition

PAD: Final = "pad"
CARDS: Final = "cards"
PATIENCE_S: Final = 60.0
"""Beyond this something is broken; nothing is measured by it."""


class Watch:
    """Notes when things happen (monotonic, ns), for those who wait for them."""

    def __init__(self) -> None:
        self._durable: dict[tuple[type[Body], str], tuple[int, int]] = {}
        self._receipted: list[tuple[int, int]] = []
        self._news = asyncio.Event()
        self.view: View | None = None

    def durable(self, bodies: Sequence[Body], last: int) -> None:
        """These were made durable just now; `last` is the last one's sequence."""
        now_ns = time.monotonic_ns()
        for sequence, body in enumerate(bodies, last - len(bodies) + 1):
            if not isinstance(body, StreamOpened | ContentKeyWrapped):
                self._durable[type(body), body.item.id] = now_ns, sequence
        self._news.set()

    def receipted(self, high_water: int, came_ns: int) -> None:
        """A receipt came then, and the journal's own hash is in it."""
        self._receipted.append((high_water, came_ns))
        self._news.set()

    def shown(self, view: View) -> None:
        """The screen changed."""
        self.view = view
        self._news.set()

    async def until_durable(self, kind: type[Body], item: ItemRef) -> tuple[int, int]:
        """When this record became durable, and its sequence."""
        await self.until(lambda: (kind, item.id) in self._durable)
        return self._durable[kind, item.id]

    async def until_receipted(self, sequence: int) -> int:
        """When the first receipt that covers it came."""
        await self.until(lambda: bool(self._receipted) and self._receipted[-1][0] >= sequence)
        return next(at_ns for high_water, at_ns in self._receipted if high_water >= sequence)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for whatever can be seen by what is noted here."""
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                self._news.clear()
                await self._news.wait()


class WatchedJournal(Journal):
    """The journal itself, telling what it has done."""

    watch: Watch

    @classmethod
    async def opened(cls, path: Path, identity: Identity, watch: Watch) -> WatchedJournal:
        journal = cast("WatchedJournal", await cls.open(path, identity, clock.now()))
        journal.watch = watch
        return journal

    async def append(self, entries: Sequence[Entry], moment: Moment) -> None:
        await super().append(entries, moment)
        if hasattr(self, "watch"):
            self.watch.durable([entry.body for entry in entries], self.head.sequence)

    async def settle(self, receipt: Receipt) -> Settling:
        came_ns = time.monotonic_ns()
        outcome = await super().settle(receipt)
        if outcome is Settling.SETTLED:
            self.watch.receipted(receipt.high_water, came_ns)
        return outcome


class Kiosk:
    """The parts of one terminal. Its session is never told of the link, so it decides offline."""

    def __init__(self, settings: TerminalConfig, folder: Path, identity: Identity, journal: WatchedJournal) -> None:
        self.watch = journal.watch
        condition = Condition(settings.site, identity.boot, (), lambda: None)
        self.uplink = Uplink(
            settings,
            identity,
            journal,
            self.report,
            clock=clock.now,
            health=lambda: condition.report(journal, clock.now()),
        )
        self._front = Front(folder / settings.screen_socket, _site_info(settings), self.report)
        self.pads: dict[str, FeigReader] = {}
        roster = Roster(item_readers=frozenset({PAD}), card_readers=frozenset({CARDS}))
        self.runner = Runner(
            state=Terminal(roster=roster, site=settings.site),
            rules=settings.rules,
            clock=clock.now,
            records=journal,
            library=self.uplink,
            pads=self.pads,
            show=self._show,
        )

    def report(self, event: SessionEvent) -> None:
        """To the session; but that the main library is there, it must not know."""
        if not isinstance(event, LinkUp):
            self.runner.report(event)

    def _show(self, view: View) -> None:
        self._front.show(view)
        self.watch.shown(view)

    async def begin_visit(self, card: str) -> None:
        """A patron's card is presented, and the pad is empty."""
        self.report(CardPresented(CARDS, card))
        await self.watch.until(lambda: isinstance(self.watch.view, VisitView))

    async def end_visit(self, clear_pad: Callable[[], None]) -> None:
        """The patron takes the books and leaves."""
        clear_pad()
        await self.watch.until(lambda: isinstance(self.watch.view, VisitView) and self.watch.view.seen == 0)
        for _ in range(2):  # the visit, and its closing view
            self.report(Chosen(action=Action.FINISH))
        await self.until_idle()

    async def until_idle(self) -> None:
        """The public screen is shown."""
        await self.watch.until(lambda: isinstance(self.watch.view, IdleView))


@asynccontextmanager
async def kiosk(
    settings: TerminalConfig, folder: Path, identity: Identity, *, link: Path, pace: Pace, online: bool
) -> AsyncIterator[Kiosk]:
    """A terminal in service, with its pad at `link`."""
    journal = await WatchedJournal.opened(folder / settings.journal, identity, Watch())
    try:
        parts = Kiosk(settings, folder, identity, journal)
        pad = parts.pads[PAD] = FeigReader(PAD, str(link), settings.afi, parts.report, pace=pace)
        running = [parts.runner.run(), pad.run(), *([parts.uplink.run()] if online else [])]
        async with _meanwhile(running):
            parts.report(DeviceUp(CARDS))
            await parts.until_idle()
            yield parts
    finally:
        await journal.close()


@asynccontextmanager
async def _meanwhile(parts: Sequence[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(part) for part in parts]
        yield
        for task in tasks:
            task.cancel()


def _site_info(settings: TerminalConfig) -> SiteInfo:
    return SiteInfo(terminal=settings.terminal, site_name=settings.site_name, hours="", help_line="")
