"""A PC/SC card reader over the system's pcscd: patrons' and staff cards.

Each session has a thread of its own, which waits for pcscd's notifications.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import ParamSpec

import structlog

from drivers.blocking_thread import BlockingThread
from drivers.errors import CardServiceGone
from drivers.events import CardFailed, CardPresented, CardRemoved
from drivers.pcsc.identifiers import USUAL_WAYS, Identifier, Ways, identify
from drivers.pcsc.reader_names import choose_reader
from drivers.pcsc.service import STUCK, UNSEEN, Service, Slot, card_service
from drivers.pcsc.unread import MUTE, Unread
from drivers.ports import Report
from drivers.supervisor import USUAL_BACKOFF, Backoff, Supervisor
from firmware_msgs.errors import DecodeError

STATUS_WAIT_MS = 1000  # bounds the wait for the reader's state, should every cancel be lost
CLOSE_RETRY_S = 0.02  # pcscd forgets a cancel that comes just before the wait begins
STUCK_S = 10.0  # without a look at the reader, which waits a tenth of this; reading any card takes under 2 s
CLOSE_TRIES = 150  # 3 s: beyond any wait of ours; a call into a stuck pcscd or reader driver may never return

_log = structlog.get_logger(__name__)
_Args = ParamSpec("_Args")


class CardReader:
    """Reports each card when it comes, by the first of `ways` that fits it, and when it goes. `reader`: see
    `choose_reader`.
    """

    def __init__(
        self,
        name: str,
        reader: str,
        report: Report,
        *,
        ways: Ways = USUAL_WAYS,
        backoff: Backoff = USUAL_BACKOFF,
    ) -> None:
        self.name = name
        self._reader = reader
        self._report = report
        self._ways = ways
        self._backoff = backoff
        self._watching: asyncio.Future[None] | None = None

    async def run(self) -> None:
        """Serve the reader until cancelled."""
        await Supervisor(self.name, self._session, self._report, backoff=self._backoff).run()

    async def _session(self, up: Callable[[], None]) -> None:
        if self._watching is not None and not self._watching.done():
            raise CardServiceGone(STUCK)  # there is never more than one thread: a stuck one is waited for
        loop = asyncio.get_running_loop()
        watch = _Watch(self.name, self._reader, self._ways, _posting(loop, up), _posting(loop, self._report))
        thread = BlockingThread(self.name)
        self._watching = thread.start(watch.run)
        thread.end()
        self._watching.add_done_callback(_take_note)
        try:
            await _while_alive(watch, self._watching)
        finally:
            await _end(watch, self._watching)


async def _while_alive(watch: _Watch, watching: asyncio.Future[None]) -> None:
    """Until it ends. Raises what it raised, and `CardServiceGone` when it gives no sign of life."""
    while not watching.done():
        await asyncio.wait([watching], timeout=STUCK_S)
        if not watching.done() and not watch.was_alive():
            raise CardServiceGone(STUCK)
    watching.result()


def _take_note(watching: asyncio.Future[None]) -> None:
    """Of how it ended, also when nobody waits for that any more."""
    if not watching.cancelled():
        watching.exception()


async def _end(watch: _Watch, watching: asyncio.Future[None]) -> None:
    for _ in range(CLOSE_TRIES):
        watch.close()
        await asyncio.wait([watching], timeout=CLOSE_RETRY_S)
        if watching.done():
            return


def _posting(loop: asyncio.AbstractEventLoop, call: Callable[_Args, None]) -> Callable[_Args, None]:
    """`call`, made from another thread to run on the loop, in the order of the calls."""

    def post(*args: _Args.args, **_: _Args.kwargs) -> None:
        loop.call_soon_threadsafe(call, *args)

    return post


class _Watch:
    """The blocking side of one session: runs in its thread until `close` or a `DeviceFault`."""

    def __init__(self, device: str, wanted: str, ways: Ways, up: Callable[[], None], report: Report) -> None:
        self._device = device
        self._wanted = wanted
        self._ways = ways
        self._up = up
        self._report = report
        self._closing = threading.Event()
        self._life = threading.Event()
        self._service: Service | None = None
        self._presented: Identifier | None = None

    def run(self) -> None:
        """Follow the reader's slot. Each card that was presented is also removed, whatever ends this."""
        with card_service() as service:
            self._service = service
            reader = choose_reader(self._wanted, service.readers())
            self._up()
            try:
                self._follow(service, reader)
            finally:
                self._remove()

    def was_alive(self) -> bool:
        """Whether the reader was looked at since this was last asked. For another thread."""
        was_alive = self._life.is_set()
        self._life.clear()
        return was_alive

    def close(self) -> None:
        """End `run` from another thread."""
        self._closing.set()
        if self._service is not None:
            self._service.cancel()

    def _follow(self, service: Service, reader: str) -> None:
        seen = UNSEEN
        while not self._closing.is_set():
            self._life.set()
            slot = service.look(reader, seen, STATUS_WAIT_MS)
            if slot.card != seen.card:  # also when the change from card to card itself was too quick to be seen
                self._remove()
                if slot.card is not None:
                    self._present(service, reader, slot)
            seen = slot

    def _present(self, service: Service, reader: str, slot: Slot) -> None:
        try:
            identifier = self._identify(service, reader, slot)
        except (Unread, DecodeError) as error:
            _log.info("card_failed", device=self._device, reason=str(error))
            self._report(CardFailed(self._device, str(error)))
        else:
            if not self._closing.is_set():  # after a call that was given up, whoever held it there may have left
                self._presented = identifier
                self._report(CardPresented(self._device, identifier.text, identifier.kind))

    def _identify(self, service: Service, reader: str, slot: Slot) -> Identifier:
        if slot.mute:
            raise Unread(MUTE)
        card = service.connect(reader)
        try:
            return identify(self._ways, slot.atr, card.transmit)
        finally:
            card.close()

    def _remove(self) -> None:
        if self._presented is not None:
            self._report(CardRemoved(self._device, self._presented.text))
            self._presented = None
