"""A reader under a pad as an `ItemReader`, whatever its family.

While the reader is away nothing is known of the pad. When it is back, every tag that lies there is read and placed
anew, so that whoever settles what was interrupted sees what the tag says now.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

from drivers.errors import DeviceFault
from drivers.events import ItemPlaced, ItemRemoved, SecurityChanged, SecurityFailed
from drivers.pad.field import Look, OpenField, TagField
from drivers.pad.presence import Debounce, Presence
from drivers.ports import Report
from drivers.supervisor import Backoff, Supervisor

IDLE_PAUSE_S = 0.05  # between looks at a pad where nothing changes: a person notices no wait, and the field rests
DECISION_PAUSE_S = (
    0.03  # a terminal decides on a placed item in less; a look begun before would hold its write up 0.1 s
)
MAX_BLIND_LOOKS = 20  # looks in a row that found out nothing; after this long it is no passing disturbance


@dataclass(frozen=True, slots=True)
class Pace:
    """All the times of a pad, for tests that cannot wait for them."""

    debounce: Debounce = field(default_factory=Debounce)
    backoff: Backoff = field(default_factory=Backoff)
    idle_pause_s: float = IDLE_PAUSE_S


USUAL_PACE = Pace()


@dataclass(frozen=True, slots=True)
class _Wish:
    uid: str
    secured: bool


class PadReader:
    """One pad. `check_uid` raises for what can be no tag's UID."""

    def __init__(
        self,
        name: str,
        open_field: OpenField,
        report: Report,
        *,
        check_uid: Callable[[str], object] = bytes.fromhex,
        pace: Pace = USUAL_PACE,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self._open_field = open_field
        self._report = report
        self._check_uid = check_uid
        self._pace = pace
        self._clock = clock
        self._presence = Presence(pace.debounce)
        self._wishes: deque[_Wish] = deque()
        self._wished = asyncio.Event()
        self._is_open = False

    async def run(self) -> None:
        """Serve the pad until cancelled."""
        await Supervisor(self.name, self._serve, self._report, backoff=self._pace.backoff).run()

    def set_security(self, uid: str, *, secured: bool) -> None:
        """Queue the write; it goes before any further look at the pad. With no reader it has failed at once."""
        self._check_uid(uid)
        self._wishes.append(_Wish(uid, secured))
        self._wished.set()
        if not self._is_open:
            self._fail_wishes()

    async def _serve(self, up: Callable[[], None]) -> None:
        async with self._open_field() as tags:
            self._presence = Presence(self._pace.debounce)
            self._is_open = True
            up()
            try:
                await self._watch(tags)
            finally:
                self._is_open = False
                self._fail_wishes()

    async def _watch(self, tags: TagField) -> None:
        blind_looks = 0
        while blind_looks < MAX_BLIND_LOOKS:
            await self._fulfil_wishes(tags)
            look = await tags.look()
            blind_looks = 0 if look.whole else blind_looks + 1
            any_placed = await self._place_new(look.uids, tags)
            self._remove_gone(look)
            await self._pause(self._pause_s(any_placed=any_placed))
        raise DeviceFault(
            f"The RFID reader “{self.name}” answers but cannot look for tags. Take metal off the pad; if that does not "
            "help, switch the reader off and on."
        )

    def _pause_s(self, *, any_placed: bool) -> float:
        if any_placed:
            return DECISION_PAUSE_S
        return 0 if self._presence.is_unsettled else self._pace.idle_pause_s

    async def _place_new(self, uids: tuple[str, ...], tags: TagField) -> bool:
        new = [uid for uid in uids if uid not in self._presence]
        for uid in new:
            content, secured = await tags.read(uid)
            self._presence.see(uid, self._clock())
            self._report(ItemPlaced(self.name, uid, content, secured))
            await self._fulfil_wishes(tags)
        return bool(new)

    def _remove_gone(self, look: Look) -> None:
        now_s = self._clock()
        for uid in look.uids:
            self._presence.see(uid, now_s)
        if look.whole:
            for uid in self._presence.miss_all_but(look.uids, now_s):
                self._report(ItemRemoved(self.name, uid))

    async def _pause(self, pause_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._wished.wait()

    async def _fulfil_wishes(self, tags: TagField) -> None:
        while self._wishes:
            wish = self._wishes[0]
            read_back = await tags.secure(wish.uid, secured=wish.secured)
            self._wishes.popleft()
            self._answer(wish, read_back)
        self._wished.clear()

    def _fail_wishes(self) -> None:
        while self._wishes:
            self._answer(self._wishes.popleft(), None)
        self._wished.clear()

    def _answer(self, wish: _Wish, read_back: bool | None) -> None:  # noqa: FBT001 - one of three states, not a switch
        if read_back is wish.secured:
            self._report(SecurityChanged(self.name, wish.uid, wish.secured))
        else:
            self._report(SecurityFailed(self.name, wish.uid, wish.secured, read_back))
