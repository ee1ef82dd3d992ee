"""The palette and the grid against what was agreed on."""

from __future__ import annotations

import pytest

from kiosk.screens.app import ScreenApp
from kiosk.screens.grid import GRIDS, Grid
from kiosk.screens.themes import TOKENS, Palette, palette_at
from kiosk.screens.widgets import Tile
from tests.ui.conftest import NOON, RunKiosk
from tests.ui.given import LENT, VIEWS, borrowing

TEXT, DRAWING = 7.0, 3.0
"""WCAG contrast: AAA for text, the minimum for what is not text."""


@pytest.mark.parametrize("palette", Palette)
@pytest.mark.parametrize("ground", ["paper", "sheet"])
@pytest.mark.parametrize(
    ("token", "ratio"), [("ink", TEXT), ("ink2", TEXT), ("machine", TEXT), ("stop", TEXT), ("rule", DRAWING)]
)
def test_contrast(palette: Palette, ground: str, token: str, ratio: float) -> None:
    darker, lighter = sorted(luminance(TOKENS[palette][name]) for name in (token, ground))
    assert (lighter + 0.05) / (darker + 0.05) >= ratio


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in rgb(colour)]
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


def rgb(colour: str) -> list[float]:
    return [value / 255 for value in bytes.fromhex(colour.removeprefix("#"))]


def test_day_and_night() -> None:
    hours = {hour: palette_at(NOON.replace(hour=hour, minute=0).time()) for hour in range(24)}
    assert [hour for hour, palette in hours.items() if palette is Palette.DAY] == list(range(7, 21))


@pytest.mark.parametrize("grid", GRIDS, ids=lambda grid: grid.name)
async def test_the_style_sheet_has_the_grids_figures(run_kiosk: RunKiosk, grid: Grid) -> None:
    async with run_kiosk((grid.columns, grid.rows)) as kiosk:
        await kiosk.show(VIEWS["idle"])
        assert region(kiosk.app, "#frame") == (0, 0, grid.columns, grid.rows)
        assert region(kiosk.app, "#body")[2:] == (grid.width, grid.body_rows + grid.action_rows)
        await kiosk.show(borrowing(LENT))
        assert region(kiosk.app, "#body")[2:] == (grid.width, grid.body_rows)
        assert region(kiosk.app, "#actions")[2:] == (grid.width, grid.action_rows)
        smallest = (6, 2) if grid.compact else (10, 3)
        for tile in list(kiosk.app.query(Tile))[:2]:
            assert tile.region.width >= smallest[0]
            assert tile.region.height >= smallest[1]


def region(app: ScreenApp, selector: str) -> tuple[int, int, int, int]:
    return tuple(app.query_one(selector).region)  # type: ignore[return-value]  # a Region is a NamedTuple of these four


async def test_other_sizes_centre_the_grid_on_paper(run_kiosk: RunKiosk) -> None:
    async with run_kiosk((120, 40)) as kiosk:
        await kiosk.show(VIEWS["idle"])
        assert region(kiosk.app, "#frame") == (10, 5, 100, 30)
        colours = {
            segment.style.bgcolor.name
            for segment in kiosk.app.screen._compositor.render_strips()[0]  # noqa: SLF001 - no public way
            if segment.style and segment.style.bgcolor
        }
        assert colours == {TOKENS[Palette.DAY]["paper"].lower()}


async def test_a_resize_reflows_at_once(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        assert "12月22日前还" in kiosk.text
        await kiosk.pilot.resize_terminal(60, 20)
        await kiosk.pilot.pause()
        assert region(kiosk.app, "#frame") == (0, 0, 60, 20)
        assert "《三体》" in kiosk.text
        await kiosk.pilot.resize_terminal(20, 5)
        await kiosk.pilot.resize_terminal(100, 30)
        await kiosk.pilot.pause()
        assert "12月22日前还" in kiosk.text
