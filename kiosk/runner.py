"""The only place that acts: one queue of events in, the session's effects out, in their order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol, assert_never

import structlog

from drivers.ports import SecurityWriter
from firmware_msgs.config import Rules
from kiosk.errors import JournalError
from kiosk.moment import Moment
from kiosk.session.effects import Ask, Commit, Effect, Entry, PowerOff, SetSecurity, Show, StartTimer, StopTimer
from kiosk.session.events import JournalFailed, SessionEvent, Timer, TimerFired
from kiosk.session.machine import step
from kiosk.session.state import Terminal
from kiosk.session.views import View

MAX_EVENTS_A_TURN: Final = 64
"""Events that are handled together, so that their records share one durable commit."""

RESTART_AFTER_S: Final = 15.0
"""Long enough to be read on the screen, short enough for a fault that has passed."""

log = structlog.get_logger()


class Records(Protocol):
    """Where entries become durable. Raises JournalError with nothing half done."""

    async def append(self, entries: Sequence[Entry], moment: Moment) -> None:
        """Returns when they are."""


class Library(Protocol):
    """The way to the main library."""

    def ask(self, effect: Ask) -> None:
        """Ends in one Answered or AskFailed."""

    def wake(self) -> None:
        """There are new records."""


class Runner:
    """Feeds events to the session and does what it wants."""

    def __init__(
        self,
        *,
        state: Terminal,
        rules: Rules,
        clock: Callable[[], Moment],
        records: Records,
        library: Library,
        pads: Mapping[str, SecurityWriter],
        show: Callable[[View], None],
    ) -> None:
        self._state = state
        self._rules = rules
        self._clock = clock
        self._records = records
        self._library = library
        self._pads = pads
        self._show = show
        self._is_over = False
        self._failure: JournalError | None = None
        self._queue: asyncio.Queue[SessionEvent] = asyncio.Queue()
        self._timers: dict[Timer, asyncio.TimerHandle] = {}

    def report(self, event: SessionEvent) -> None:
        """Put an event in; never blocks."""
        self._queue.put_nowait(event)

    async def run(self) -> None:
        """Handle events until cancelled, or until the machine is to be switched off: then everything is recorded.

        Raises JournalError some time after the journal failed: only a new start, which settles by the tags what was
        under way, brings the terminal back into service.
        """
        try:
            while self._failure is None and not self._is_over:
                await self._turn(await self._arrived())
            if self._failure is not None:
                await asyncio.sleep(RESTART_AFTER_S)
                raise self._failure
        finally:
            for handle in self._timers.values():
                handle.cancel()

    async def _arrived(self) -> list[SessionEvent]:
        """At least one event, and what else is there already."""
        events = [await self._queue.get()]
        while not self._queue.empty() and len(events) < MAX_EVENTS_A_TURN:
            events.append(self._queue.get_nowait())
        return events

    async def _turn(self, events: list[SessionEvent]) -> None:
        before = self._state
        effects = [effect for event in events for effect in self._step(event)]
        entries = [entry for effect in effects if isinstance(effect, Commit) for entry in effect.entries]
        if entries:
            try:
                await self._records.append(entries, self._clock())
            except JournalError as error:
                log.critical("journal.failed", reason=str(error))
                self._failure = error
                self._state = before  # nothing of this turn has happened
                effects = self._step(JournalFailed(str(error)))
            else:
                self._library.wake()
        self._act(effects)

    def _step(self, event: SessionEvent) -> list[Effect]:
        if isinstance(event, TimerFired) and not self._is_due(event.timer):
            return []
        self._state, effects = step(self._state, event, self._rules, self._clock())
        for effect in effects:
            if isinstance(effect, StartTimer):
                self._start(effect)
            elif isinstance(effect, StopTimer):
                self._stop(effect.timer)
        return list(effects)

    def _act(self, effects: list[Effect]) -> None:
        view = None
        for effect in effects:
            match effect:
                case Commit() | StartTimer() | StopTimer():
                    pass
                case SetSecurity():
                    self._pads[effect.device].set_security(effect.uid, secured=effect.secured)
                case Ask():
                    self._library.ask(effect)
                case Show():
                    view = effect.view
                case PowerOff():
                    self._is_over = True
                case _:
                    assert_never(effect)
        if view is not None:
            self._show(view)

    def _is_due(self, timer: Timer) -> bool:
        """False where the timer was stopped or restarted after it had fired."""
        handle = self._timers.get(timer)
        if handle is None or handle.when() > asyncio.get_running_loop().time():
            return False
        del self._timers[timer]
        return True

    def _start(self, effect: StartTimer) -> None:
        self._stop(effect.timer)
        fired = TimerFired(effect.timer)
        loop = asyncio.get_running_loop()
        self._timers[effect.timer] = loop.call_later(effect.after_ms / 1000, self.report, fired)

    def _stop(self, timer: Timer) -> None:
        handle = self._timers.pop(timer, None)
        if handle is not None:
            handle.cancel()
