"""The tour: what happens, in order, and what must be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from scripts.demo_network import stock
from scripts.demo_network.network import Network
from scripts.demo_network.places import BRANCH
from scripts.demo_network.stock import Book, Card
from scripts.demo_network.tour.visitor import Visitor

Tell: TypeAlias = Callable[[str], None]

START_S: Final = 30.0
"""A terminal's first notice board: devices, settling and the broker's answer, on a small busy machine."""


@dataclass(frozen=True, slots=True)
class Props:
    """Who and what takes part."""

    books: dict[str, Book]
    cards: dict[str, Card]

    def pick(self, *items: str) -> tuple[Book, ...]:
        """Books by item id."""
        return tuple(self.books[item] for item in items)


FIRST_THREE: Final = stock.ORDINARY[:3]
AFTER_REFUSAL: Final = stock.ORDINARY[3]
WITHOUT_BROKER: Final = stock.ORDINARY[4:6]
WITHOUT_CENTRAL: Final = stock.ORDINARY[6:8]


def props() -> Props:
    """From the stock."""
    return Props({book.tag.item: book for book in stock.books()}, {card.name.en: card for card in stock.CARDS})


async def play(network: Network, branch: Visitor, main_library: Visitor, tell: Tell) -> None:
    """The whole story; raises ExpectationFailed where it goes another way."""
    cast = props()
    tell("two terminals start")
    await branch.wait_for_idle(START_S)
    await main_library.wait_for_idle(START_S)
    await _three_at_once(branch, cast, tell)
    await _refused(branch, cast, tell)
    await _back_elsewhere(main_library, cast, tell)
    tell("the broker is killed while a patron borrows")
    await _borrow_over_a_kill(branch, cast.cards["Zhang Xiuying"], cast.pick(*WITHOUT_BROKER), network.broker.kill)
    tell("the main library's program is killed while a patron borrows")
    await _borrow_over_a_kill(
        main_library, cast.cards["Chen Siyuan"], cast.pick(*WITHOUT_CENTRAL), network.central.kill
    )


async def _three_at_once(at: Visitor, cast: Props, tell: Tell) -> None:
    tell("the first patron borrows three books at once")
    books = cast.pick(*FIRST_THREE)
    await at.identify(cast.cards["Li Jianguo"])
    await at.lay(*books)
    await at.sees(books, "lent")
    await at.finish("action.finish_lent", *books)


async def _refused(at: Visitor, cast: Props, tell: Tell) -> None:
    tell("the second patron is refused a reserved book and borrows another")
    held, other = cast.pick(stock.HELD, AFTER_REFUSAL)
    await at.identify(cast.cards["Bai Yunfeng"])
    await at.lay(held)
    await at.sees((held,), "refused")
    await at.eyes.until("why it is refused", lambda: at.eyes.says("refusal.on_hold"))
    await at.lay(other)
    await at.sees((other,), "lent")
    await at.finish("action.finish_lent", held, other)


async def _back_elsewhere(at: Visitor, cast: Props, tell: Tell) -> None:
    tell("one of the first patron's books comes back at another site")
    (book,) = cast.pick(FIRST_THREE[0])
    await at.lay(book)
    await at.sees((book,), "offered")
    await at.press_first("action.return_items", n=1)
    await at.sees((book,), "returned")
    await at.eyes.until("where it travels", lambda: at.eyes.says("travels", site=BRANCH.site_name.zh))
    await at.finish("action.finish_returned", book)


async def _borrow_over_a_kill(at: Visitor, card: Card, books: tuple[Book, ...], kill: Callable[[], None]) -> None:
    """One book before the blow, the others after it."""
    first, *rest = books
    await at.identify(card)
    await at.lay(first)
    await at.eyes.until("that it sees a book", lambda: at.eyes.says("visit.seen", n=1))
    kill()
    await at.lay(*rest)
    await at.sees(books, "lent")
    await at.finish("action.finish_lent", *books)
