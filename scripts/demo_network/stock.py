"""What a person at the desk has in hand: books with tags and patrons' cards. The county's tables know them, mostly."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Final

from scripts.demo_network.places import OWNER
from scripts.demo_network.words import Words

COUNTY: Final = Path(__file__).parent / "county"


class Condition(Enum):
    """What there is about a tag."""

    GOOD = "good"
    DAMAGED = "damaged"  # its checksum is wrong
    MUTE = "mute"  # it is seen, and answers no question


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag. `part` of `parts` for a set."""

    uid: str
    item: str
    owner: str = OWNER
    parts: int = 1
    part: int = 1
    condition: Condition = Condition.GOOD
    on_loan: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """Something to lay on a pad. `note` says what is special about it; `title` is the county's, if it has one."""

    tag: Tag
    title: str
    note: Words | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Something to hold to a card reader; `fault` is the simulator's word for what is wrong with it."""

    uid: str
    name: Words
    note: Words
    fault: str | None = None


def county_titles() -> dict[str, str]:
    """Title by item id."""
    with (COUNTY / "titles.csv").open(encoding="utf-8", newline="") as titles:
        named = {row["id"]: row["title"] for row in csv.DictReader(titles)}
    with (COUNTY / "items.csv").open(encoding="utf-8", newline="") as items:
        return {row["id"]: named[row["title"]] for row in csv.DictReader(items)}


def _plain(titles: dict[str, str], items: Iterable[str], note: Words | None = None) -> list[Book]:
    return [Book(Tag(_uid(item), item), titles[item], note) for item in items]


def _uid(item: str, part: int = 1) -> str:
    """An NXP-like UID that belongs to this item."""
    return f"E00401{part:02X}{int(item) % 16**8:08X}"


@cache
def books() -> tuple[Book, ...]:
    """The books, ordinary ones first."""
    titles = county_titles()
    elsewhere = _plain(titles, ANOTHER_SITE, Words("那诺乡的书", "the Nanuo branch's"))
    return (*_plain(titles, ORDINARY), *elsewhere, *_special(titles), *_set(titles), *_strange())


ORDINARY: Final = (
    "30428000002938",  # the branch's own: on loan there and back elsewhere, it must travel
    "30428000002979",
    "30428000002516",
    "30428000003233",
    "30428000003779",
    "30428000004215",
    "30428000003381",  # the main library's
    "30428000003407",
    "30428000004199",
    "30428000003738",
)
ANOTHER_SITE: Final = ("30428000003357", "30428000004108")

HELD: Final = "30428000003431"
LENT: Final = "30428000002797"
REFERENCE: Final = "30428000004173"
SET: Final = "30428000002532"
SET_PARTS: Final = 3
STRANGE: Final = ("53010000118207", "30428000009001", "30428000009019")
UNKNOWN: Final = "30428000009027"


def _special(titles: dict[str, str]) -> list[Book]:
    return [
        Book(Tag(_uid(HELD), HELD), titles[HELD], Words("陈思远预约了这本", "reserved by Chen Siyuan")),
        Book(Tag(_uid(LENT), LENT, on_loan=True), titles[LENT], Words("王小梅借着", "on loan: return it")),
        Book(Tag(_uid(REFERENCE), REFERENCE), titles[REFERENCE], Words("只能馆内看", "for reading here only")),
    ]


def _set(titles: dict[str, str]) -> list[Book]:
    parts = ("一", "二", "三")
    return [
        Book(
            Tag(_uid(SET, part), SET, parts=SET_PARTS, part=part),
            titles[SET],
            Words(f"一套三本的第{name}本", f"part {part} of a set of {SET_PARTS}"),
        )
        for part, name in enumerate(parts, start=1)
    ]


def _strange() -> list[Book]:
    foreign, damaged, mute = STRANGE
    return [
        Book(Tag(_uid(foreign), foreign, owner="CN-530100"), "滇池风物", Words("昆明来的书", "another library's")),
        Book(
            Tag(_uid(damaged), damaged, condition=Condition.DAMAGED), "旧标签的书", Words("标签写坏了", "damaged tag")
        ),
        Book(Tag(_uid(mute), mute, condition=Condition.MUTE), "折了标签的书", Words("天线断了", "broken antenna")),
        Book(Tag(_uid(UNKNOWN), UNKNOWN), "还没编目的新书", Words("目录里没有", "not in the catalogue yet")),
    ]


CARDS: Final = (
    Card("042B22F07067B2", Words("张秀英", "Zhang Xiuying"), Words("老年读者，可借 10 本", "senior, up to 10 books")),
    Card("04212E67EE3C89", Words("李建国", "Li Jianguo"), Words("可借 10 本", "up to 10 books")),
    Card("04BDBC21490934", Words("白云峰", "Bai Yunfeng"), Words("可借 10 本", "up to 10 books")),
    Card("5E647BB7", Words("陈思远", "Chen Siyuan"), Words("预约了《我与地坛》", "has reserved a book")),
    Card("04976EAAB1E2EC", Words("赵一鸣", "Zhao Yiming"), Words("已借满 5 本", "has 5 books, the limit")),
    Card("129127DB", Words("方志明", "Fang Zhiming"), Words("证被停用", "card blocked")),
    Card("04078F62BCE878", Words("钱永康", "Qian Yongkang"), Words("证已挂失", "card reported lost")),
    Card("04C0FFEE123480", Words("外地的证", "A card from elsewhere"), Words("没登记过", "not registered here")),
    Card("04DEAD00BEEF80", Words("折坏的证", "A bent card"), Words("读不出来", "cannot be read"), fault="mute"),
)
