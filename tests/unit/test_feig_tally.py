from __future__ import annotations

from drivers.feig.tally import MOST_AT_ONCE, Tally


def test_the_first_reading_says_only_where_the_counts_stand() -> None:
    assert Tally().since_last((17, 4, 0, 0)) == (0, 0, 0, 0)


def test_each_count_is_told_as_a_difference() -> None:
    tally = Tally()
    tally.since_last((17, 4, 0, 0))
    assert tally.since_last((19, 4, 1, 0)) == (2, 0, 1, 0)
    assert tally.since_last((19, 4, 1, 0)) == (0, 0, 0, 0)


def test_a_count_that_goes_over_its_end_goes_on_from_0() -> None:
    tally = Tally()
    tally.since_last((0xFFFF_FFFE, 0, 0, 0))
    assert tally.since_last((3, 0, 0, 0)) == (5, 0, 0, 0)


def test_a_counter_that_began_anew_counted_from_0() -> None:
    tally = Tally()
    tally.since_last((5_000, 7, 0, 0))
    assert tally.since_last((3, 0, 0, 0)) == (3, 0, 0, 0)


def test_a_counter_that_was_set_counted_nobody() -> None:
    tally = Tally()
    tally.since_last((5_000, 0, 0, 0))
    assert tally.since_last((5_001 + 2 * MOST_AT_ONCE, 0, 0, 0)) == (0, 0, 0, 0)
    assert tally.since_last((5_003 + 2 * MOST_AT_ONCE, 0, 0, 0)) == (2, 0, 0, 0)
