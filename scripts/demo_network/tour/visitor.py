"""A person in front of one terminal: hands at its devices, eyes on its screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from scripts.demo_network.errors import ExpectationFailed
from scripts.demo_network.hands import Hands
from scripts.demo_network.network import Network
from scripts.demo_network.places import Place
from scripts.demo_network.screen_process import ScreenProcess, screen_process
from scripts.demo_network.stock import Book, Card
from scripts.demo_network.tour.eyes import ENVIRONMENT, SEE_S, SIZE, Eyes

PRESS_AGAIN_S: Final = 1.0
"""A page takes no press meant for the one before it (0.4 s); a person presses again when nothing happens."""

PRESSES: Final = 10


@dataclass(frozen=True, slots=True)
class Visitor:
    """At one terminal."""

    place: Place
    hands: Hands
    eyes: Eyes
    screen: ScreenProcess

    async def wait_for_idle(self, within_s: float = SEE_S) -> None:
        """The notice board, with the network up."""
        await self.eyes.until(
            "the notice board of a terminal that is online",
            lambda: self.eyes.says("how.borrow") and not self.eyes.says("offline"),
            within_s,
        )

    async def identify(self, card: Card) -> None:
        """Hold the card to the reader until the visit begins."""
        await self.hands.tap(self.place.cards, card.uid)
        await self.eyes.until(
            f"the visit of {card.name.en}",
            lambda: self.eyes.says("visit.borrow") and f"{card.name.zh[0]}*" in self.eyes.lines[1],
        )
        await self.hands.untap(self.place.cards)

    async def lay(self, *books: Book) -> None:
        """Lay books on the pad, all at once."""
        for book in books:
            await self.hands.place(self.place.pad, book.tag.uid)

    async def take(self, *books: Book) -> None:
        """Take books off the pad."""
        for book in books:
            await self.hands.remove(self.place.pad, book.tag.uid)

    async def sees(self, books: Sequence[Book], stage: str) -> None:
        """All these books in this stage."""
        titles = ", ".join(f"《{book.title}》" for book in books)
        await self.eyes.until(f"{titles} as {stage}", lambda: all(self.eyes.shows(book, stage) for book in books))

    async def press_first(self, label: str, n: int | None = None) -> None:
        """Press the first choice, which has this label, until the screen has taken it."""
        await self.eyes.until(f"the choice {label}", lambda: self.eyes.says(label, n))
        for press in range(1, PRESSES + 1):
            self.screen.type(b"1")
            try:
                await self.eyes.until(
                    f"another page after {label}", lambda: not self.eyes.says(label, n), PRESS_AGAIN_S
                )
            except ExpectationFailed:
                if press == PRESSES:
                    raise
            else:
                return

    async def finish(self, label: str, *books: Book) -> None:
        """End the visit by the choice of this label, take the books and go."""
        await self.press_first(label)
        await self.take(*books)
        await self.press_first("action.done")
        await self.eyes.until("the notice board again", lambda: self.eyes.says("how.borrow"))


@asynccontextmanager
async def visitor_at(network: Network, place: Place) -> AsyncIterator[Visitor]:
    """In front of a screen of the terminal's own."""
    eyes = Eyes(place.terminal)
    async with screen_process(network.screen_socket(place), SIZE, ENVIRONMENT, eyes.draw) as screen:
        yield Visitor(place, network.hands, eyes, screen)
