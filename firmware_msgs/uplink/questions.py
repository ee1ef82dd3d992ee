"""Questions of a terminal and the main library's answers: QoS 0, never queued, with a deadline.

A question travels sealed to the main library (`Ask.sealed` holds a Question's JSON, purpose `question_purpose`); its
answer is Signed with kind `answer`.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

import msgspec

from firmware_msgs.uplink.values import ItemRef, PatronRef, Refusal, UuidText


class Identify(msgspec.Struct, frozen=True, kw_only=True, tag="identify"):
    """Who is this card's patron? `card`: its kind and what was read of it. `uid:` the chip's UID in upper-case hex,
    `block:` a keyed block of a MIFARE card, `tag:` a patron's ISO 15693 tag, `social:` a social security card's number,
    `code:` a scanned text.
    """

    card: str


class Authorise(msgspec.Struct, frozen=True, kw_only=True, tag="authorise"):
    """May this patron borrow this item? `loan` is its request id: its answer is stored and repeated."""

    loan: UuidText
    card: str
    item: ItemRef


class RouteReturn(msgspec.Struct, frozen=True, kw_only=True, tag="route_return"):
    """What is this item, and where does it go when it is returned here?"""

    item: ItemRef


Query: TypeAlias = Identify | Authorise | RouteReturn


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """`unreceipted` are this patron's and item's journaled events (exact JSON) that have no receipt yet."""

    query: Query
    unreceipted: tuple[msgspec.Raw, ...] = ()


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """`deadline` is RFC 3339 in the main library's time: an answer after it is of no use, so none is sent."""

    id: UuidText
    site: str
    deadline: str
    sealed: bytes


def question_purpose(terminal: str, ask_id: str) -> str:
    """Binds a sealed question to its asker and id."""
    return f"question {terminal} {ask_id}"


class Identified(msgspec.Struct, frozen=True, kw_only=True, tag="identified"):
    """`label` is a name in part (张*), `tail` the last characters of the card number that is printed on it."""

    patron: PatronRef
    label: str
    tail: str
    loans: int
    limit: int
    blocked: bool = False


class NotIdentified(msgspec.Struct, frozen=True, kw_only=True, tag="not_identified"):
    """No patron has this card, or it was reported lost."""

    reason: Refusal


class Authorised(msgspec.Struct, frozen=True, kw_only=True, tag="authorised"):
    """The item may be released until `due` (inclusive, at the site's local date)."""

    loan: UuidText
    due: date
    title: str
    author: str = ""


class NotAuthorised(msgspec.Struct, frozen=True, kw_only=True, tag="not_authorised"):
    """`title` is empty where the item is unknown."""

    loan: UuidText
    reason: Refusal
    title: str = ""
    author: str = ""


class Routed(msgspec.Struct, frozen=True, kw_only=True, tag="routed"):
    """`destination` is the public name of the site that the item must travel to; None: it stays here."""

    item: ItemRef
    title: str
    author: str = ""
    destination: str | None = None
    held: bool = False


class NotRouted(msgspec.Struct, frozen=True, kw_only=True, tag="not_routed"):
    """The main library does not know this item."""

    item: ItemRef
    reason: Refusal


Reply: TypeAlias = Identified | NotIdentified | Authorised | NotAuthorised | Routed | NotRouted


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The reply to the ask of the same id. `time` (RFC 3339) is the main library's clock."""

    id: UuidText
    reply: Reply
    time: str
