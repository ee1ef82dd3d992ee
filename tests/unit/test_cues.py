"""What is signalled when the view changes."""

from __future__ import annotations

import pytest

from drivers.ports import Cue
from kiosk.session.views import (
    Countdown,
    IdentifyingView,
    IdleView,
    ItemLine,
    Notice,
    OutOfServiceView,
    Stage,
    Trouble,
    View,
    VisitView,
)
from kiosk.watching.cues import Cues, cue_of

IDLE = IdleView(online=True)
BROKEN = OutOfServiceView(trouble=Trouble.READER)


def visit(*stages: Stage, notice: Notice | None = None, countdown: Countdown | None = None) -> VisitView:
    items = tuple(ItemLine(key=str(number), item_id=str(number), stage=stage) for number, stage in enumerate(stages))
    return VisitView(
        patron=None, items=items, seen=len(items), online=True, actions=(), notice=notice, countdown=countdown
    )


@pytest.mark.parametrize(
    ("before", "now", "cue"),
    [
        (None, IDLE, None),
        (IDLE, IDLE, None),
        (IDLE, IdentifyingView(), Cue.SEEN),
        (IDLE, visit(), Cue.SEEN),
        (visit(), visit(Stage.FOUND), Cue.SEEN),
        (visit(Stage.FOUND), visit(Stage.RELEASING), None),
        (visit(Stage.RELEASING), visit(Stage.LENT), Cue.DONE),
        (visit(Stage.SECURING), visit(Stage.RETURNED), Cue.DONE),
        (visit(Stage.LENT), visit(Stage.LENT, Stage.FOUND), Cue.SEEN),
        (visit(Stage.CHECKING), visit(Stage.REFUSED), Cue.ATTENTION),
        (visit(Stage.CHECKING, Stage.RELEASING), visit(Stage.REFUSED, Stage.LENT), Cue.ATTENTION),
        (visit(), visit(notice=Notice.SECOND_CARD), Cue.ATTENTION),
        (visit(notice=Notice.SECOND_CARD), visit(notice=Notice.SECOND_CARD), None),
        (visit(), visit(countdown=Countdown(total_s=20, remaining_s=20)), Cue.ATTENTION),
        (IDLE, BROKEN, Cue.ATTENTION),
        (BROKEN, OutOfServiceView(trouble=Trouble.POWER), None),
        (BROKEN, IDLE, None),
    ],
)
def test_the_most_urgent_news_is_signalled(before: View | None, now: View, cue: Cue | None) -> None:
    assert cue_of(before, now) is cue


class Lamp:
    def __init__(self) -> None:
        self.cues: list[Cue] = []

    def signal(self, cue: Cue) -> None:
        self.cues.append(cue)


def test_every_device_that_can_signals_each_news_once() -> None:
    lamps = (Lamp(), Lamp())
    cues = Cues(lamps)
    for view in (IDLE, visit(), visit(Stage.FOUND), visit(Stage.LENT), visit(Stage.LENT), IDLE):
        cues.shown(view)
    assert [lamp.cues for lamp in lamps] == [[Cue.SEEN, Cue.SEEN, Cue.DONE]] * 2
