"""The desk: carries out what a person does there, and tells how everything is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final, assert_never

import msgspec

from scripts.demo_network.desk.orders import Cut, Lay, Mend, Order, Replug, Scan, Stand, Take, Tap, Unplug
from scripts.demo_network.desk.stories import CODES, stories
from scripts.demo_network.errors import DemoError
from scripts.demo_network.hands import Hands, Seen
from scripts.demo_network.network import Network
from scripts.demo_network.places import PLACES, Place
from scripts.demo_network.stock import CARDS, books

CARD_LIES_S: Final = 1.5
"""About as long as people hold a card to a reader."""

CARD_AWAY_S: Final = 0.6
"""pcscd looks every 0.4 s: without a gap it would not notice that another card lies there now."""

_PLACES: Final = {place.terminal: place for place in PLACES}


class Desk:
    """`stand` is told in front of which terminal the person stands. Cards are taken away by tasks in `group`."""

    def __init__(self, network: Network, group: asyncio.TaskGroup, stand: Callable[[Place], None]) -> None:
        self._network = network
        self._group = group
        self._stand = stand
        self._here = PLACES[0]
        self._readers = {place: _Reader(network.hands, place.cards) for place in PLACES}

    async def carry_out(self, order: Order) -> None:
        """Do it; raises DemoError with what there is to tell."""
        if isinstance(order, Cut):
            self._network.broker.hold()
        elif isinstance(order, Mend):
            self._network.broker.release()
        else:
            await self._at(_place(order.terminal), order)

    async def _at(self, place: Place, order: Stand | Tap | Lay | Take | Scan | Unplug | Replug) -> None:
        """At one terminal; whoever does something there stands in front of it."""
        self._here = place
        self._stand(place)
        hands = self._network.hands
        match order:
            case Stand():
                pass
            case Tap(card=card):
                await self._readers[place].tap(card, self._group)
            case Lay(books=uids):
                for uid in uids:
                    await hands.place(place.pad, uid)
            case Take(books=uids):
                await self._take(place, uids)
            case Scan(code=code):
                await hands.scan(place.scanner, code)
            case Unplug():
                await hands.unplug(place.pad)
            case Replug():
                await hands.replug(place.pad)
            case _:
                assert_never(order)

    async def _take(self, place: Place, uids: tuple[str, ...]) -> None:
        lying = {tag.uid for tag in (await self._network.hands.look()).tags if tag.on == place.pad}
        for uid in lying.intersection(uids):
            await self._network.hands.remove(place.pad, uid)

    async def picture(self) -> dict[str, Any]:
        """How everything is now, for the page."""
        seen = await self._network.hands.look()
        return {
            "here": self._here.terminal,
            "network": not self._network.broker.is_held,
            "places": [_place_now(place, seen) for place in PLACES],
            "books": _books_now(seen),
        }

    def setting(self) -> dict[str, Any]:
        """What does not change, for the page."""
        return {
            "monitor": self._network.monitor,
            "cards": [{"uid": card.uid, "name": asdict(card.name), "note": asdict(card.note)} for card in CARDS],
            "codes": [asdict(code) for code in CODES],
            "stories": msgspec.to_builtins(stories()),
        }


class _Reader:
    """A card reader at which one card is held at a time."""

    def __init__(self, hands: Hands, name: str) -> None:
        self._hands = hands
        self._name = name
        self._turn = asyncio.Lock()
        self._taking_away: asyncio.Task[None] | None = None

    async def tap(self, card: str, group: asyncio.TaskGroup) -> None:
        async with self._turn:
            if self._taking_away is not None and not self._taking_away.done():
                self._taking_away.cancel()
                await self._hands.untap(self._name)
                await asyncio.sleep(CARD_AWAY_S)
            await self._hands.tap(self._name, card)
            self._taking_away = group.create_task(self._take_away())

    async def _take_away(self) -> None:
        await asyncio.sleep(CARD_LIES_S)
        await self._hands.untap(self._name)


def _place(terminal: str) -> Place:
    if terminal not in _PLACES:
        raise DemoError(f"There is no terminal {terminal} here.")
    return _PLACES[terminal]


def _place_now(place: Place, seen: Seen) -> dict[str, Any]:
    return {
        "terminal": place.terminal,
        "name": asdict(place.site_name),
        "short": asdict(place.short_name),
        "plugged": seen.devices[place.pad].plugged,
        "card": seen.devices[place.cards].card,
    }


def _books_now(seen: Seen) -> list[dict[str, Any]]:
    tags = {tag.uid: tag for tag in seen.tags}
    pads = {place.pad: place.terminal for place in PLACES}
    return [
        {
            "uid": book.tag.uid,
            "title": book.title,
            "note": asdict(book.note) if book.note else None,
            "secured": tags[book.tag.uid].secured,
            "at": pads.get(tags[book.tag.uid].on or ""),
        }
        for book in books()
    ]
