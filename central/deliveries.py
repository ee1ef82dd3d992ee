"""A publish of a terminal, taken apart and verified: signature, sender, and the chain within it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware_msgs.errors import DecodeError
from firmware_msgs.uplink.records import Event, decode_publish, head_statement, record_hash, source_of
from firmware_msgs.uplink.signing import signing_key_id

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class Terminal:
    """A terminal that the network knows: where it stands, what its records say as their source, its signing key."""

    def __init__(self, network: str, terminal: str, site: str, key: Ed25519PublicKey) -> None:
        self.id = terminal
        self.site = site
        self.source = source_of(network, terminal)
        self.key = key
        self.key_id = signing_key_id(key)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Consecutive records of one stream; `hashes` are theirs, so the last is the signed chain head."""

    terminal: Terminal
    stream: str
    events: list[Event]
    hashes: list[str]

    @property
    def first(self) -> int:
        """Sequence of the first record."""
        return self.events[0].sequence

    @property
    def last(self) -> int:
        """Sequence of the last record."""
        return self.events[-1].sequence


def open_publish(terminal: Terminal, payload: bytes) -> Delivery:
    """Verify a publish; raises DecodeError (kinds `json`, `length`, `value`, `source`, `key`, `chain`, `signature`)."""
    events = decode_publish(payload)
    hashes = [record_hash(event) for event in events]
    first, last = events[0], events[-1]
    for event in events:
        if event.source != terminal.source or event.stream != first.stream:
            raise DecodeError("source", "a record is not of the terminal and stream that its publish is of")
    for before, hash_before, event in zip(events, hashes, events[1:], strict=False):
        if event.sequence != before.sequence + 1 or event.prevhash != hash_before:
            raise DecodeError("chain", "the records of a publish do not follow one another")
    if first.sequence < 1:
        raise DecodeError("chain", "records count from 1")
    _verify_head(terminal, last, hashes[-1])
    return Delivery(terminal, first.stream, events, hashes)


def _verify_head(terminal: Terminal, last: Event, head: str) -> None:
    if last.keyid != terminal.key_id:
        raise DecodeError("key", "the records name a signing key that is not the terminal's")
    try:
        terminal.key.verify(last.signature or b"", head_statement(last.stream, last.sequence, head))
    except InvalidSignature as error:
        raise DecodeError("signature", "the chain head is not signed by the terminal's key") from error


def time_ms(text: str) -> int:
    """Milliseconds since 1970 of an RFC 3339 time; raises DecodeError (kind `time`)."""
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND
    except (ValueError, TypeError, OverflowError) as error:
        raise DecodeError("time", "the record's time is not a date and time with its offset") from error
