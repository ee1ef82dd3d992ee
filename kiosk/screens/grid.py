"""The grids the screen is drawn on, in cells; the style sheet has the same figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grid:
    """`body_rows` is what lies between head and actions; without actions the body has their rows too."""

    name: str
    columns: int
    rows: int
    margin: int
    body_rows: int
    action_rows: int

    @property
    def width(self) -> int:
        """Columns between the margins."""
        return self.columns - 2 * self.margin

    @property
    def wide(self) -> bool:
        """Room for whole sentences; else the short forms."""
        return self.columns >= GRID_86.columns

    @property
    def tall(self) -> bool:
        """Rows enough for air between paragraphs, and for the display face above a list of books."""
        return self.rows >= GRID_100.rows

    @property
    def compact(self) -> bool:
        """Every row counts: one row for an item."""
        return self.rows < GRID_86.rows


GRID_100 = Grid("grid-100", 100, 30, 3, 20, 4)
GRID_86 = Grid("grid-86", 86, 25, 4, 15, 4)
GRID_PORTRAIT = Grid("grid-portrait", 60, 53, 3, 43, 4)
GRID_60 = Grid("grid-60", 60, 20, 3, 13, 3)
GRIDS = (GRID_100, GRID_86, GRID_PORTRAIT, GRID_60)


def grid_for(columns: int, rows: int) -> Grid:
    """The largest grid that a terminal of this size holds; the smallest for one that holds none."""
    fitting = (grid for grid in GRIDS if grid.columns <= columns and grid.rows <= rows)
    return next(fitting, GRID_60)
