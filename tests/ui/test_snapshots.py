"""Pictures of every view: a change of look is seen before it is merged (`scripts/test tests/ui --snapshot-update`)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from kiosk.screens.app import ScreenApp
from kiosk.session.views import Hello, Shown
from tests.ui.conftest import NOON
from tests.ui.given import SITE, VIEWS

PICTURED = (
    "starting",
    "idle-offline",
    "identifying",
    "borrowing",
    "ten-books",
    "returning",
    "done",
    "out-of-service",
)
MODES = {"zh": (), "en": ("9",), "zh-contrast": ("8",), "en-contrast": ("9", "8")}


@pytest.mark.parametrize("size", [(100, 30), (60, 20)], ids=["100x30", "60x20"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", PICTURED)
def test_picture(snap_compare: Callable[..., bool], name: str, mode: str, size: tuple[int, int]) -> None:
    app = ScreenApp(now=lambda: NOON, monotonic=lambda: 0.0)

    async def prepare(pilot: Pilot[None]) -> None:
        app.receive(Hello(site=SITE))
        app.receive(Shown(view=VIEWS[name]))
        await pilot.press(*MODES[mode])
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=prepare)
