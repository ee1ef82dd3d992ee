"""The main library's receipt: the only delivery that counts (a broker's PUBACK is none)."""

from __future__ import annotations

import msgspec


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """All records of `stream` up to `high_water` are durable at the main library; `hash` is the record's hash at it.

    `high_water` 0 with the genesis hash says: nothing of this stream is here. `backed_up` is the mark that a backup has
    passed; `epoch` a random id that is new after each restore; `parked` counts records whose consequences await people.
    `time` (RFC 3339) is the main library's clock, from which a terminal learns its own clock's offset.
    """

    stream: str
    high_water: int
    hash: str
    backed_up: int
    epoch: str
    parked: int
    time: str
