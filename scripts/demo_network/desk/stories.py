"""What a newcomer can try, step by step. A step without an order is done at the terminal's own screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scripts.demo_network import stock
from scripts.demo_network.desk.orders import Cut, Lay, Mend, Order, Replug, Scan, Take, Tap, Unplug
from scripts.demo_network.places import BRANCH, MAIN_LIBRARY
from scripts.demo_network.stock import Book
from scripts.demo_network.words import Words

HERE: Final = BRANCH.terminal
ELSEWHERE: Final = MAIN_LIBRARY.terminal


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do."""

    words: Words
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A few steps, and what is to be seen."""

    title: Words
    look: Words
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Something to scan."""

    text: str
    words: Words


FINISH: Final = Step(Words("在终端窗口按 1，结束", "press 1 in the terminal window to finish"))
NASTY: Final = "\x1b[2J\x1b]0;!\x07[red]免费[/red]\x00\x08"

CODES: Final = (
    Code(stock.ORDINARY[0], Words("书的条码", "a book's barcode")),
    Code("20428000009999", Words("没登记的证号", "an unknown card number")),
    Code(NASTY, Words("带控制字符的怪码", "escapes and markup in a code")),
)


def stories() -> tuple[Story, ...]:
    """The first one is for somebody who has never seen this."""
    by_item: dict[str, list[Book]] = {}
    for book in stock.books():
        by_item.setdefault(book.tag.item, []).append(book)

    def lay(at: str, *items: str) -> Lay:
        return Lay(terminal=at, books=tuple(book.tag.uid for item in items for book in by_item[item]))

    def take(at: str, *items: str) -> Step:
        books = tuple(book.tag.uid for item in items for book in by_item[item])
        return Step(Words("把书拿走", "take the books"), Take(terminal=at, books=books))

    def part(number: int) -> str:
        return by_item[stock.SET][number - 1].tag.uid

    return (
        Story(
            Words("一次借三本", "Three books at once"),
            Words(
                "三本各自走完四步，防盗解除了才算借好。",
                "Each book goes its four steps; it is lent when its tag is released.",
            ),
            (
                _tap("Li Jianguo", HERE),
                Step(Words("放三本书", "lay three books"), lay(HERE, *stock.ORDINARY[:3])),
                FINISH,
                take(HERE, *stock.ORDINARY[:3]),
            ),
        ),
        Story(
            Words("在别处还", "Back at another site"),
            Words("总馆收下，并说书会送回因远镇。", "The main library takes it, and says that it travels back."),
            (
                Step(
                    Words("《围城》放到总馆台面", "lay 《围城》 down at the main library"),
                    lay(ELSEWHERE, stock.ORDINARY[0]),
                ),
                Step(Words("在终端窗口按 1，还书", "press 1 in the terminal window")),
            ),
        ),
        Story(
            Words("预约的书", "A reserved book"),
            Words("一本说明理由不借，另一本照借。", "One is refused with its reason, the other is lent all the same."),
            (
                _tap("Bai Yunfeng", HERE),
                Step(Words("放两本书", "lay two books"), lay(HERE, stock.HELD, stock.ORDINARY[3])),
                FINISH,
                take(HERE, stock.HELD, stock.ORDINARY[3]),
            ),
        ),
        Story(
            Words("断网照借", "Without the network"),
            Words(
                "离线也借；网络好了，记录自己到账。", "Lending goes on; the records arrive by themselves afterwards."
            ),
            (
                Step(Words("剪断网络", "cut the network"), Cut()),
                _tap("Zhang Xiuying", HERE),
                Step(Words("放一本书", "lay a book"), lay(HERE, stock.ORDINARY[4])),
                Step(Words("接好网络，看监控页", "mend it, and watch the monitor"), Mend()),
            ),
        ),
        Story(
            Words("一套少一本", "A set with a part missing"),
            Words("说出缺第几本；放齐了才借。", "It names the missing part, and lends when all are there."),
            (
                _tap("Zhang Xiuying", HERE),
                Step(Words("放两本", "lay two parts"), Lay(terminal=HERE, books=(part(1), part(2)))),
                Step(Words("放第三本", "lay the third"), Lay(terminal=HERE, books=(part(3),))),
                FINISH,
                take(HERE, stock.SET),
            ),
        ),
        Story(
            Words("借到一半拔线", "The cable, half-way"),
            Words(
                "停下来，不丢一条记录；插回去，接着核对。",
                "It stops and loses nothing; plugged in again, it settles what was under way.",
            ),
            (
                _tap("Li Jianguo", HERE),
                Step(Words("放一本书", "lay a book"), lay(HERE, stock.ORDINARY[5])),
                Step(Words("拔掉感应台", "unplug the pad"), Unplug(terminal=HERE)),
                Step(Words("插回去", "plug it in again"), Replug(terminal=HERE)),
            ),
        ),
        Story(
            Words("怪事", "Odd things"),
            Words("每一件都说清楚，屏幕不乱。", "Each is explained, and the screen stays in order."),
            (
                _tap("Fang Zhiming", HERE),
                Step(Words("放别馆的书和坏标签", "lay strange tags"), _strange()),
                Step(Words("扫一个怪码", "scan a nasty code"), Scan(terminal=HERE, code=NASTY)),
            ),
        ),
    )


def _tap(name: str, at: str) -> Step:
    card = next(card for card in stock.CARDS if card.name.en == name)
    return Step(Words(f"刷{card.name.zh}的证", f"tap {name}'s card"), Tap(terminal=at, card=card.uid))


def _strange() -> Lay:
    strange = [book.tag.uid for book in stock.books()[-4:-1]]
    return Lay(terminal=HERE, books=tuple(strange))
