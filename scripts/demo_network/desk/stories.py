"""What a newcomer can try, step by step. A step without an order is done at the terminal's own screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scripts.demo_network import stock
from scripts.demo_network.desk.orders import Cut, Lay, Mend, Order, Replug, Scan, Take, Tap, Unplug
from scripts.demo_network.places import BRANCH, MAIN_LIBRARY
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
    return (
        _three_at_once(),
        _back_elsewhere(),
        _reserved(),
        _without_network(),
        _incomplete_set(),
        _unplugged(),
        _odd_things(),
    )


def _three_at_once() -> Story:
    books = stock.ORDINARY[:3]
    return Story(
        Words("一次借三本", "Three books at once"),
        Words(
            "三本各自走完四步，防盗解除了才算借好。", "Each goes its four steps; it is lent when its tag is released."
        ),
        (
            _tap("Li Jianguo"),
            _lay(Words("放三本书", "lay three books"), *books),
            FINISH,
            _take(*books),
        ),
    )


def _back_elsewhere() -> Story:
    book = stock.ORDINARY[0]
    return Story(
        Words("在别处还", "Back at another site"),
        Words("总馆收下，并说书会送回因远镇。", "The main library takes it, and says that it travels back."),
        (
            _lay(Words("《围城》放到总馆台面", "lay 《围城》 down at the main library"), book, at=ELSEWHERE),
            Step(Words("在终端窗口按 1，还书", "press 1 in the terminal window")),
            FINISH,
            _take(book, at=ELSEWHERE),
        ),
    )


def _reserved() -> Story:
    books = (stock.HELD, stock.ORDINARY[3])
    return Story(
        Words("预约的书", "A reserved book"),
        Words("一本说明理由不借，另一本照借。", "One is refused with its reason, the other is lent all the same."),
        (
            _tap("Bai Yunfeng"),
            _lay(Words("放两本书", "lay two books"), *books),
            FINISH,
            _take(*books),
        ),
    )


def _without_network() -> Story:
    book = stock.ORDINARY[4]
    return Story(
        Words("断网照借", "Without the network"),
        Words("离线也借；网络好了，记录自己到账。", "Lending goes on; the records arrive by themselves afterwards."),
        (
            Step(Words("剪断网络", "cut the network"), Cut()),
            _tap("Zhang Xiuying"),
            _lay(Words("放一本书", "lay a book"), book),
            FINISH,
            _take(book),
            Step(Words("接好网络，看监控页", "mend it, and watch the monitor"), Mend()),
        ),
    )


def _incomplete_set() -> Story:
    *most, last = _uids(stock.SET)
    return Story(
        Words("一套少一本", "A set with a part missing"),
        Words("说出缺第几本；放齐了才借。", "It names the missing part, and lends when all are there."),
        (
            _tap("Zhang Xiuying"),
            Step(Words("放两本", "lay two parts"), Lay(terminal=HERE, books=tuple(most))),
            Step(Words("放第三本", "lay the third"), Lay(terminal=HERE, books=(last,))),
            FINISH,
            _take(stock.SET),
        ),
    )


def _unplugged() -> Story:
    book = stock.ORDINARY[5]
    return Story(
        Words("拔掉感应台", "Pulling the cable"),
        Words(
            "停下来，借好的都记下了；插回去，接着服务。", "It stops with all recorded; plugged in again, it serves on."
        ),
        (
            _tap("Li Jianguo"),
            _lay(Words("放一本书", "lay a book"), book),
            Step(Words("拔掉感应台", "unplug the pad"), Unplug(terminal=HERE)),
            Step(Words("插回去", "plug it in again"), Replug(terminal=HERE)),
            _take(book),
        ),
    )


def _odd_things() -> Story:
    return Story(
        Words("怪事", "Odd things"),
        Words("每一件都说清楚，屏幕不乱。", "Each is explained, and the screen stays in order."),
        (
            _tap("Fang Zhiming"),
            _lay(Words("放别馆的书和坏标签", "lay strange tags"), *stock.STRANGE),
            Step(Words("扫一个怪码", "scan a nasty code"), Scan(terminal=HERE, code=NASTY)),
            _take(*stock.STRANGE),
        ),
    )


def _tap(name: str) -> Step:
    card = next(card for card in stock.CARDS if card.name.en == name)
    return Step(Words(f"刷{card.name.zh}的证", f"tap {name}'s card"), Tap(terminal=HERE, card=card.uid))


def _lay(words: Words, *items: str, at: str = HERE) -> Step:
    return Step(words, Lay(terminal=at, books=_uids(*items)))


def _take(*items: str, at: str = HERE) -> Step:
    return Step(Words("把书拿走", "take the books"), Take(terminal=at, books=_uids(*items)))


def _uids(*items: str) -> tuple[str, ...]:
    """The tags of these items, parts of a set in their order."""
    return tuple(book.tag.uid for item in items for book in stock.books() if book.tag.item == item)
