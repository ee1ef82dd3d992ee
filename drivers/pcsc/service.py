"""The system's PC/SC service (pcscd). The only importer of pyscard, whose calls block: see `thread`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from smartcard import scard

from drivers.capture import ASK_ATR
from drivers.errors import CardServiceGone, ReaderMissing
from drivers.links import TAP, Tap
from drivers.pcsc.unread import MUTE, SHARED, TAKEN_AWAY, Unread

EVENT_COUNT_SHIFT = 16  # pcscd counts insertions and removals in the upper half of a reader's state

_GONE_READER: Final = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_IGNORE
_GONE_READER_CODES: Final = frozenset({scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE})
_GONE_CARD_CODES: Final = frozenset({scard.SCARD_W_REMOVED_CARD, scard.SCARD_E_NO_SMARTCARD})


@dataclass(frozen=True, slots=True)
class Slot:
    """What a reader's slot holds. `card` is another number for each card that comes, None when none is there; `atr`
    is its answer to reset, `mute` that it gave none. `state` is pcscd's own word for all this.
    """

    state: int
    card: int | None
    mute: bool
    atr: bytes


STUCK: Final = "a call into it or into the reader's driver does not return: restart it"
UNSEEN: Final = Slot(scard.SCARD_STATE_UNAWARE, None, mute=False, atr=b"")


class Card:
    """A connection to the card in a slot; it breaks when that card is taken away, whatever comes next."""

    def __init__(self, handle: int, protocol: int, tap: Tap | None = None) -> None:
        self._handle = handle
        self._protocol = protocol
        self._tap = tap

    def transmit(self, command: bytes) -> bytes:
        """The card's answer. Raises `Unread`."""
        if self._tap is None:
            return self._transmit(command)
        self._tap.sent(command)
        answer = self._transmit(command)
        self._tap.received(answer)
        return answer

    def _transmit(self, command: bytes) -> bytes:
        code, answer = scard.SCardTransmit(self._handle, self._protocol, list(command))
        _check_card(code)
        if not answer:  # some drivers call a card that fell silent a success
            raise Unread(MUTE)
        return bytes(answer)

    def close(self) -> None:
        """Let go of the card; it stays powered."""
        scard.SCardDisconnect(self._handle, scard.SCARD_LEAVE_CARD)


class Service:
    """One conversation with pcscd. Every call but `cancel` belongs to one thread and raises a `DeviceFault` when the
    reader or pcscd is gone.
    """

    def __init__(self, context: int) -> None:
        self._context = context

    def readers(self) -> tuple[str, ...]:
        """The names of the readers that are connected."""
        code, names = scard.SCardListReaders(self._context, [])
        if code == scard.SCARD_E_NO_READERS_AVAILABLE:
            return ()
        _check(code)
        return tuple(names)

    def look(self, reader: str, known: Slot = UNSEEN, wait_ms: int = 0) -> Slot:
        """The reader's slot once it differs from `known`, or as it is after the wait."""
        code, states = scard.SCardGetStatusChange(self._context, wait_ms, [(reader, known.state)])
        if code in (scard.SCARD_E_TIMEOUT, scard.SCARD_E_CANCELLED):
            return known
        if code not in _GONE_READER_CODES:
            _check(code)
            _, state, atr = states[0]
            if not state & _GONE_READER:
                return _slot(state & ~int(scard.SCARD_STATE_CHANGED), bytes(atr))
        raise ReaderMissing(reader, self.readers())

    def connect(self, reader: str) -> Card:
        """A connection to the card there. Raises `Unread`."""
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, handle, protocol = scard.SCardConnect(self._context, reader, scard.SCARD_SHARE_SHARED, protocols)
        _check_card(code)
        tap = TAP.get()
        if tap is not None:
            _tell_opened(tap, reader, handle)
        return Card(handle, scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1, tap)

    def cancel(self) -> None:
        """End a `look` that waits, from another thread."""
        scard.SCardCancel(self._context)


@contextmanager
def card_service() -> Iterator[Service]:
    """A conversation with pcscd. Raises `CardServiceGone`."""
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _check(code)
    try:
        yield Service(context)
    finally:
        scard.SCardReleaseContext(context)


def _tell_opened(tap: Tap, reader: str, handle: int) -> None:
    """A card, like a link, begins with its answer to reset."""
    code, _, _, _, atr = scard.SCardStatus(handle)
    tap.opened(reader)
    if code == scard.SCARD_S_SUCCESS:
        tap.sent(ASK_ATR)
        tap.received(bytes(atr))


def _slot(state: int, atr: bytes) -> Slot:
    card = state >> EVENT_COUNT_SHIFT if state & scard.SCARD_STATE_PRESENT else None
    return Slot(state, card, bool(state & scard.SCARD_STATE_MUTE), atr)


def _check(code: int) -> None:
    if code != scard.SCARD_S_SUCCESS:
        raise CardServiceGone(scard.SCardGetErrorMessage(code).rstrip("."))


def _check_card(code: int) -> None:
    """Judge a call that concerns the card; what concerns the reader or pcscd shows in the next `look`."""
    if code in _GONE_CARD_CODES:
        raise Unread(TAKEN_AWAY)
    if code == scard.SCARD_E_SHARING_VIOLATION:
        raise Unread(SHARED)
    if code != scard.SCARD_S_SUCCESS:
        raise Unread(MUTE)
