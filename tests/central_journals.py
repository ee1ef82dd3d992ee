"""A terminal's journal as central sees it: real records, chained, sealed and signed, without a terminal."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from central.deliveries import Terminal
from central.keys import LibraryKeys
from firmware_msgs.uplink.records import (
    GENESIS,
    TYPES,
    Body,
    ContentKeyWrapped,
    Event,
    ItemReturned,
    LoanAsked,
    LoanConfirmed,
    LoanOpened,
    PatronPart,
    ReturnOpened,
    StreamOpened,
    content_key_purpose,
    encode_event,
    encode_publish,
    head_statement,
    record_hash,
    source_of,
)
from firmware_msgs.uplink.sealing import ALGORITHM, NONCE_BYTES, Sealed, seal, seal_to, sealing_key_id
from firmware_msgs.uplink.signing import signing_key_id
from firmware_msgs.uplink.values import Basis, ClockQuality, ItemRef
from firmware_msgs.uuids import RANDOM_BYTES, uuid7

NETWORK = "yuanjiang"
START_MS = 1_790_000_000_000
OWNER = "CN-530428"
CONTENT_KEY = "boot-1"


def library_keys() -> LibraryKeys:
    return LibraryKeys(Ed25519PrivateKey.generate(), X25519PrivateKey.generate(), b"cards" * 6)


def item_ref(number: str, owner: str = OWNER) -> ItemRef:
    return ItemRef(owner=owner, id=number)


@dataclass
class Journal:
    """Records in order; `at_ms` is the terminal's clock, which every record moves on by a second."""

    terminal: str
    site: str
    library: LibraryKeys
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    seed: int = 0
    at_ms: int = START_MS
    encoded: list[bytes] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(f"{self.terminal} {self.seed}")  # noqa: S311 — invented ids, the same in every run
        self.stream = self.new_id()
        self._content_key = self._random.randbytes(32)
        self._key_id = signing_key_id(self.key.public_key())

    @property
    def identity(self) -> Terminal:
        return Terminal(NETWORK, self.terminal, self.site, self.key.public_key())

    def begin(self) -> None:
        """The first two records of every boot's stream."""
        public = self.library.sealing.public_key()
        wrapped = seal_to(public, self._content_key, content_key_purpose(self.terminal, CONTENT_KEY))
        self.add(StreamOpened())
        self.add(
            ContentKeyWrapped(key=CONTENT_KEY, algorithm=ALGORITHM, recipient=sealing_key_id(public), wrapped=wrapped)
        )

    def add(self, body: Body, *, event_id: str | None = None) -> None:
        self.add_raw(TYPES[type(body)], msgspec.json.encode(body), event_id=event_id)

    def add_raw(self, kind: str, data: bytes, *, event_id: str | None = None, time: str | None = None) -> None:
        self.at_ms += 1000
        event = Event(
            id=event_id or self.event_id(),
            source=source_of(NETWORK, self.terminal),
            type=kind,
            time=time or datetime.fromtimestamp(self.at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
            stream=self.stream,
            sequence=len(self.encoded) + 1,
            prevhash=self.hashes[-1] if self.hashes else GENESIS,
            bootid="boot",
            monotonic=str(self.at_ms - START_MS),
            clockquality=ClockQuality.SYNCHRONISED,
            keyid=self._key_id,
            data=msgspec.Raw(data),
        )
        self.hashes.append(record_hash(event))
        self.encoded.append(encode_event(event))

    def event_id(self) -> str:
        return uuid7(self.at_ms, self._random.randbytes(RANDOM_BYTES))

    def new_id(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def ask(self, card: str, item: ItemRef, *, loan: str | None = None) -> str:
        loan = loan or self.new_id()
        event_id = self.event_id()
        patron = self.seal(card, event_id)
        body = LoanAsked(loan=loan, item=item, uids=("E00401500000AB01",), site=self.site, patron=patron)
        self.add(body, event_id=event_id)
        return loan

    def seal(self, card: str, event_id: str) -> Sealed:
        plain = msgspec.json.encode(PatronPart(card=card))
        return seal(self._content_key, CONTENT_KEY, self._random.randbytes(NONCE_BYTES), plain, event_id)

    def open(self, loan: str, item: ItemRef, *, basis: Basis = Basis.OFFLINE) -> None:
        self.add(LoanOpened(loan=loan, item=item, due=date(2026, 12, 22), basis=basis))

    def borrow(self, card: str, item: ItemRef, *, basis: Basis = Basis.OFFLINE, loan: str | None = None) -> str:
        loan = self.ask(card, item, loan=loan)
        self.open(loan, item, basis=basis)
        self.add(LoanConfirmed(loan=loan, item=item, verified=True))
        return loan

    def take_back(self, item: ItemRef) -> str:
        giveback = self.new_id()
        self.add(ReturnOpened(giveback=giveback, item=item, uids=("E00401500000AB01",), site=self.site))
        self.add(ItemReturned(giveback=giveback, item=item, site=self.site, verified=True))
        return giveback

    def publish(self, first: int, last: int) -> bytes:
        """The records `first` to `last` (sequences, inclusive), signed."""
        head = head_statement(self.stream, last, self.hashes[last - 1])
        return encode_publish(self.encoded[first - 1 : last], self.key.sign(head))

    def publishes(self, size: int = 100) -> Iterator[bytes]:
        for first in range(1, len(self.encoded) + 1, size):
            yield self.publish(first, min(first + size - 1, len(self.encoded)))
