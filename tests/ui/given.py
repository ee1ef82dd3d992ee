"""Views as a session sends them, with invented titles and people."""

from __future__ import annotations

from datetime import date

from firmware_msgs.uplink.values import Refusal
from kiosk.session.views import (
    Action,
    Countdown,
    DoneView,
    IdentifyingView,
    IdleView,
    ItemLine,
    Notice,
    OutOfServiceView,
    PatronLine,
    SiteInfo,
    Stage,
    StartingView,
    Trouble,
    View,
    VisitView,
)

SITE = SiteInfo(
    terminal="YJ-014",
    site_name="元江县图书馆因远镇分馆",
    hours="24 小时开放",
    help_line="0877-6012345",
    notices=("周六 09:30 少儿故事会，二楼活动室，免费", "流动书车周三到村委会"),
)
DUE = date(2026, 12, 22)
PATRON = PatronLine(label="张*", tail="2031", remaining=5)
TITLES = (
    "云南民间故事选",
    "三体",
    "红楼梦：脂砚斋重评石头记",
    "平凡的世界（第一部）",
    "小王子",
    "活着",
    "呼兰河传",
    "城南旧事",
    "中国通史（少年版）",
    "植物名实图考",
)


def line(at: int, stage: Stage, title: str | None = None, author: str = "", refusal: Refusal | None = None) -> ItemLine:
    """One book; what is lent is due on `DUE`."""
    return ItemLine(
        key=str(at),
        item_id=f"YJ{at:06}",
        stage=stage,
        title=TITLES[at % len(TITLES)] if title is None else title,
        author=author,
        due=DUE if stage is Stage.LENT else None,
        refusal=refusal,
    )


def borrowing(*items: ItemLine, notice: Notice | None = None, online: bool = True, ends_in_s: int = 0) -> VisitView:
    """A visit of `PATRON`."""
    return VisitView(
        patron=PATRON,
        items=items,
        seen=len(items),
        online=online,
        actions=(Action.FINISH, Action.CANCEL),
        notice=notice,
        countdown=Countdown(total_s=30, remaining_s=ends_in_s) if ends_in_s else None,
    )


def offered(count: int) -> VisitView:
    """Books laid down without a card."""
    items = tuple(line(at, Stage.OFFERED) for at in range(count))
    return VisitView(patron=None, items=items, seen=count, online=True, actions=(Action.RETURN_ITEMS, Action.CANCEL))


def done(*lent: ItemLine, returned: tuple[ItemLine, ...] = (), left: int = 0) -> DoneView:
    """The end of a visit."""
    countdown = Countdown(total_s=20, remaining_s=12)
    return DoneView(lent=lent, returned=returned, left=left, actions=(Action.FINISH,), countdown=countdown)


REFUSED = line(0, Stage.REFUSED, "云南少数民族民间故事选", refusal=Refusal.ON_HOLD)
LENT = line(1, Stage.LENT, author="刘慈欣")
WORKING = line(2, Stage.RELEASING, author="曹雪芹")
TRAVELLING = ItemLine(key="5", item_id="YJ5", stage=Stage.RETURNED, title="活着", destination="元江县图书馆甘庄分馆")

VIEWS: dict[str, View] = {
    "starting": StartingView(settling=2),
    "idle": IdleView(online=True),
    "idle-offline": IdleView(online=False, notice=Notice.CARD_UNKNOWN),
    "returns-only": IdleView(online=True, cards=False),
    "identifying": IdentifyingView(),
    "no-books-yet": borrowing(online=False, ends_in_s=15),
    "borrowing": borrowing(LENT, WORKING, REFUSED),
    "ten-books": borrowing(
        REFUSED, *(line(at, Stage.LENT) for at in range(1, 8)), line(8, Stage.RELEASING), line(9, Stage.CHECKING)
    ),
    "limit": borrowing(LENT, line(3, Stage.REFUSED, refusal=Refusal.LIMIT_REACHED), notice=Notice.LIMIT_REACHED),
    "returning": VisitView(
        patron=None,
        items=(line(3, Stage.OFFERED), TRAVELLING, line(6, Stage.SECURING), line(8, Stage.FAILED, title="")),
        seen=4,
        online=False,
        actions=(Action.RETURN_ITEMS, Action.CANCEL),
    ),
    "thirty-books": offered(30),
    "done": done(LENT, line(2, Stage.LENT), left=1),
    "done-returned": done(returned=(TRAVELLING, line(7, Stage.FLAGGED))),
    "out-of-service": OutOfServiceView(trouble=Trouble.READER),
}
