from __future__ import annotations

from datetime import date

import pytest

from drivers.events import DeviceUp
from firmware_msgs.uplink.records import (
    ItemReturned,
    LoanAsked,
    LoanConfirmed,
    LoanOpened,
    LoanVoided,
    ReturnOpened,
    ReturnVoided,
)
from firmware_msgs.uplink.values import Basis, ItemRef, VoidReason
from kiosk.session.events import Timer, TimerFired
from kiosk.session.recovery import half_done, never_opened
from kiosk.session.state import HalfDone, Idle, Starting
from tests.unit.session.terminal import Session

ITEM = ItemRef(owner="CN530428", id="10001")
LOAN = "01a201e7-1ac0-74be-9c15-d21c0bf23e70"
OTHER = "01a201e7-1ac0-74be-9c15-d21c0bf23e71"
LENDING = HalfDone(LOAN, ITEM, ("E001",), lending=True)
RETURNING = HalfDone(OTHER, ITEM, ("E001",), lending=False)


def starting(*work: HalfDone) -> Session:
    session = Session(half_done=work)
    session.feed(DeviceUp("pad"))
    assert isinstance(session.phase(), Starting)
    return session


@pytest.mark.parametrize(
    ("work", "secured", "expected", "verified"),
    [
        (LENDING, False, LoanConfirmed, True),
        (LENDING, True, LoanVoided, None),
        (RETURNING, True, ItemReturned, True),
        (RETURNING, False, ReturnVoided, None),
    ],
)
def test_the_tag_on_the_pad_settles_it(
    work: HalfDone,
    *,
    secured: bool,
    expected: type,
    verified: bool | None,
) -> None:
    session = starting(work)
    (body,) = session.records(session.place("E001", "10001", secured=secured))
    assert isinstance(body, expected)
    assert getattr(body, "verified", None) == verified
    session.feed(TimerFired(Timer.SETTLING))
    assert isinstance(session.phase(), Idle)


@pytest.mark.parametrize(("work", "expected"), [(LENDING, LoanConfirmed), (RETURNING, ItemReturned)])
def test_a_tag_that_is_not_there_ends_unverified(work: HalfDone, expected: type) -> None:
    session = starting(work)
    (body,) = session.records(session.feed(TimerFired(Timer.SETTLING)))
    assert isinstance(body, expected)
    assert getattr(body, "verified", None) is False


def test_a_tag_that_cannot_tell_is_not_believed() -> None:
    session = starting(LENDING)
    assert session.records(session.place("E001", "10001", secured=None)) == []
    (body,) = session.records(session.feed(TimerFired(Timer.SETTLING)))
    assert isinstance(body, LoanConfirmed)
    assert not body.verified


def test_a_set_released_only_in_part_ends_unverified() -> None:
    session = starting(HalfDone(LOAN, ITEM, ("E001", "E002"), lending=True))
    assert session.records(session.place("E001", "10001", secured=False, part=1, parts=2)) == []
    (body,) = session.records(session.place("E002", "10001", secured=True, part=2, parts=2))
    assert isinstance(body, LoanConfirmed)
    assert not body.verified


def test_half_done_work_is_told_from_the_journal() -> None:
    asked = LoanAsked(loan=LOAN, item=ITEM, uids=("E001",), site="s")
    opened = LoanOpened(loan=LOAN, item=ITEM, due=date(2027, 1, 1), basis=Basis.ONLINE)
    only_asked = LoanAsked(loan=OTHER, item=ITEM, uids=("E002",), site="s")
    giveback = ReturnOpened(giveback=OTHER, item=ITEM, uids=("E003",), site="s")
    assert half_done([asked, opened, only_asked, giveback]) == (
        HalfDone(LOAN, ITEM, ("E001",), lending=True),
        HalfDone(OTHER, ITEM, ("E003",), lending=False),
    )
    assert never_opened([asked, opened, only_asked]) == (
        LoanVoided(loan=OTHER, item=ITEM, reason=VoidReason.NEVER_RELEASED),
    )
