from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from central.circulation.rules import Copy, Standing, due_date, refusal
from central.circulation.values import Hold, Item, ItemState, Patron, item_key
from firmware_msgs.uplink.values import ItemRef, Refusal

PATRON = Patron("p1", "张秀英", "2031", "adult", loan_limit=2, loan_days=30)
ITEM = Item("CN530428:I1", "CN-530428", "I1", "T1", "YJ-01", state=ItemState.AVAILABLE, current="YJ-01")
HOLD = Hold("h1", ITEM.key, "p2", "YJ-02", placed_ms=0)
FREE = Standing(PATRON, 0)
SHELVED = Copy(ITEM)


@pytest.mark.parametrize(
    ("standing", "copy", "expected"),
    [
        (FREE, SHELVED, None),
        (Standing(PATRON, 1), SHELVED, None),
        (FREE, Copy(replace(ITEM, state=ItemState.IN_TRANSIT)), None),
        (FREE, Copy(replace(ITEM, state=ItemState.UNKNOWN)), None),
        (FREE, Copy(ITEM, (replace(HOLD, patron="p1"),)), None),
        (FREE, Copy(ITEM, (replace(HOLD, filled_by="l9", filled_ms=1),)), None),
        (None, SHELVED, Refusal.UNKNOWN_CARD),
        (Standing(replace(PATRON, lost_card=True), 0), SHELVED, Refusal.UNKNOWN_CARD),
        (Standing(replace(PATRON, blocked=True), 0), SHELVED, Refusal.CARD_BLOCKED),
        (Standing(PATRON, 2), SHELVED, Refusal.LIMIT_REACHED),
        (FREE, Copy(replace(ITEM, title=None)), Refusal.UNKNOWN_ITEM),
        (FREE, Copy(replace(ITEM, title=None), own=False), Refusal.FOREIGN_ITEM),
        (FREE, Copy(replace(ITEM, lendable=False)), Refusal.NOT_FOR_LOAN),
        (FREE, Copy(replace(ITEM, state=ItemState.ON_LOAN)), Refusal.ON_LOAN),
        (FREE, Copy(ITEM, reserved=True), Refusal.ON_LOAN),
        (FREE, Copy(ITEM, (HOLD,)), Refusal.ON_HOLD),
        (Standing(PATRON, 2), Copy(ITEM, (HOLD,)), Refusal.ON_HOLD),
        (Standing(replace(PATRON, blocked=True), 2), Copy(ITEM, (HOLD,)), Refusal.CARD_BLOCKED),
    ],
)
def test_may_this_patron_borrow_this_item(standing: Standing | None, copy: Copy, expected: Refusal | None) -> None:
    assert refusal(standing, copy) is expected


def test_due_date_counts_the_patrons_days() -> None:
    assert due_date(PATRON, date(2026, 11, 22)) == date(2026, 12, 22)


@pytest.mark.parametrize("owner", ["CN-530428", "CN530428", "cn-530428"])
def test_an_owner_is_the_same_however_the_tag_writes_it(owner: str) -> None:
    assert item_key(ItemRef(owner=owner, id="I1")) == "CN530428:I1"
