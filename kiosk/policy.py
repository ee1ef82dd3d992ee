"""What a site allows by itself. Pure: the rules and the time are arguments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from firmware_msgs.config import Rules
from firmware_msgs.tags.content import TagContent, TagFault, Usage
from firmware_msgs.uplink.values import Refusal
from kiosk.moment import Moment

ITEM_USAGES = frozenset({Usage.CIRCULATING, Usage.ACQUISITION, Usage.NO_INFORMATION, Usage.OTHER})


def due_date(rules: Rules, now: Moment) -> date:
    """The last day of a loan made now, in the site's local calendar."""
    local = datetime.fromtimestamp(now.wall_ms / 1000, UTC) + timedelta(hours=rules.utc_offset_h)
    return local.date() + timedelta(days=rules.loan_days)


def tag_refusal(rules: Rules, content: TagContent | TagFault) -> Refusal | None:
    """Why this tag can be neither borrowed nor returned here; None if it can."""
    if isinstance(content, TagFault):
        return Refusal.UNREADABLE_TAG
    if content.usage is Usage.NOT_CIRCULATING:
        return Refusal.NOT_FOR_LOAN
    if content.usage not in ITEM_USAGES or not content.item_id:
        return Refusal.UNREADABLE_TAG
    return None if _plain(content.owner_isil) in map(_plain, rules.owners) else Refusal.FOREIGN_ITEM


def _plain(isil: str) -> str:
    """Tags drop the hyphen of an ISIL, or keep it."""
    return isil.replace("-", "").upper()


def offline_refusal(rules: Rules, lent: int, remaining: int) -> Refusal | None:
    """May a further item be lent with nobody to ask? `lent` counts this visit's loans, `remaining` what the patron may
    borrow by what is known.
    """
    if not rules.offline_lending:
        return Refusal.OFFLINE_POLICY
    return Refusal.LIMIT_REACHED if lent >= min(rules.offline_limit, remaining) else None
