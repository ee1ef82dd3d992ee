"""Whether somebody is in front of the machine, for scanners that look for codes only then."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from drivers.events import CardPresented, ContactBegan, IdCardRead, ItemPlaced, KeyPressed, PeopleCounted
from drivers.ports import Trigger
from kiosk.session.events import SessionEvent
from kiosk.session.views import Chosen, IdleView, OutOfServiceView, StartingView, Touched, View

LINGER_S = 30.0
"""After the last sign of life on the idle screen: long enough to find the code on a phone."""

_SIGNS = (CardPresented, ContactBegan, IdCardRead, ItemPlaced, KeyPressed, PeopleCounted, Chosen, Touched)


class Attention:
    """Watches events and views go by; tells the scanners when that changes. On the event loop."""

    def __init__(self, scanners: Iterable[Trigger]) -> None:
        self._scanners = tuple(scanners)
        self._in_visit = False
        self._lingering: asyncio.TimerHandle | None = None
        self._is_wanted: bool | None = None

    def heard(self, event: SessionEvent) -> None:
        """A sign of life?"""
        if isinstance(event, _SIGNS):
            self._linger()
        self._tell()

    def shown(self, view: View) -> None:
        """Is a visit under way?"""
        was_in_visit, self._in_visit = self._in_visit, not isinstance(view, IdleView | StartingView | OutOfServiceView)
        if was_in_visit and not self._in_visit:
            self._linger()
        self._tell()

    def close(self) -> None:
        """Watch no more."""
        if self._lingering is not None:
            self._lingering.cancel()

    def _linger(self) -> None:
        self.close()
        self._lingering = asyncio.get_running_loop().call_later(LINGER_S, self._left)

    def _left(self) -> None:
        self._lingering = None
        self._tell()

    def _tell(self) -> None:
        wanted = self._in_visit or self._lingering is not None
        if wanted != self._is_wanted:
            self._is_wanted = wanted
            for scanner in self._scanners:
                scanner.set_scanning(wanted=wanted)
