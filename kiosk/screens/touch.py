"""Which target a finger meant."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region

GAP_COLUMNS = 2
GAP_ROWS = 1


def nearest(x: int, y: int, targets: Sequence[Region]) -> int | None:
    """Index of the target at cell (x, y), or of the nearest one if the cell lies in the gap round it."""
    misses = [(_miss(x, target.x, target.right), _miss(y, target.y, target.bottom)) for target in targets]
    near = [(right + down, at) for at, (right, down) in enumerate(misses) if right <= GAP_COLUMNS and down <= GAP_ROWS]
    return min(near)[1] if near else None


def _miss(at: int, start: int, end: int) -> int:
    """Cells between `at` and the range from `start` to before `end`."""
    return max(start - at, at - end + 1, 0)
