"""An invented terminal and main library: keys, moments, entries; and a look into what they wrote."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from firmware_msgs.uplink.receipts import Receipt
from firmware_msgs.uplink.records import (
    GENESIS,
    Event,
    ItemReturned,
    LoanAsked,
    LoanConfirmed,
    LoanOpened,
    PatronPart,
    ReturnOpened,
    record_hash,
)
from firmware_msgs.uplink.values import Basis, ClockQuality, ItemRef
from kiosk.identity import Identity
from kiosk.journal.store import Journal
from kiosk.moment import Moment
from kiosk.session.effects import Entry

NETWORK = "invented"
TERMINAL = "t-17"
SITE = "yuanjiang-3"
CARD = "uid:04A1B2C3D4E580"
OTHER_CARD = "uid:0499887766554F"
ITEM = ItemRef(owner="CN-999001", id="Y0001")
START_MS = 1_790_000_000_000


@dataclass(frozen=True)
class Stage:
    """The keys of one terminal and of its main library."""

    signing: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    library_signing: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    library_sealing: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    network: str = NETWORK
    terminal: str = TERMINAL

    @property
    def identity(self) -> Identity:
        return Identity(
            network=self.network,
            terminal=self.terminal,
            boot="7e2f0c51-3c0e-4f59-9a35-0a1f5a4c7d11",
            signing=self.signing,
            library_sealing=self.library_sealing.public_key(),
            library_signing=self.library_signing.public_key(),
        )

    async def open(self, folder: Path, moment: Moment | None = None) -> Journal:
        return await Journal.open(folder / "journal", self.identity, moment or at(0))


def at(ms: int, clock: ClockQuality = ClockQuality.SYNCHRONISED) -> Moment:
    """`ms` after the story's start."""
    return Moment(wall_ms=START_MS + ms, monotonic_ms=90_000 + ms, clock=clock, entropy=os.urandom(16))


def new_id() -> str:
    return str(uuid.uuid4())


def asked(loan: str, item: ItemRef = ITEM, card: str = CARD) -> Entry:
    return Entry(LoanAsked(loan=loan, item=item, uids=("E004010012345678",), site=SITE), PatronPart(card=card))


def opened(loan: str, item: ItemRef = ITEM) -> Entry:
    return Entry(LoanOpened(loan=loan, item=item, due=date(2026, 12, 1), basis=Basis.OFFLINE))


def confirmed(loan: str, item: ItemRef = ITEM) -> Entry:
    return Entry(LoanConfirmed(loan=loan, item=item, verified=True))


def loan_of(item: ItemRef = ITEM, card: str = CARD) -> list[Entry]:
    loan = new_id()
    return [asked(loan, item, card), opened(loan, item), confirmed(loan, item)]


def return_opened(giveback: str, item: ItemRef = ITEM) -> Entry:
    return Entry(ReturnOpened(giveback=giveback, item=item, uids=("E004010012345678",), site=SITE))


def returned(giveback: str, item: ItemRef = ITEM) -> Entry:
    return Entry(ItemReturned(giveback=giveback, item=item, site=SITE, verified=True))


def receipt_of(journal: Journal, mark: int, digest: str, *, stream: str | None = None, epoch: str = "e1") -> Receipt:
    return Receipt(
        stream=stream or journal.stream,
        high_water=mark,
        hash=digest,
        backed_up=0,
        epoch=epoch,
        parked=0,
        time="2026-09-21T10:13:20.000Z",
    )


async def receipt_at(journal: Journal, mark: int, epoch: str = "e1") -> Receipt:
    """A right receipt."""
    digest = (await journal.read(mark - 1, 1))[1] if mark else GENESIS
    return receipt_of(journal, mark, digest, epoch=epoch)


async def events_of(journal: Journal, after: int = 0) -> list[Event]:
    encoded, _ = await journal.read(after, 1_000_000)
    return [msgspec.json.decode(event, type=Event) for event in encoded]


def assert_whole(events: list[Event], head: str) -> None:
    """The events are one stream from its first record, each bound to the one before, ending in `head`."""
    digest = GENESIS
    for sequence, event in enumerate(events, 1):
        assert (event.stream, event.sequence, event.prevhash) == (events[0].stream, sequence, digest)
        digest = record_hash(event)
    assert digest == head
