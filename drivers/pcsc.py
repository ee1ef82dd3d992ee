"""A PC/SC card reader over the system's pcscd. The only importer of pyscard.

pyscard's calls block, so each reader has a thread of its own while its session lasts.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Final, ParamSpec

import structlog
from smartcard import scard

from drivers.errors import CardServiceGone, ReaderMissing
from drivers.events import CardFailed, CardPresented, CardRemoved
from drivers.ports import Report
from drivers.supervisor import USUAL_BACKOFF, Backoff, Supervisor
from firmware_msgs.apdu import GET_UID, exchange, uid_of
from firmware_msgs.errors import DecodeError

STATUS_WAIT_MS = 1000  # bounds the wait for the reader's state, should every SCardCancel be lost
CLOSE_RETRY_S = 0.02  # pcscd forgets a cancel that comes just before the wait begins
CLOSE_TRIES = 150  # 3 s: beyond any wait of ours; a call into a stuck pcscd or reader driver may never return
EVENT_COUNT_SHIFT = 16  # pcscd counts insertions and removals in the upper half of a reader's state

_GONE_READER: Final = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_IGNORE
_GONE_READER_CODES: Final = frozenset({scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE})
_GONE_CARD_CODES: Final = frozenset({scard.SCARD_W_REMOVED_CARD, scard.SCARD_E_NO_SMARTCARD})

_TAKEN_AWAY: Final = "The card was taken away too soon. Hold it to the reader a moment longer."
_MUTE: Final = "The card does not answer. Hold it still and flat on the reader."
_SHARED: Final = "Another program on this machine is using the card reader. Stop that program."

_log = structlog.get_logger(__name__)
_Args = ParamSpec("_Args")


class CardReader:
    """Reports each card's UID when it comes, and when it goes.

    `reader` is a PC/SC reader's whole name, or its beginning, with `#2` for the second that begins so: the figures at
    the end of these names change with the order of plugging.
    """

    def __init__(self, name: str, reader: str, report: Report, *, backoff: Backoff = USUAL_BACKOFF) -> None:
        self.name = name
        self._reader = reader
        self._report = report
        self._backoff = backoff

    async def run(self) -> None:
        """Serve the reader until cancelled."""
        await Supervisor(self.name, self._session, self._report, backoff=self._backoff).run()

    async def _session(self, up: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        watch = _Watch(self.name, self._reader, _posting(loop, up), _posting(loop, self._report))
        watching = _in_own_thread(watch.run, self.name)
        try:
            await asyncio.shield(watching)
        finally:
            await _end(watch, watching)


async def _end(watch: _Watch, watching: asyncio.Future[None]) -> None:
    for _ in range(CLOSE_TRIES):
        watch.close()
        await asyncio.wait([watching], timeout=CLOSE_RETRY_S)
        if watching.done():
            return
    _log.error("card_thread_stuck", hint="a call into pcscd does not return; restart pcscd")


def _in_own_thread(work: Callable[[], None], name: str) -> asyncio.Future[None]:
    """Run `work` in a daemon thread, which a call hanging in pcscd cannot turn into a process that never ends."""
    outcome: Future[None] = Future()

    def run() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - all of them belong to whoever awaits the outcome
            outcome.set_exception(error)
        else:
            outcome.set_result(None)

    threading.Thread(target=run, name=name, daemon=True).start()
    return asyncio.wrap_future(outcome)


def _posting(loop: asyncio.AbstractEventLoop, call: Callable[_Args, None]) -> Callable[_Args, None]:
    """`call`, made from another thread to run on the loop, in the order of the calls."""

    def post(*args: _Args.args, **_: _Args.kwargs) -> None:
        loop.call_soon_threadsafe(call, *args)

    return post


def choose_reader(wanted: str, present: tuple[str, ...]) -> str:
    """The reader that `wanted` names (see `CardReader`). Raises `ReaderMissing`."""
    if wanted in present:
        return wanted
    prefix, _, ordinal = wanted.partition("#")
    matching = [name for name in sorted(present) if name.startswith(prefix)]
    place = int(ordinal) - 1 if ordinal.isdecimal() else 0
    if not 0 <= place < len(matching):
        raise ReaderMissing(wanted, present)
    return matching[place]


class _Unread(Exception):  # noqa: N818 - carries the sentence of a CardFailed, never leaves this file
    """The card that is there could not be read."""


class _Watch:
    """The blocking side of one session: runs in its thread until `close` or a `DeviceFault`."""

    def __init__(self, device: str, wanted: str, up: Callable[[], None], report: Report) -> None:
        self._device = device
        self._wanted = wanted
        self._up = up
        self._report = report
        self._closing = threading.Event()
        self._context: int | None = None
        self._identifier: str | None = None

    def run(self) -> None:
        """Follow the reader's state. Each card that was presented is also removed, whatever ends this."""
        with _context() as context:
            self._context = context
            reader = choose_reader(self._wanted, _present_readers(context))
            self._up()
            try:
                self._follow(context, reader)
            finally:
                self._remove()

    def close(self) -> None:
        """End `run` from another thread."""
        self._closing.set()
        if self._context is not None:
            scard.SCardCancel(self._context)

    def _follow(self, context: int, reader: str) -> None:
        known, seen = scard.SCARD_STATE_UNAWARE, None
        while not self._closing.is_set():
            known = _next_state(context, reader, known)
            card = known >> EVENT_COUNT_SHIFT if known & scard.SCARD_STATE_PRESENT else None
            if card != seen:  # another count is another card, also when the change itself was too quick to be seen
                self._remove()
                if card is not None:
                    self._present(context, reader, mute=bool(known & scard.SCARD_STATE_MUTE))
            seen = card

    def _present(self, context: int, reader: str, *, mute: bool) -> None:
        try:
            self._identifier = _read_identifier(context, reader, mute=mute)
        except (_Unread, DecodeError) as error:
            _log.info("card_failed", device=self._device, reason=str(error))
            self._report(CardFailed(self._device, str(error)))
        else:
            self._report(CardPresented(self._device, self._identifier))

    def _remove(self) -> None:
        if self._identifier is not None:
            self._report(CardRemoved(self._device, self._identifier))
            self._identifier = None


