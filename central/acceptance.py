"""Which records of a delivery are new: the mark of their stream decides, and a contradiction is kept, never applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from central.deliveries import Delivery
from central.storage.inbox import Branch, Mark
from firmware_msgs.errors import DecodeError
from firmware_msgs.uplink.records import GENESIS, Event, encode_event

Hashes: TypeAlias = Callable[[str, int, int], dict[int, str]]
"""The inbox's hashes of a stretch of a stream, by sequence."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The new records of a delivery with their hashes; none for a duplicate, a gap or a branch."""

    events: list[Event]
    hashes: list[str]
    branch: list[Branch]


def new_mark(delivery: Delivery) -> Mark:
    """Nothing of the stream is here."""
    return Mark(delivery.stream, delivery.terminal.id, 0, GENESIS, 0)


def accept(mark: Mark, delivery: Delivery, hashes: Hashes, now_ms: int) -> Accepted:
    """Judge a delivery by its stream's mark; raises DecodeError (kind `stream`) if the stream is another terminal's."""
    if mark.terminal != delivery.terminal.id:
        raise DecodeError("stream", "the stream belongs to another terminal")
    if delivery.first > mark.high_water + 1:
        return Accepted([], [], [])
    if not _continues(mark, delivery, hashes):
        return Accepted([], [], _branch(mark, delivery, hashes, now_ms))
    known = mark.high_water + 1 - delivery.first
    return Accepted(delivery.events[known:], delivery.hashes[known:], [])


def _continues(mark: Mark, delivery: Delivery, hashes: Hashes) -> bool:
    """The last record that both know is the same; so, by the chain, are all before."""
    if delivery.first == mark.high_water + 1:
        return delivery.events[0].prevhash == mark.hash
    common = min(delivery.last, mark.high_water)
    ours = mark.hash if common == mark.high_water else hashes(mark.stream, common, common)[common]
    return ours == delivery.hashes[common - delivery.first]


def _branch(mark: Mark, delivery: Delivery, hashes: Hashes, now_ms: int) -> list[Branch]:
    ours = hashes(mark.stream, delivery.first, delivery.last)
    return [
        Branch(mark.stream, event.sequence, theirs, delivery.terminal.id, now_ms, encode_event(event))
        for event, theirs in zip(delivery.events, delivery.hashes, strict=True)
        if ours.get(event.sequence) != theirs
    ]
