from __future__ import annotations

import msgspec
import pytest

from scripts.benchmarks.result import Better, Goal, Samples, p99, row, table

AT_MOST_TWICE = Goal("ratio", Better.LOWER, 2.0)
AT_LEAST_HUNDRED = Goal("ours", Better.HIGHER, 100.0)


def test_p99_is_the_worst_of_few_and_not_the_worst_of_many() -> None:
    assert p99([3.0, 1.0, 2.0], Better.LOWER) == 3.0
    assert p99([3.0, 1.0, 2.0], Better.HIGHER) == 1.0
    assert p99([float(n) for n in range(1, 201)], Better.LOWER) == 198.0
    assert p99([float(n) for n in range(1, 201)], Better.HIGHER) == 3.0


@pytest.mark.parametrize(("ours", "met"), [(2.0, True), (2.1, False)])
def test_a_ratio_is_judged_by_medians(ours: float, *, met: bool) -> None:
    one = row("scan", Samples("ms", Better.LOWER, [ours, ours, 90.0], [1.0, 1.0, 0.1]), AT_MOST_TWICE, limit_is="disk")
    assert (one.ratio, one.met, one.goal) == (ours, met, "ratio <= 2")


@pytest.mark.parametrize(("ours", "met"), [(100.0, True), (99.0, False)])
def test_a_rate_is_judged_by_itself(ours: float, *, met: bool) -> None:
    one = row("intake", Samples("records/s", Better.HIGHER, [ours], [1000.0]), AT_LEAST_HUNDRED, limit_is="raw")
    assert (one.met, one.goal) == (met, "ours >= 100")


def test_without_a_goal_nothing_is_judged() -> None:
    one = row("single", Samples("records/s", Better.HIGHER, [5.0], [10.0]), None, limit_is="raw")
    told = msgspec.json.decode(msgspec.json.encode(one))
    assert (told["goal"], told["met"], told["ratio"]) == (None, None, 0.5)


def test_the_table_says_which_goal_is_missed() -> None:
    samples = Samples("ms", Better.LOWER, [3.0], [1.0])
    text = table([row("scan", samples, AT_MOST_TWICE, limit_is="the disk", note="by its own")])
    assert text.splitlines()[1].split()[-4:] == ["ratio", "<=", "2", "NO"]
    assert "the disk" in text
    assert "by its own" in text
