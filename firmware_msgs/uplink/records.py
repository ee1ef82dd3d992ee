"""The journal's records: what a terminal tells the main library, once and for ever.

A record is a CloudEvents 1.0 event in structured JSON. Its hash covers the exact bytes of every field and of the body,
and the next record carries it as `prevhash`; so the hash of the last one, the chain head, vouches for all. A publish
signs the head it ends in.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final, Literal, TypeAlias

import msgspec

from firmware_msgs.errors import DecodeError
from firmware_msgs.uplink.sealing import Sealed
from firmware_msgs.uplink.values import Basis, ClockQuality, ItemRef, Refusal, UuidText, VoidReason

GENESIS: Final = "0" * 64
"""`prevhash` of a stream's first record."""

MAX_BATCH: Final = 100
"""Records in one publish (design section 3)."""

MAX_PUBLISH_BYTES: Final = 1_000_000
"""No batch of ours comes near it; larger input is refused unparsed."""


class PatronPart(msgspec.Struct, frozen=True, kw_only=True):
    """What a record seals to the main library: whose card it was, and the reference if the main library gave one."""

    card: str | None = None
    patron: str | None = None


class StreamOpened(msgspec.Struct, frozen=True, kw_only=True):
    """First record of every stream. The three optional fields name the stream it continues."""

    replaces: str | None = None
    last_sequence: int | None = None
    hash: str | None = None


class ContentKeyWrapped(msgspec.Struct, frozen=True, kw_only=True):
    """A content key, new at each boot, wrapped once to the main library's public key."""

    key: str
    algorithm: str
    recipient: str
    wrapped: bytes


def content_key_purpose(terminal: str, key: str) -> str:
    """Binds a wrapped content key to its terminal and name."""
    return f"content-key {terminal} {key}"


class LoanAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A patron wants this item. Precedes any question or decision. `uids` are the tags of all its parts.

    `patron` (a PatronPart, sealed) is absent only until the record is journaled.
    """

    loan: UuidText
    item: ItemRef
    uids: tuple[str, ...]
    site: str
    patron: Sealed | None = None


class LoanOpened(msgspec.Struct, frozen=True, kw_only=True):
    """The loan is decided and may be released. Decided online, it adopts the authorisation of the same loan id."""

    loan: UuidText
    item: ItemRef
    due: date
    basis: Basis


class LoanConfirmed(msgspec.Struct, frozen=True, kw_only=True):
    """The tags were released. Not `verified`: the book left the pad before its tag could be read back."""

    loan: UuidText
    item: ItemRef
    verified: bool


class LoanVoided(msgspec.Struct, frozen=True, kw_only=True):
    """The opened loan did not come about: the tag is known to be secured."""

    loan: UuidText
    item: ItemRef
    reason: VoidReason


class LoanRefused(msgspec.Struct, frozen=True, kw_only=True):
    """The asked loan was refused; nothing was released."""

    loan: UuidText
    item: ItemRef
    reason: Refusal
    basis: Basis


class ReturnOpened(msgspec.Struct, frozen=True, kw_only=True):
    """An item is being taken back. `patron` is sealed if a card was presented in this visit."""

    giveback: UuidText
    item: ItemRef
    uids: tuple[str, ...]
    site: str
    patron: Sealed | None = None


class ItemReturned(msgspec.Struct, frozen=True, kw_only=True):
    """The item is back. Not `verified`: its tag could not be read back as secured."""

    giveback: UuidText
    item: ItemRef
    site: str
    verified: bool


class ReturnVoided(msgspec.Struct, frozen=True, kw_only=True):
    """The item was not taken back: its tag is known to be unsecured still."""

    giveback: UuidText
    item: ItemRef
    reason: VoidReason


Body: TypeAlias = (
    StreamOpened
    | ContentKeyWrapped
    | LoanAsked
    | LoanOpened
    | LoanConfirmed
    | LoanVoided
    | LoanRefused
    | ReturnOpened
    | ItemReturned
    | ReturnVoided
)

BODIES: Final[dict[str, type[Body]]] = {
    "shufang.stream_opened.v1": StreamOpened,
    "shufang.content_key_wrapped.v1": ContentKeyWrapped,
    "shufang.loan_asked.v1": LoanAsked,
    "shufang.loan_opened.v1": LoanOpened,
    "shufang.loan_confirmed.v1": LoanConfirmed,
    "shufang.loan_voided.v1": LoanVoided,
    "shufang.loan_refused.v1": LoanRefused,
    "shufang.return_opened.v1": ReturnOpened,
    "shufang.item_returned.v1": ItemReturned,
    "shufang.return_voided.v1": ReturnVoided,
}
TYPES: Final[dict[type[Body], str]] = {body: name for name, body in BODIES.items()}

_DECODERS: Final = {name: msgspec.json.Decoder(body) for name, body in BODIES.items()}


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One record as it is written in the journal and sent. `monotonic` is milliseconds since the terminal's boot (a
    string: CloudEvents integers have 32 bits); `time` is RFC 3339 in UTC; `data` keeps the exact bytes.
    """

    specversion: Literal["1.0"] = msgspec.field(default="1.0")
    id: UuidText
    source: str
    type: str
    time: str
    stream: str
    sequence: int
    prevhash: str
    bootid: str
    monotonic: str
    clockquality: ClockQuality
    keyid: str
    data: msgspec.Raw
    signature: bytes | None = None


