from __future__ import annotations

from kiosk.own_screen import FIRST_PAUSE_S, LONGEST_PAUSE_S, STEADY_S, pause_after


def test_a_screen_that_lived_is_back_at_once() -> None:
    assert pause_after(STEADY_S + 0.1, LONGEST_PAUSE_S) == 0


def test_screens_that_do_not_live_come_ever_more_seldom() -> None:
    pauses = [0.0]
    for _ in range(8):
        pauses.append(pause_after(0.1, pauses[-1]))
    assert pauses[1:4] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, 4 * FIRST_PAUSE_S]
    assert pauses[-1] == pauses[-2] == LONGEST_PAUSE_S
