"""Contacts and keys that the session forwards from the terminal's panel and keypad."""

from __future__ import annotations

import pytest

from firmware_msgs.hid.keypad import Key
from kiosk.screens.state import SETTLE_S
from kiosk.screens.widgets import Hint, Pressable, Tile
from kiosk.session.views import Action, Chosen, FingerDown, FingerLost, FingerUp, KeyDown, KeyKept, Touched
from tests.ui.conftest import Kiosk, RunKiosk
from tests.ui.given import LENT, VIEWS, borrowing, done

FINISH, CANCEL = Chosen(action=Action.FINISH), Chosen(action=Action.CANCEL)


def finger_on(kiosk: Kiosk, target: Pressable) -> FingerDown:
    x, y = target.region.x + target.region.width / 2, target.region.y + target.region.height / 2
    return FingerDown(x=x / kiosk.app.size.width, y=y / kiosk.app.size.height)


async def put_down(kiosk: Kiosk, target: Pressable) -> None:
    kiosk.session.feel(finger_on(kiosk, target))
    await kiosk.until(lambda: target.has_class("touched"))


@pytest.mark.parametrize("size", [(100, 30), (86, 25), (60, 20), (60, 53), (130, 40)])
@pytest.mark.parametrize(("tile", "action"), [(0, Action.FINISH), (1, Action.CANCEL)])
async def test_a_tap_shows_at_once_and_acts_at_lift(
    run_kiosk: RunKiosk, size: tuple[int, int], tile: int, action: Action
) -> None:
    async with run_kiosk(size) as kiosk:
        await kiosk.show(borrowing(LENT))
        target = list(kiosk.app.query(Tile))[tile]
        await put_down(kiosk, target)
        await kiosk.heard(Touched())
        kiosk.session.feel(FingerUp())
        await kiosk.heard(Touched(), Chosen(action=action))
        await kiosk.until(lambda: not target.has_class("touched"))
        assert "◐" in kiosk.text


async def test_a_finger_that_strays_chooses_nothing(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        target = kiosk.app.query(Tile).first()
        await put_down(kiosk, target)
        kiosk.session.feel(FingerLost())
        await kiosk.until(lambda: not target.has_class("touched"))
        kiosk.session.feel(FingerUp())
        kiosk.session.feel(KeyDown(key=Key.DIGIT_2))
        await kiosk.heard(Touched(), CANCEL)


async def test_a_finger_put_down_on_the_page_before_chooses_nothing(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        await put_down(kiosk, kiosk.app.query(Tile).first())
        await kiosk.show(done(LENT))
        kiosk.clock.monotonic_s += SETTLE_S
        kiosk.session.feel(FingerUp())
        await kiosk.heard(Touched(), Touched())


async def test_a_finger_meant_for_the_page_before_chooses_nothing_however_late_it_is_lifted(
    run_kiosk: RunKiosk,
) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        kiosk.session.show(done(LENT))
        await kiosk.until(lambda: kiosk.app.state.view == done(LENT))
        kiosk.session.feel(finger_on(kiosk, kiosk.app.query(Tile).first()))
        await kiosk.heard(Touched())
        kiosk.clock.monotonic_s += SETTLE_S
        kiosk.session.feel(FingerUp())
        kiosk.session.feel(KeyDown(key=Key.RIGHT))
        await kiosk.until(lambda: kiosk.app.state.focus is not None)
        assert kiosk.session.heard == [Touched()]


async def test_a_page_that_only_counts_on_keeps_the_finger(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        await put_down(kiosk, kiosk.app.query(Tile).first())
        await kiosk.show(borrowing(LENT, LENT))
        kiosk.session.feel(FingerUp())
        await kiosk.heard(Touched(), FINISH)


async def test_a_tap_beside_everything_is_only_a_touch(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        kiosk.session.feel(FingerDown(x=0.5, y=0.3))
        kiosk.session.feel(FingerUp())
        kiosk.session.feel(KeyDown(key=Key.CANCEL))
        await kiosk.heard(Touched(), CANCEL)


async def test_hints_can_be_tapped(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(VIEWS["idle"])
        await put_down(kiosk, list(kiosk.app.query(Hint))[-1])
        kiosk.session.feel(FingerUp())
        await kiosk.until(lambda: "Tap your card" in kiosk.text)


@pytest.mark.parametrize(
    ("keys", "action"),
    [
        ([Key.DIGIT_1], Action.FINISH),
        ([Key.DIGIT_2], Action.CANCEL),
        ([Key.ENTER], Action.FINISH),
        ([Key.CANCEL], Action.CANCEL),
        ([Key.RIGHT, Key.ENTER], Action.CANCEL),
        ([Key.DOWN, Key.UP, Key.ENTER], Action.FINISH),
        ([Key.LEFT, Key.ENTER], Action.CANCEL),
    ],
)
async def test_keys_choose(run_kiosk: RunKiosk, keys: list[Key], action: Action) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        for key in keys:
            kiosk.session.feel(KeyDown(key=key))
        await kiosk.until(lambda: Chosen(action=action) in kiosk.session.heard)


async def test_help_is_a_key_of_its_own(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(VIEWS["idle"])
        kiosk.session.feel(KeyDown(key=Key.HELP))
        await kiosk.until(lambda: "请打求助电话" in kiosk.text)


@pytest.mark.parametrize("key", [Key.STAR, Key.HASH, Key.CLEAR, Key.DIGIT_5])
async def test_keys_without_a_meaning_say_that_somebody_is_there(run_kiosk: RunKiosk, key: Key) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        kiosk.session.feel(KeyDown(key=key))
        await kiosk.heard(Touched())


async def test_a_key_that_is_held_says_that_somebody_is_there(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        kiosk.session.feel(KeyKept(key=Key.DIGIT_0))
        await kiosk.heard(Touched())


async def test_a_browser_takes_no_notice(run_kiosk: RunKiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        driver = kiosk.app._driver  # noqa: SLF001 - a browser is a driver of Textual's, and the test has none
        monkeypatch.setattr(type(driver), "is_web", property(lambda _: True))
        kiosk.session.feel(finger_on(kiosk, kiosk.app.query(Tile).first()))
        kiosk.session.feel(FingerUp())
        kiosk.session.feel(KeyDown(key=Key.ENTER))
        await kiosk.show(VIEWS["idle"])
        assert kiosk.session.heard == []