def _next_state(context: int, reader: str, known: int) -> int:
    """The reader's state once it differs from `known`, or `known` after a while."""
    code, states = scard.SCardGetStatusChange(context, STATUS_WAIT_MS, [(reader, known)])
    if code in (scard.SCARD_E_TIMEOUT, scard.SCARD_E_CANCELLED):
        return known
    if code not in _GONE_READER_CODES:
        _check(code)
        state: int = states[0][1]
        if not state & _GONE_READER:
            return state & ~int(scard.SCARD_STATE_CHANGED)
    raise ReaderMissing(reader, _present_readers(context))


def _read_identifier(context: int, reader: str, *, mute: bool) -> str:
    if mute:
        raise _Unread(_MUTE)
    with _connection(context, reader) as (card, protocol):

        def transmit(command: bytes) -> bytes:
            code, answer = scard.SCardTransmit(card, protocol, list(command))
            _check_card(code)
            if not answer:  # some drivers call a card that fell silent a success
                raise _Unread(_MUTE)
            return bytes(answer)

        return uid_of(exchange(GET_UID, transmit))


@contextmanager
def _context() -> Iterator[int]:
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _check(code)
    try:
        yield context
    finally:
        scard.SCardReleaseContext(context)


@contextmanager
def _connection(context: int, reader: str) -> Iterator[tuple[int, int]]:
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    code, card, protocol = scard.SCardConnect(context, reader, scard.SCARD_SHARE_SHARED, protocols)
    _check_card(code)
    try:
        yield card, scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
    finally:
        scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)


def _present_readers(context: int) -> tuple[str, ...]:
    code, names = scard.SCardListReaders(context, [])
    if code == scard.SCARD_E_NO_READERS_AVAILABLE:
        return ()
    _check(code)
    return tuple(names)


def _check(code: int) -> None:
    if code != scard.SCARD_S_SUCCESS:
        raise CardServiceGone(scard.SCardGetErrorMessage(code).rstrip("."))


def _check_card(code: int) -> None:
    """Judge a call that concerns the card; what concerns the reader or pcscd shows in the next wait for its state."""
    if code in _GONE_CARD_CODES:
        raise _Unread(_TAKEN_AWAY)
    if code == scard.SCARD_E_SHARING_VIOLATION:
        raise _Unread(_SHARED)
    if code != scard.SCARD_S_SUCCESS:
        raise _Unread(_MUTE)
