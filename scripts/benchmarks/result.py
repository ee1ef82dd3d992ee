"""A benchmark's row: ours beside its limit, measured in the same run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median

import msgspec


class Better(Enum):
    """Which end of the scale is the good one."""

    LOWER = "<="
    HIGHER = ">="


@dataclass(frozen=True, slots=True)
class Goal:
    """`of` is the row's field that is judged: `ours` or `ratio`."""

    of: str
    better: Better
    bound: float

    def __str__(self) -> str:
        return f"{self.of} {self.better.value} {self.bound:g}"

    def is_met(self, value: float) -> bool:
        return value <= self.bound if self.better is Better.LOWER else value >= self.bound


@dataclass(frozen=True, slots=True)
class Samples:
    """What was measured of ours and of the limit, turn about, in `unit`."""

    unit: str
    better: Better
    ours: Sequence[float]
    limit: Sequence[float]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """`ours`, `p50` and `limit` are medians, a `p99` is what 99 of 100 samples are no worse than; `ratio` is ours to
    limit. `met` is null where there is no goal.
    """

    name: str
    unit: str
    ours: float
    limit: float
    ratio: float
    goal: str | None
    met: bool | None
    p50: float
    p99: float
    limit_p99: float
    samples: int
    limit_is: str
    note: str = ""


def row(name: str, samples: Samples, goal: Goal | None, *, limit_is: str, note: str = "") -> Row:
    ours, limit = median(samples.ours), median(samples.limit)
    ratio = ours / limit
    return Row(
        name=name,
        unit=samples.unit,
        ours=_rounded(ours),
        limit=_rounded(limit),
        ratio=_rounded(ratio),
        goal=None if goal is None else str(goal),
        met=None if goal is None else goal.is_met({"ours": ours, "ratio": ratio}[goal.of]),
        p50=_rounded(ours),
        p99=_rounded(p99(samples.ours, samples.better)),
        limit_p99=_rounded(p99(samples.limit, samples.better)),
        samples=len(samples.ours),
        limit_is=limit_is,
        note=note,
    )


def p99(values: Sequence[float], better: Better) -> float:
    """By nearest rank; with fewer than 100 samples it is the worst."""
    worst_last = sorted(values, reverse=better is Better.HIGHER)
    return worst_last[math.ceil(0.99 * len(values)) - 1]


def _rounded(value: float) -> float:
    """Four significant digits: more would be noise."""
    return float(f"{value:.4g}")


def table(rows: Sequence[Row]) -> str:
    """For people: a line for each row, and below it what it stands against."""
    widths = (max(len(one.name) for one in rows), 11, 11, 7, 15)
    lines = [_line(widths, "row", "ours p50", "limit p50", "ratio", "goal", "met")]
    for one in rows:
        met = {None: "-", True: "yes", False: "NO"}[one.met]
        lines.append(
            _line(widths, one.name, _cell(one.ours), _cell(one.limit), f"{one.ratio:.2f}", one.goal or "-", met)
        )
        spread = f"p99 {_cell(one.p99)}, limit's p99 {_cell(one.limit_p99)} {one.unit}, {one.samples} samples"
        lines += [f"    {text}" for text in (spread, f"limit: {one.limit_is}", one.note) if text]
    return "\n".join(lines)


def _line(widths: Sequence[int], name: str, *cells: str) -> str:
    *padded, last = cells
    columns = [cell.rjust(width) for cell, width in zip(padded, widths[1:], strict=True)]
    return "  ".join([name.ljust(widths[0]), *columns, last])


def _cell(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
