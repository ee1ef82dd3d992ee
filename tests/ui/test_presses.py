from __future__ import annotations

import msgspec
import pytest

from kiosk.screens.app import PRESSED_S, TOUCHED_EVERY_S
from kiosk.screens.state import SETTLE_S
from kiosk.screens.widgets import Hint, Tile
from kiosk.session.views import Action, Chosen, IdleView, Touched
from tests.ui.conftest import RunKiosk
from tests.ui.given import LENT, VIEWS, borrowing, done, offered

FINISH, CANCEL = Chosen(action=Action.FINISH), Chosen(action=Action.CANCEL)


@pytest.mark.parametrize(
    ("keys", "action"),
    [
        (["1"], Action.FINISH),
        (["2"], Action.CANCEL),
        (["enter"], Action.FINISH),
        (["escape"], Action.CANCEL),
        (["right", "enter"], Action.CANCEL),
        (["down", "up", "enter"], Action.FINISH),
        (["left", "enter"], Action.CANCEL),
    ],
)
async def test_keys_choose(run_kiosk: RunKiosk, keys: list[str], action: Action) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        await kiosk.press(*keys)
        await kiosk.until(lambda: Chosen(action=action) in kiosk.session.heard)


async def test_the_focused_tile_is_marked(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        assert "▸" not in kiosk.text
        await kiosk.press("right")
        assert "▸2  取消" in kiosk.text


async def test_a_second_press_waits_for_the_session(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        await kiosk.press("1", "1", "2")
        assert "◐1" in kiosk.text
        await kiosk.show(borrowing(LENT, LENT))
        await kiosk.press("2")
        await kiosk.heard(FINISH, CANCEL)


async def test_a_press_without_answer_can_be_repeated(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        await kiosk.press("1")
        kiosk.clock.monotonic_s += PRESSED_S
        await kiosk.until(lambda: kiosk.app.state.pressed is None)
        await kiosk.press("1")
        await kiosk.heard(FINISH, FINISH)


async def test_a_press_for_the_page_before_does_nothing(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        kiosk.session.show(done(LENT))
        await kiosk.until(lambda: kiosk.app.state.view == done(LENT))
        await kiosk.press("1")
        await kiosk.heard(Touched())
        kiosk.clock.monotonic_s += SETTLE_S
        await kiosk.press("1")
        await kiosk.heard(Touched(), FINISH)


async def test_other_keys_say_that_somebody_is_there_but_not_too_often(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        await kiosk.press("x", "y", "f1")
        await kiosk.heard(Touched())
        kiosk.clock.monotonic_s += TOUCHED_EVERY_S
        await kiosk.press("3")
        await kiosk.heard(Touched(), Touched())


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q", "ctrl+z", "ctrl+d", "ctrl+p", "ctrl+backslash", "f10", "escape"])
async def test_no_key_leaves_the_screen(run_kiosk: RunKiosk, key: str) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(VIEWS["idle"])
        before = kiosk.text
        await kiosk.press(key)
        await kiosk.heard(Touched())
        assert kiosk.text == before


async def test_a_tap_acts_on_what_lies_there(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        second = list(kiosk.app.query(Tile))[1]
        await kiosk.pilot.click(second)
        await kiosk.heard(CANCEL)


@pytest.mark.parametrize(("right_of_first", "action"), [(0, Action.FINISH), (1, Action.CANCEL)])
async def test_a_tap_in_the_gap_goes_to_the_nearer_tile(
    run_kiosk: RunKiosk, right_of_first: int, action: Action
) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        first = kiosk.app.query(Tile).first().region
        await kiosk.pilot.click(offset=(first.right + right_of_first, first.y + 1))
        await kiosk.heard(Chosen(action=action))


async def test_a_tap_elsewhere_is_only_a_touch(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        await kiosk.pilot.click(offset=(50, 8))
        await kiosk.heard(Touched())


async def test_keys_in_the_foot_can_be_tapped(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(VIEWS["idle"])
        await kiosk.pilot.click(list(kiosk.app.query(Hint))[-1])
        await kiosk.until(lambda: "Tap your card" in kiosk.text)


async def test_language_contrast_and_size_are_the_patrons_own(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(VIEWS["idle"])
        await kiosk.press("9", "8", "7")
        assert "Tap your card" in kiosk.text
        assert kiosk.app.theme == "shufang-contrast"
        await kiosk.show(borrowing(LENT))
        assert "Finish" in kiosk.text
        assert kiosk.app.state.wishes.large
        await kiosk.show(VIEWS["idle"])
        assert "先刷读者证" in kiosk.text
        assert kiosk.app.theme == "shufang-day"
        assert not kiosk.app.state.wishes.large


async def test_large_shows_the_count_in_the_display_face(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(borrowing(LENT))
        assert "▄" not in kiosk.text
        await kiosk.press("7")
        assert kiosk.text.count("▄") > 8


async def test_a_digit_that_an_action_has_is_not_offered_for_anything_else(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(msgspec.structs.replace(borrowing(LENT), actions=(Action.FINISH,) * 9))
        assert "9 English" not in kiosk.text
        assert "8 高对比" not in kiosk.text
        await kiosk.press("9")
        await kiosk.heard(FINISH)


async def test_help_says_whom_to_call_and_goes_away(run_kiosk: RunKiosk) -> None:
    async with run_kiosk() as kiosk:
        await kiosk.show(VIEWS["idle"])
        await kiosk.press("0")
        assert "请打求助电话 0877-6012345，报本机号 YJ-014。" in kiosk.text
        await kiosk.press("escape")
        assert "请打求助电话" not in kiosk.text
        await kiosk.press("0")
        await kiosk.show(borrowing(LENT))
        assert "《三体》" in kiosk.text


async def test_pages_turn_and_begin_again(run_kiosk: RunKiosk) -> None:
    async with run_kiosk((60, 20)) as kiosk:
        await kiosk.show(offered(25))
        seen = []
        for _ in range(4):
            seen.append(kiosk.text)
            await kiosk.press("3")
        assert ["下一页 1/3" in seen[0], "下一页 2/3" in seen[1], "下一页 3/3" in seen[2]] == [True] * 3
        assert seen[3] == seen[0]
        assert sum(text.count("可以还") for text in seen[:3]) == 25


async def test_a_new_patron_begins_on_the_first_page(run_kiosk: RunKiosk) -> None:
    async with run_kiosk((60, 20)) as kiosk:
        await kiosk.show(offered(25))
        await kiosk.press("3")
        await kiosk.show(IdleView(online=True))
        await kiosk.show(offered(25))
        assert "下一页 1/3" in kiosk.text
