"""How a terminal is, in three axes of words, from what was last heard of it. Times are the main library's own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from firmware_msgs.uplink.health import Health, Heartbeat, Life, Presence, Service

LATE_S: Final = 150.0
"""Two heartbeats of 60 s ± 20 % missed."""

LOST_S: Final = 300.0
"""Design section 5."""


class Reach(StrEnum):
    """Is it there?"""

    ONLINE = "online"
    LATE = "late"
    LOST = "lost"


class Data(StrEnum):
    """Do its records arrive?"""

    SYNCED = "synced"
    LAGGING = "lagging"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was heard of a terminal. `heard_s` is when it last spoke by itself (None: never since we started at
    `since_s`); a retained message tells its state but not that it lives.
    """

    since_s: float
    heard_s: float | None = None
    life: Life | None = None
    heartbeat: Heartbeat | None = None
    health: Health | None = None
    refused_s: float | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """`service` None: it never reported. `depth` is its number of records without receipt."""

    reach: Reach
    service: Service | None
    data: Data
    depth: int
    silent_s: float | None

    @property
    def needs_people(self) -> bool:
        """Whether anybody must look."""
        return self.reach is Reach.LOST or self.service is Service.OUT or self.data is Data.BLOCKED


def after_life(life: Life | None, news: Life) -> Life:
    """The life that holds after `news`: a will of any but the newest connection is an old one, delivered late."""
    if news.state is Presence.BORN or life is None:
        return news
    return news if (news.boot, news.connection) == (life.boot, life.connection) else life


def assess(seen: Seen, now_s: float) -> Assessment:
    """The three axes at `now_s`."""
    depth = seen.heartbeat.depth if seen.heartbeat else seen.health.depth if seen.health else 0
    return Assessment(
        reach=_reach(seen, now_s),
        service=seen.health.service if seen.health else None,
        data=_data(seen, depth, now_s),
        depth=depth,
        silent_s=None if seen.heard_s is None else now_s - seen.heard_s,
    )


def _reach(seen: Seen, now_s: float) -> Reach:
    if seen.life is not None and seen.life.state is Presence.GONE:
        return Reach.LOST
    silent_s = now_s - (seen.since_s if seen.heard_s is None else seen.heard_s)
    if silent_s >= LOST_S:
        return Reach.LOST
    return Reach.LATE if silent_s >= LATE_S or seen.heard_s is None else Reach.ONLINE


def _data(seen: Seen, depth: int, now_s: float) -> Data:
    if seen.refused_s is not None and now_s - seen.refused_s < LOST_S:
        return Data.BLOCKED
    oldest_s = seen.health.oldest_unreceipted_s if seen.health else 0
    return Data.LAGGING if depth > 0 and oldest_s >= LATE_S else Data.SYNCED
