"""The journal: what this terminal did, durable before anything that depends on it (design section 3)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

import msgspec

from firmware_msgs.errors import DecodeError
from firmware_msgs.uplink.receipts import Receipt
from firmware_msgs.uplink.records import GENESIS, Body, Event, StreamOpened, decode_body, record_hash
from firmware_msgs.uplink.values import ItemRef
from kiosk.errors import JournalError
from kiosk.identity import Identity
from kiosk.journal import schema
from kiosk.journal.chain import BEGINNING, Author, Draft, Head, Story, carry, item_key, parse_time, story_of
from kiosk.journal.file import JournalFile, Standing, inspect
from kiosk.moment import Moment
from kiosk.session.effects import Entry

STREAM_BYTES: Final = 16

_events: Final = msgspec.json.Decoder(Event)


class Settling(Enum):
    """What became of a receipt."""

    SETTLED = "settled"  # the mark moved on
    UNCHANGED = "unchanged"  # nothing new, or a late one
    REWOUND = "rewound"  # the main library has less than it had: it was restored
    OTHER_STREAM = "other_stream"  # not of the present stream
    FOREIGN = "foreign"  # the main library holds records of this stream that are not in this journal


@dataclass(frozen=True, slots=True)
class _Waiting:
    drafts: list[Draft]
    done: asyncio.Future[None]


class Journal:
    """One append-only file with one writer; made by `open` only. `head` is the last durable record of `stream`, all
    up to `high_water` have a receipt. `epoch` is that of the last receipt in this run that was about this chain.
    """

    def __init__(self, file: JournalFile, author: Author, entropy: Callable[[int], bytes]) -> None:
        self._file = file
        self._author = author
        self._entropy = entropy
        self._writing = asyncio.Lock()
        self._waiting: list[_Waiting] = []
        self._works: set[asyncio.Task[None]] = set()
        self._base = 0
        self._oldest_ms: int | None = None
        self._scrubbed = True
        self.stream = ""
        self.head = BEGINNING
        self.high_water = 0
        self.epoch: str | None = None

    @classmethod
    async def open(
        cls, path: Path, identity: Identity, moment: Moment, entropy: Callable[[int], bytes] = os.urandom
    ) -> Journal:
        """Open or create the file, and record this start's content key. Raises JournalError."""
        author = Author(identity, entropy)
        journal = cls(await JournalFile.open(path), author, entropy)
        try:
            if not await journal._load():
                await journal._begin_stream(StreamOpened(), [], moment)
            await journal.append([Entry(author.wrapped_key())], moment)
        except BaseException:
            await journal.close()
            raise
        return journal

    @staticmethod
    def inspect(path: Path) -> Standing:
        """Look into a journal, also while a kiosk runs on it. Raises JournalError."""
        return inspect(path)

    async def close(self) -> None:
        """Finish what was begun and let go of the file."""
        await asyncio.gather(*self._works, return_exceptions=True)
        await self._file.close()

    @property
    def depth(self) -> int:
        """Records without a receipt."""
        return self.head.sequence - self.high_water

    def oldest_unreceipted_s(self, now: Moment) -> int:
        """Age of the oldest record without a receipt; 0 if all have one."""
        return 0 if self._oldest_ms is None else max(0, now.wall_ms - self._oldest_ms) // 1000

    async def append(self, entries: Sequence[Entry], moment: Moment) -> None:
        """Make the entries durable, all or none; raises JournalError with nothing half done. Calls that come while
        another is being written share one transaction. A cancelled call's entries may become durable all the same.
        """
        if not entries:
            return
        drafts = [self._author.draft(entry, moment) for entry in entries]
        waiting = _Waiting(drafts, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._begin(self._write_waiting())
        await waiting.done

    async def read(self, after: int, limit: int) -> tuple[list[bytes], str]:
        """Up to `limit` encoded events that follow sequence `after`, and the hash at the last of them."""
        rows = await self._file.fetch(schema.SELECT_EVENTS, (self._base + after, limit))
        return [row[0] for row in rows], rows[-1][1] if rows else GENESIS

    async def unfinished(self) -> tuple[Body, ...]:
        """The bodies of all loans and returns that have not ended, oldest first."""
        events = [self._decode(row[0]) for row in await self._file.fetch(schema.SELECT_UNFINISHED)]
        once = {event.id: event for event in events}  # what was carried into a new stream is in the file twice
        return tuple(self._body(event) for event in once.values())

    async def unreceipted(self, card: str | None, item: ItemRef | None) -> list[bytes]:
        """The encoded events without a receipt of loans and returns by this card or of this item, oldest first."""
        wanted = (self._base + self.high_water, card, None if item is None else item_key(item))
        return [row[0] for row in await self._file.fetch(schema.SELECT_UNRECEIPTED, wanted)]

    async def settle(self, receipt: Receipt) -> Settling:
        """Take the receipt's mark if its hash is this journal's own there, and forget the readable copies of what has
        ended and is receipted. Only a restored main library, known by its new epoch, takes the mark back. The caller
        has verified the signature. Raises JournalError.
        """
        if receipt.stream != self.stream:
            return Settling.OTHER_STREAM
        if await self._hash_at(receipt.high_water) != receipt.hash:
            return Settling.FOREIGN
        is_less = receipt.high_water < self.high_water
        if receipt.high_water == self.high_water or (is_less and receipt.epoch == self.epoch):
            self.epoch = receipt.epoch
            return Settling.UNCHANGED
        await asyncio.shield(self._begin(self._move_mark(receipt)))
        return Settling.REWOUND if is_less else Settling.SETTLED

    async def renew(self, moment: Moment) -> None:
        """Go on in a new stream: its first record names this one, and every record without a receipt comes again in
        it under its event id. Raises JournalError.
        """
        await asyncio.shield(self._begin(self._renew(moment)))

    async def scrub(self) -> None:
        """Overwrite what was deleted from the tables in the write-ahead log, too. Writes some MiB, or nothing if
        nothing was deleted since the last time. Raises JournalError.
        """
        if not self._scrubbed:
            async with self._writing:
                self._scrubbed = await self._file.overwrite_log()

    async def _load(self) -> bool:
        """Take the state from the file; False if no stream was opened yet."""
        streams = await self._file.fetch(schema.SELECT_STREAM)
        if not streams:
            return False
        self.stream, self._base, self.high_water = streams[0]
        ((place, digest, encoded),) = await self._file.fetch(schema.SELECT_HEAD)
        event = self._decode(encoded)
        if event.source != self._author.source:
            raise JournalError(
                f"The journal {self._file.path} belongs to {event.source}, and this terminal is {self._author.source}; "
                "the configuration may name the wrong file."
            )
        if record_hash(event) != digest:
            raise self._damaged()
        self.head = Head(place - self._base, digest, parse_time(event.time))
        await self._note_oldest()
        return True

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run to its end whatever becomes of the caller: the database's thread finishes what it has begun, and the
        state in memory must follow it.
        """
        task = asyncio.get_running_loop().create_task(work)
        self._works.add(task)
        task.add_done_callback(self._works.discard)
        return task

    async def _write_waiting(self) -> None:
        async with self._writing:
            batch, self._waiting = self._waiting, []
            if not batch:
                return
            try:
                await self._write([draft for waiting in batch for draft in waiting.drafts])
            except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to those who wait
                _answer(batch, error)
            else:
                _answer(batch, None)

    async def _write(self, drafts: list[Draft]) -> None:
        records, head = self._author.link(drafts, self.stream, self.head)
        await self._file.insert(self._base, records)
        if self._oldest_ms is None:
            self._oldest_ms = max(self.head.time_ms, drafts[0].moment.wall_ms)
        self.head = head

    async def _move_mark(self, receipt: Receipt) -> None:
        async with self._writing:
            await self._file.move_mark(self.stream, receipt.high_water)
            self.high_water, self.epoch = receipt.high_water, receipt.epoch
            self._scrubbed = False
            await self._note_oldest()

    async def _renew(self, moment: Moment) -> None:
        async with self._writing:
            rows = await self._file.fetch(schema.SELECT_STORIES, (self._base + self.high_water,))
            events = [(self._decode(encoded), card) for encoded, card in rows]
            carried = [(event, story_of(self._body(event), card)) for event, card in events]
            opened = StreamOpened(replaces=self.stream, last_sequence=self.head.sequence, hash=self.head.hash)
            await self._begin_stream(opened, carried, moment)

    async def _begin_stream(
        self, opened: StreamOpened, carried: list[tuple[Event, Story | None]], moment: Moment
    ) -> None:
        stream, base = self._entropy(STREAM_BYTES).hex(), self._base + self.head.sequence
        start = replace(BEGINNING, time_ms=self.head.time_ms)
        first, head = self._author.link([self._author.draft(Entry(opened), moment)], stream, start)
        others, head = carry(carried, stream, head)
        await self._file.begin_stream(stream, base, first + others)
        self.stream, self._base, self.head, self.high_water = stream, base, head, 0
        await self._note_oldest()

    async def _hash_at(self, sequence: int) -> str | None:
        if sequence == self.head.sequence:
            return self.head.hash
        if sequence == 0:
            return GENESIS
        rows = await self._file.fetch(schema.SELECT_HASH, (self._base + sequence,))
        return str(rows[0][0]) if rows else None

    async def _note_oldest(self) -> None:
        rows = await self._file.fetch(schema.SELECT_EVENT, (self._base + self.high_water + 1,))
        self._oldest_ms = parse_time(self._decode(rows[0][0]).time) if rows else None

    def _decode(self, encoded: bytes) -> Event:
        try:
            return _events.decode(encoded)
        except msgspec.DecodeError as error:
            raise self._damaged() from error

    def _body(self, event: Event) -> Body:
        try:
            return decode_body(event)
        except DecodeError as error:
            raise self._damaged() from error

    def _damaged(self) -> JournalError:
        return JournalError(
            f"The journal {self._file.path} is damaged; put the file aside for inspection and start with a new one."
        )


def _answer(batch: list[_Waiting], error: Exception | None) -> None:
    """To all who still wait."""
    for waiting in batch:
        if waiting.done.done():
            continue
        if error is None:
            waiting.done.set_result(None)
        else:
            waiting.done.set_exception(error)
