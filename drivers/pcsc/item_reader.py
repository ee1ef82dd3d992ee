"""PC/SC readers that speak ISO 15693, as readers of items: one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from typing import TypeVar

import structlog

from drivers.blocking_thread import BlockingThread
from drivers.errors import CardServiceGone
from drivers.pad.field import Look, TagField
from drivers.pad.reader import USUAL_PACE, Pace, PadReader
from drivers.pcsc.service import STUCK
from drivers.pcsc.tag_slot import TagSlot, tag_slot
from drivers.pcsc.tags import TagCommands
from drivers.ports import Report
from firmware_msgs.cards.iso15693_air import uid_bytes
from firmware_msgs.config import AfiPair
from firmware_msgs.tags.content import TagContent, TagFault

CALL_TIMEOUT_S = 10.0  # twice what reading every block of the largest tag takes; pcscd bounds none of its calls
CLOSE_TIMEOUT_S = 3.0  # letting go takes 0.01 s, after the call that is under way

_log = structlog.get_logger(__name__)
_Result = TypeVar("_Result")


class SecuringTagReader(PadReader):
    """An `ItemReader` on a reader that writes AFIs."""

    def __init__(
        self,
        name: str,
        reader: str,
        afi: AfiPair,
        report: Report,
        *,
        commands: TagCommands,
        pace: Pace = USUAL_PACE,
    ) -> None:
        opening = _TagReader(name, reader, commands, afi).open
        super().__init__(name, opening, report, check_uid=uid_bytes, pace=pace)


class PlainTagReader:
    """Sees items but neither their security nor can it set it: its reader has no command for the AFI."""

    def __init__(self, name: str, reader: str, afi: AfiPair, report: Report, *, pace: Pace = USUAL_PACE) -> None:
        self.name = name
        self._pad = PadReader(name, _TagReader(name, reader, TagCommands.GENERIC, afi).open, report, pace=pace)

    async def run(self) -> None:
        """Serve the reader until cancelled."""
        _log.warning("reader_without_security", device=self.name, hint="it can neither secure nor release an item")
        await self._pad.run()


class _TagReader:
    """Opens the reader, in a thread that closes it too."""

    def __init__(self, name: str, reader: str, commands: TagCommands, afi: AfiPair) -> None:
        self._name = name
        self._reader = reader
        self._commands = commands
        self._afi = afi
        self._closing: asyncio.Future[None] | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[TagField]:
        """See `OpenField`. There is never more than one thread: a stuck one is waited for."""
        if self._closing is not None and not self._closing.done():
            raise CardServiceGone(STUCK)
        thread, stack = BlockingThread(self._name), ExitStack()
        try:
            slot = await _in_time(thread.start(lambda: stack.enter_context(tag_slot(self._reader, self._commands))))
            yield _PcscField(thread, slot, self._afi)
        finally:
            self._closing = thread.start(stack.close)
            thread.end()
            await asyncio.wait([self._closing], timeout=CLOSE_TIMEOUT_S)


async def _in_time(call: asyncio.Future[_Result]) -> _Result:
    """What it returns. Raises `CardServiceGone` when it does not."""
    try:
        async with asyncio.timeout(CALL_TIMEOUT_S):
            return await call
    except TimeoutError as error:
        raise CardServiceGone(STUCK) from error


class _PcscField:
    """See `TagField`."""

    def __init__(self, thread: BlockingThread, slot: TagSlot, afi: AfiPair) -> None:
        self._thread = thread
        self._slot = slot
        self._afi = afi

    async def look(self) -> Look:
        """See `TagField`."""
        uid = await self._do(self._slot.look)
        return Look(() if uid is None else (uid,), whole=True)

    async def read(self, uid: str) -> tuple[TagContent | TagFault, bool | None]:
        """See `TagField`."""
        content = await self._do(lambda: self._slot.content(uid))
        return content, self._meaning(await self._do(lambda: self._slot.afi(uid)))

    async def secure(self, uid: str, *, secured: bool) -> bool | None:
        """See `TagField`."""
        wanted = self._afi.value(secured=secured)
        return self._meaning(await self._do(lambda: self._slot.write_afi(uid, wanted)))

    def _meaning(self, afi: int | None) -> bool | None:
        return None if afi is None else self._afi.meaning(afi)

    async def _do(self, work: Callable[[], _Result]) -> _Result:
        return await _in_time(self._thread.start(work))
