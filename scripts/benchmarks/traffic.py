"""Invented circulation: items, cards, and what a terminal's session commits of them with nobody to ask."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Final

from firmware_msgs.tags.content import TagContent, Usage
from firmware_msgs.uplink.records import (
    Body,
    ItemReturned,
    LoanAsked,
    LoanConfirmed,
    LoanOpened,
    PatronPart,
    ReturnOpened,
)
from firmware_msgs.uplink.values import Basis, ClockQuality, ItemRef
from kiosk.moment import Moment
from kiosk.session.effects import Entry

OWNER: Final = "CN530428"
SITE: Final = "bench"
CATALOGUE: Final = 10_000
PATRONS: Final = 2_000

STEP_MS: Final = 2_000
"""Between two commits of a terminal that is never idle."""

BOOKS_A_VISIT: Final = 4
VISITS_TILL_RETURN: Final = 10
LOAN_TIME: Final = timedelta(days=30)


def item(number: int) -> ItemRef:
    return ItemRef(owner=OWNER, id=f"TSG{number:011}")


def uid(number: int) -> str:
    """Its tag's."""
    return f"E00401{number:010X}"


def content(number: int) -> TagContent:
    """What its tag says."""
    return TagContent("iso28560-3", item(number).id, OWNER, 1, 1, Usage.CIRCULATING)


def card(number: int) -> str:
    """What a question calls the card of the patron of that number."""
    return f"uid:04{number % PATRONS:012X}"


@dataclass(frozen=True, slots=True)
class Deed:
    """Entries that a session commits together."""

    entries: tuple[Entry, ...]
    moment: Moment


def circulation(items: range, begin_ms: int) -> Iterator[Deed]:
    """Without end: visits that borrow four books each, and the returns of earlier visits, half of them with a card."""
    moments = _moments(items, begin_ms)
    for visit in count():
        for place in range(visit * BOOKS_A_VISIT, (visit + 1) * BOOKS_A_VISIT):
            yield from _loan(items[place % len(items)], card(visit), moments)
        for place in range(
            (visit - VISITS_TILL_RETURN) * BOOKS_A_VISIT, (visit - VISITS_TILL_RETURN + 1) * BOOKS_A_VISIT
        ):
            if place >= 0:
                yield from _return(items[place % len(items)], card(visit) if place % 2 else None, moments)


def _moments(items: range, begin_ms: int) -> Iterator[Moment]:
    for at_ms in count(begin_ms, STEP_MS):
        entropy = hashlib.sha256(f"{items} {at_ms}".encode()).digest()
        yield Moment(at_ms, at_ms - begin_ms, ClockQuality.SYNCHRONISED, entropy)


def _loan(number: int, whose: str, moments: Iterator[Moment]) -> Iterator[Deed]:
    now = next(moments)
    loan, ref = now.new_id(1), item(number)
    asked = LoanAsked(loan=loan, item=ref, uids=(uid(number),), site=SITE)
    opened = LoanOpened(loan=loan, item=ref, due=_due(now), basis=Basis.OFFLINE)
    yield Deed((Entry(asked, PatronPart(card=whose)), Entry(opened)), now)
    yield _deed(LoanConfirmed(loan=loan, item=ref, verified=True), next(moments))


def _return(number: int, whose: str | None, moments: Iterator[Moment]) -> Iterator[Deed]:
    now = next(moments)
    giveback, ref = now.new_id(1), item(number)
    opened = ReturnOpened(giveback=giveback, item=ref, uids=(uid(number),), site=SITE)
    yield Deed((Entry(opened, PatronPart(card=whose) if whose else None),), now)
    yield _deed(ItemReturned(giveback=giveback, item=ref, site=SITE, verified=True), next(moments))


def _deed(body: Body, now: Moment) -> Deed:
    return Deed((Entry(body),), now)


def _due(now: Moment) -> date:
    return (datetime.fromtimestamp(now.wall_ms / 1000, UTC) + LOAN_TIME).date()
