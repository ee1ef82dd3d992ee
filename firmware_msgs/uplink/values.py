"""What the uplink's messages share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeAlias

import msgspec

SiteCode: TypeAlias = str
PatronRef: TypeAlias = str
"""Random reference of a patron, made by the main library; not an identifier that anybody else knows."""

Sequence: TypeAlias = Annotated[int, msgspec.Meta(ge=1)]
UuidText: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
]


class ItemRef(msgspec.Struct, frozen=True, kw_only=True):
    """An item as its tag names it: the owner library's ISIL and the primary item id (for people: the barcode)."""

    owner: str
    id: str


class ClockQuality(StrEnum):
    """How far a terminal's wall clock can be trusted."""

    SYNCHRONISED = "synchronised"
    FREE_RUNNING = "free_running"  # was right once, no time source now
    UNKNOWN = "unknown"
    FLOOR = "floor"  # behind the journal's last time, which stands in for it


class Basis(StrEnum):
    """Who decided a loan."""

    ONLINE = "online"
    OFFLINE = "offline"


class Refusal(StrEnum):
    """Why a loan is not made. The main library's reasons and the terminal's own share one list."""

    UNKNOWN_CARD = "unknown_card"
    CARD_BLOCKED = "card_blocked"
    LIMIT_REACHED = "limit_reached"
    ON_HOLD = "on_hold"
    ON_LOAN = "on_loan"
    NOT_FOR_LOAN = "not_for_loan"
    UNKNOWN_ITEM = "unknown_item"
    FOREIGN_ITEM = "foreign_item"
    INCOMPLETE_SET = "incomplete_set"
    UNREADABLE_TAG = "unreadable_tag"
    OFFLINE_POLICY = "offline_policy"
    TAKEN_BACK = "taken_back"  # the loan id was ended before


class VoidReason(StrEnum):
    """Why an opened loan or return did not come about."""

    NEVER_RELEASED = "never_released"  # no release was ever sent
    STILL_SECURED = "still_secured"  # the tag was read back secured
    STILL_ON_LOAN = "still_on_loan"  # a return's tag was read back unsecured
    PATRON = "patron"  # the patron decided otherwise


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """An Ed25519 signature with the id of its key."""

    key: str
    value: bytes
