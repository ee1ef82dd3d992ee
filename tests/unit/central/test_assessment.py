from __future__ import annotations

import pytest

from central.fleet.assessment import Data, Reach, Seen, after_life, assess
from firmware_msgs.uplink.health import Health, Heartbeat, Life, Presence, Service
from firmware_msgs.uplink.values import ClockQuality


def life(state: Presence, connection: int, boot: str = "b1") -> Life:
    return Life(state=state, boot=boot, connection=connection, version="0.1.0")


def health(*, service: Service = Service.FULL, depth: int = 0, oldest_s: int = 0) -> Health:
    return Health(
        boot="b1",
        version="0.1.0",
        site="YJ-01",
        service=service,
        devices=(),
        sequence=9,
        depth=depth,
        oldest_unreceipted_s=oldest_s,
        clock=ClockQuality.SYNCHRONISED,
    )


@pytest.mark.parametrize(
    ("silent_s", "reach"), [(0, Reach.ONLINE), (149, Reach.ONLINE), (150, Reach.LATE), (300, Reach.LOST)]
)
def test_reach_follows_silence(silent_s: float, reach: Reach) -> None:
    assert assess(Seen(since_s=0, heard_s=1000), 1000 + silent_s).reach is reach


def test_a_terminal_that_was_never_heard_is_late_and_then_lost() -> None:
    assert assess(Seen(since_s=1000), 1001).reach is Reach.LATE
    assert assess(Seen(since_s=1000), 1300).reach is Reach.LOST


def test_a_will_speeds_it_up() -> None:
    seen = Seen(since_s=0, heard_s=1000, life=life(Presence.GONE, 1))
    assert assess(seen, 1001).reach is Reach.LOST


@pytest.mark.parametrize(
    ("present", "news", "expected"),
    [
        (None, life(Presence.GONE, 1), Presence.GONE),
        (life(Presence.BORN, 1), life(Presence.GONE, 1), Presence.GONE),
        (life(Presence.BORN, 2), life(Presence.GONE, 1), Presence.BORN),
        (life(Presence.BORN, 1, "b2"), life(Presence.GONE, 7, "b1"), Presence.BORN),
        (life(Presence.GONE, 1), life(Presence.BORN, 2), Presence.BORN),
    ],
)
def test_a_late_will_of_an_older_connection_is_ignored(present: Life | None, news: Life, expected: Presence) -> None:
    assert after_life(present, news).state is expected


def test_service_and_data_come_from_the_reports() -> None:
    seen = Seen(since_s=0, heard_s=0, health=health(service=Service.DEGRADED, depth=3, oldest_s=200))
    assessed = assess(seen, 1)
    assert (assessed.service, assessed.data, assessed.depth) == (Service.DEGRADED, Data.LAGGING, 3)
    assert assess(Seen(since_s=0, heard_s=0, health=health(depth=3, oldest_s=2)), 1).data is Data.SYNCED
    assert assess(Seen(since_s=0, heard_s=0), 1).service is None


def test_a_refused_publish_blocks_the_data_axis_for_a_while() -> None:
    assert assess(Seen(since_s=0, heard_s=0, refused_s=100), 101).data is Data.BLOCKED
    assert assess(Seen(since_s=0, heard_s=0, refused_s=100), 500).data is Data.SYNCED


def test_the_heartbeats_depth_is_newer_than_the_reports() -> None:
    beat = Heartbeat(boot="b1", nonce="n", uptime_s=1, sequence=9, depth=7, clock=ClockQuality.SYNCHRONISED)
    assert assess(Seen(since_s=0, heard_s=0, heartbeat=beat, health=health(depth=1)), 1).depth == 7