_HASHED_FIELDS: Final = 11


def record_hash(event: Event) -> str:
    """SHA-256 in hex over a header of newline-separated fields and the body's exact bytes.

    Raises DecodeError where a field holds a newline: the header would be ambiguous.
    """
    header = (
        f"shufang.record.1\n{event.source}\n{event.stream}\n{event.sequence}\n{event.prevhash}\n{event.id}\n{event.type}\n"
        f"{event.time}\n{event.bootid}\n{event.monotonic}\n{event.clockquality}\n{event.keyid}\n"
    )
    if header.count("\n") != _HASHED_FIELDS + 1:
        raise DecodeError("value", "a field of the record holds a line break")
    return hashlib.sha256(header.encode() + bytes(event.data)).hexdigest()


def source_of(network: str, terminal: str) -> str:
    """The CloudEvents `source` of a terminal's records."""
    return f"/shufang/{network}/{terminal}"


def head_statement(stream: str, sequence: int, head: str) -> bytes:
    """The bytes that a publish signs: the chain head it ends in."""
    return f"shufang.head.1\n{stream}\n{sequence}\n{head}".encode()


def encode_event(event: Event) -> bytes:
    """The event's JSON; done once, when the record is journaled. `specversion` is always written."""
    return b'{"specversion":"1.0",' + msgspec.json.encode(event)[1:]


def encode_publish(events: list[bytes], signature: bytes) -> bytes:
    """A publish of consecutive journaled events (encoded, unsigned): the last one carries the signature of the head.

    One event is sent as an object, more as a CloudEvents batch (a JSON array).
    """
    signed = events[-1][:-1] + b',"signature":' + msgspec.json.encode(signature) + b"}"
    return signed if len(events) == 1 else b"[" + b",".join([*events[:-1], signed]) + b"]"


_event_decoder = msgspec.json.Decoder(Event)
_batch_decoder = msgspec.json.Decoder(list[Event])


def decode_publish(payload: bytes) -> list[Event]:
    """The events of a publish, at least one; raises DecodeError."""
    if len(payload) > MAX_PUBLISH_BYTES:
        raise DecodeError("length", f"a publish of {len(payload)} bytes is longer than any of ours")
    try:
        events = _batch_decoder.decode(payload) if payload[:1] == b"[" else [_event_decoder.decode(payload)]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DecodeError("json", f"not a CloudEvents publish: {error}") from error
    if not 1 <= len(events) <= MAX_BATCH:
        raise DecodeError("length", f"a publish holds 1 to {MAX_BATCH} events, this one {len(events)}")
    return events


def decode_body(event: Event) -> Body:
    """The typed body; raises DecodeError for an unknown type (kind `type`) or an unfit body (kind `body`)."""
    decoder = _DECODERS.get(event.type)
    if decoder is None:
        raise DecodeError("type", "the record's type is not known here")
    try:
        return decoder.decode(event.data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DecodeError("body", f"the record's body does not fit its type: {error}") from error
