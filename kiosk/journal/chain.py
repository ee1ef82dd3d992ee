"""Entries become records: sealed, encoded once, each bound to the one before it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import msgspec

from firmware_msgs.uplink.records import (
    GENESIS,
    TYPES,
    Body,
    ContentKeyWrapped,
    Event,
    ItemReturned,
    LoanAsked,
    LoanConfirmed,
    LoanRefused,
    LoanVoided,
    PatronPart,
    ReturnOpened,
    ReturnVoided,
    StreamOpened,
    content_key_purpose,
    encode_event,
    record_hash,
    source_of,
)
from firmware_msgs.uplink.sealing import ALGORITHM, CONTENT_KEY_BYTES, NONCE_BYTES, seal, seal_to, sealing_key_id
from firmware_msgs.uplink.signing import signing_key_id
from firmware_msgs.uplink.values import ClockQuality, ItemRef
from firmware_msgs.uuids import RANDOM_BYTES, uuid7
from kiosk.identity import Identity
from kiosk.moment import Moment
from kiosk.session.effects import Entry

_KEY_NAME_BYTES: Final = 8
_ENDS: Final = (LoanConfirmed, LoanVoided, LoanRefused, ItemReturned, ReturnVoided)
_PATRON_BODIES: Final = (LoanAsked, ReturnOpened)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: the last record's sequence, hash and time (Unix, milliseconds)."""

    sequence: int
    hash: str
    time_ms: int


BEGINNING: Final = Head(sequence=0, hash=GENESIS, time_ms=0)


@dataclass(frozen=True, slots=True)
class Story:
    """What a record belongs to: one loan or one return, from its first record to its end. `card` is readable."""

    subject: str
    item: str
    card: str | None
    ended: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A record that has no place in the chain yet."""

    id: str
    type: str
    data: bytes
    moment: Moment
    story: Story | None


@dataclass(frozen=True, slots=True)
class Record:
    """A record in its place. `event` is its encoded, unsigned CloudEvent."""

    sequence: int
    hash: str
    event: bytes
    story: Story | None


def item_key(item: ItemRef) -> str:
    """The item as one text, equal for equal items."""
    return msgspec.json.encode(item).decode()


def story_of(body: Body, card: str | None) -> Story | None:
    """The story that a record with this body goes on with, begins or ends."""
    if isinstance(body, StreamOpened | ContentKeyWrapped):
        return None
    subject = body.giveback if isinstance(body, ReturnOpened | ItemReturned | ReturnVoided) else body.loan
    return Story(subject=subject, item=item_key(body.item), card=card, ended=isinstance(body, _ENDS))


def format_time(time_ms: int) -> str:
    """Unix milliseconds as RFC 3339 in UTC."""
    moment = datetime.fromtimestamp(time_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{time_ms % 1000:03d}Z"


def parse_time(text: str) -> int:
    """RFC 3339 as Unix milliseconds; raises ValueError."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


class Author:
    """Writes this boot's records. The content key lives in memory only, and only as long as its author."""

    def __init__(self, identity: Identity, entropy: Callable[[int], bytes]) -> None:
        self._identity = identity
        self._entropy = entropy
        self._content_key = entropy(CONTENT_KEY_BYTES)
        self._content_key_id = entropy(_KEY_NAME_BYTES).hex()
        self._key_id = signing_key_id(identity.signing.public_key())
        self._source = source_of(identity.network, identity.terminal)

    @property
    def source(self) -> str:
        """The `source` of all its records."""
        return self._source

    def wrapped_key(self) -> ContentKeyWrapped:
        """The content key for the main library's eyes; precedes all that is sealed under it."""
        recipient = self._identity.library_sealing
        purpose = content_key_purpose(self._identity.terminal, self._content_key_id)
        return ContentKeyWrapped(
            key=self._content_key_id,
            algorithm=ALGORITHM,
            recipient=sealing_key_id(recipient),
            wrapped=seal_to(recipient, self._content_key, purpose),
        )

    def draft(self, entry: Entry, moment: Moment) -> Draft:
        """Seal the entry's patron part and encode its body."""
        record_id = uuid7(moment.wall_ms, self._entropy(RANDOM_BYTES))
        body, card = entry.body, None
        if entry.patron is not None:
            body, card = self._sealed(body, entry.patron, record_id), entry.patron.card
        return Draft(
            id=record_id,
            type=TYPES[type(body)],
            data=msgspec.json.encode(body),
            moment=moment,
            story=story_of(body, card),
        )

    def _sealed(self, body: Body, patron: PatronPart, record_id: str) -> Body:
        if not isinstance(body, _PATRON_BODIES):
            raise TypeError(f"{type(body).__name__} has no place for a patron")
        nonce = self._entropy(NONCE_BYTES)
        box = seal(self._content_key, self._content_key_id, nonce, msgspec.json.encode(patron), record_id)
        return msgspec.structs.replace(body, patron=box)

    def link(self, drafts: Iterable[Draft], stream: str, head: Head) -> tuple[list[Record], Head]:
        """Give the drafts the next places after `head`. Time never runs back in a journal: where the clock is behind
        the last record, that record's time stands in for it.
        """
        records = []
        for draft in drafts:
            event = self._event(draft, stream, head)
            record = _record(event, draft.story)
            records.append(record)
            head = Head(record.sequence, record.hash, max(head.time_ms, draft.moment.wall_ms))
        return records, head

    def _event(self, draft: Draft, stream: str, head: Head) -> Event:
        behind = draft.moment.wall_ms < head.time_ms
        return Event(
            id=draft.id,
            source=self._source,
            type=draft.type,
            time=format_time(max(head.time_ms, draft.moment.wall_ms)),
            stream=stream,
            sequence=head.sequence + 1,
            prevhash=head.hash,
            bootid=self._identity.boot,
            monotonic=str(draft.moment.monotonic_ms),
            clockquality=ClockQuality.FLOOR if behind else draft.moment.clock,
            keyid=self._key_id,
            data=msgspec.Raw(draft.data),
        )


def carry(events: Iterable[tuple[Event, Story | None]], stream: str, head: Head) -> tuple[list[Record], Head]:
    """The same events, under their ids and with all they say, in new places after `head`."""
    records = []
    for event, story in events:
        moved = msgspec.structs.replace(event, stream=stream, sequence=head.sequence + 1, prevhash=head.hash)
        record = _record(moved, story)
        records.append(record)
        head = replace(head, sequence=record.sequence, hash=record.hash)
    return records, head


def _record(event: Event, story: Story | None) -> Record:
    return Record(sequence=event.sequence, hash=record_hash(event), event=encode_event(event), story=story)
