from __future__ import annotations

from datetime import timedelta

from kiosk.screens.app import BEAT_S, FORGET_AFTER_S
from kiosk.screens.state import State, recoloured, showing
from kiosk.screens.themes import Palette
from tests.ui.conftest import NOON, RunKiosk
from tests.ui.given import LENT, VIEWS, borrowing

NIGHT = NOON + timedelta(hours=10)


async def test_the_countdown_counts_and_stays_away_until_its_last_seconds(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        kiosk.session.show(borrowing(LENT, ends_in_s=25))
        await kiosk.until(lambda: "《三体》" in kiosk.text)
        assert "秒后" not in kiosk.text
        kiosk.clock.monotonic_s += 6
        await kiosk.until(lambda: "19 秒后结束" in kiosk.text)
        kiosk.clock.monotonic_s += 30
        await kiosk.until(lambda: "0 秒后结束" in kiosk.text)


async def test_the_countdown_goes_when_the_session_takes_it_back(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT, ends_in_s=9))
        assert "━" in kiosk.text
        await kiosk.show(borrowing(LENT))
        assert "━" not in kiosk.text


async def test_waiting_moves_twice_a_second(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(VIEWS["identifying"])
        assert "◐" in kiosk.text
        kiosk.clock.monotonic_s += BEAT_S
        await kiosk.until(lambda: "◓" in kiosk.text)


async def test_nobody_there_brings_the_defaults_back(run_kiosk: RunKiosk) -> None:
    async with run_kiosk(now=NOON.replace(second=59, microsecond=900_000)) as kiosk:
        await kiosk.show(VIEWS["idle"])
        await kiosk.press("9")
        kiosk.clock.monotonic_s += FORGET_AFTER_S + 1
        await kiosk.until(lambda: "先刷读者证" in kiosk.text)


def test_the_palette_follows_the_clock_only_on_the_notice_board() -> None:
    idle = showing(State(), VIEWS["idle"], NOON, 0.0)
    assert idle.palette is Palette.DAY
    assert recoloured(idle, NIGHT).palette is Palette.NIGHT
    visit = showing(idle, VIEWS["borrowing"], NIGHT, 0.0)
    assert visit.palette is Palette.DAY
    assert recoloured(visit, NIGHT).palette is Palette.DAY
    assert showing(visit, VIEWS["idle"], NIGHT, 0.0).palette is Palette.NIGHT
