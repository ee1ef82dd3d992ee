from __future__ import annotations

from drivers.pad.presence import Debounce, Presence

DEBOUNCE = Debounce(removal_s=1.0, misses=3)


def present(*uids: str) -> Presence:
    presence = Presence(DEBOUNCE)
    for uid in uids:
        presence.see(uid, 0.0)
    return presence


def test_a_tag_is_gone_after_its_time_and_enough_misses() -> None:
    presence = present("A", "B")
    assert presence.miss_all_but(["B"], 0.1) == []
    assert presence.miss_all_but(["B"], 0.2) == []
    assert presence.miss_all_but(["B"], 0.9) == []  # enough misses, too soon
    assert presence.miss_all_but(["B"], 1.0) == ["A"]
    assert "A" not in presence
    assert "B" in presence


def test_time_alone_is_not_enough() -> None:
    presence = present("A")
    assert presence.miss_all_but([], 60.0) == []
    assert presence.miss_all_but([], 61.0) == []
    assert presence.miss_all_but([], 62.0) == ["A"]


def test_one_sighting_starts_the_count_anew() -> None:
    presence = present("A")
    presence.miss_all_but([], 0.5)
    presence.miss_all_but([], 0.9)
    presence.see("A", 1.0)
    assert not presence.is_unsettled
    assert presence.miss_all_but([], 1.9) == []
    assert presence.is_unsettled
