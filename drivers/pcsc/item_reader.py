"""PC/SC readers that speak ISO 15693, as readers of items: one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from functools import partial
from typing import TypeVar

import structlog

from drivers.pad.field import Look, TagField
from drivers.pad.reader import USUAL_PACE, Pace, PadReader
from drivers.pcsc.tag_slot import TagSlot, tag_slot
from drivers.pcsc.tags import TagCommands
from drivers.pcsc.thread import BlockingThread
from drivers.ports import Report
from firmware_msgs.cards.iso15693_air import uid_bytes
from firmware_msgs.config import AfiPair
from firmware_msgs.tags.content import TagContent, TagFault

CLOSE_TIMEOUT_S = 3.0  # beyond any call of ours; one into a stuck pcscd or reader driver may never return

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
        opening = partial(_open, name, reader, afi, commands)
        super().__init__(name, opening, report, check_uid=uid_bytes, pace=pace)


class PlainTagReader:
    """Sees items but neither their security nor can it set it: its reader has no command for the AFI."""

    def __init__(self, name: str, reader: str, afi: AfiPair, report: Report, *, pace: Pace = USUAL_PACE) -> None:
        self.name = name
        self._pad = PadReader(name, partial(_open, name, reader, afi, TagCommands.GENERIC), report, pace=pace)

    async def run(self) -> None:
        """Serve the reader until cancelled."""
        _log.warning("reader_without_security", device=self.name, hint="it can neither secure nor release an item")
        await self._pad.run()


@asynccontextmanager
async def _open(name: str, reader: str, afi: AfiPair, commands: TagCommands) -> AsyncIterator[TagField]:
    """See `OpenField`. The thread that opens it closes it too."""
    thread, stack = BlockingThread(name), ExitStack()
    try:
        slot = await thread.start(lambda: stack.enter_context(tag_slot(reader, commands)))
        yield _PcscField(thread, slot, afi)
    finally:
        closing = thread.start(stack.close)
        thread.end()
        await asyncio.wait([closing], timeout=CLOSE_TIMEOUT_S)
        if not closing.done():
            _log.error("card_thread_stuck", hint="a call into pcscd does not return; restart pcscd")


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
        return await self._thread.start(work)
