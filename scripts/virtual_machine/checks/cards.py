"""A card reader: our PC/SC driver on the machine's own pcscd and CCID driver, with cards that live on the host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from drivers.simulators.card import VirtualCard
from scripts.virtual_machine.base import HOME_OF_PACKAGE
from scripts.virtual_machine.bench import Bench
from scripts.virtual_machine.card_slot import CardSlot
from scripts.virtual_machine.errors import NothingReported
from scripts.virtual_machine.machine import Machine
from scripts.virtual_machine.report import say
from scripts.virtual_machine.suite import Check, Suite
from scripts.virtual_machine.usb import Usb

NAME: Final = "cards"
MODEL: Final = "pcsc"
READER: Final = "Gemalto Gemplus USB SmartCard Reader 433"
"""What Debian's libccid takes QEMU's reader for."""
SOCKET: Final = 2
PYTHON: Final = f"/{HOME_OF_PACKAGE}/bin/python"
CARD: Final = VirtualCard("04A1B2C3D4E5F6")
OTHER_CARD: Final = VirtualCard("04112233445566")

NOTICE_S: Final = 12.0
"""Longer than pcscd, and a driver that tries every 5 s, take. In two machines of some 45, pcscd 1.9.9 overlooked the
first reader that was plugged in, for whatever reason, and said nothing; started again, it found it.
"""

REST_S: Final = 1.0
"""Before a card is moved, pcscd must have done with the movement before. QEMU's reader forgets an answer that is under
way when a card is taken away (ccid_card_card_removed), which no real one does.
"""


@dataclass(slots=True)
class Cards:
    """A card reader, once it is plugged in."""

    bench: Bench
    usb: Usb
    slot: CardSlot = field(default_factory=CardSlot)
    reader: str = ""

    async def plug(self) -> None:
        """Plug the reader in, without a card."""
        self.reader = await self.usb.plug("usb-ccid", SOCKET)
        chardev, line = await self.usb.line()
        await self.usb.put_in(self.reader, "ccid-card-passthru", chardev=chardev)
        self.slot = CardSlot()
        await self.slot.connect(line)

    async def unplug(self) -> None:
        """Draw the reader out."""
        await self.usb.unplug(self.reader)
        self.slot.close()

    async def is_known_to_pcscd(self) -> bool:
        """Whether pcscd lists any reader, asked past our driver."""
        return await self.bench.run(PYTHON, "-c", "from smartcard.System import readers; print(*readers())") != "\n"

    async def present(self, card: VirtualCard) -> None:
        """Lay it on the reader; it is told."""
        await asyncio.sleep(REST_S)
        self.slot.present(card)
        await self.bench.expect(NAME, "CardPresented", identifier=card.uid)

    async def remove(self, card: VirtualCard) -> None:
        """Take it away; it is told."""
        await asyncio.sleep(REST_S)
        self.slot.remove()
        await self.bench.expect(NAME, "CardRemoved", identifier=card.uid)


@asynccontextmanager
async def on_stage(machine: Machine) -> AsyncIterator[Cards]:
    """The driver serves a reader that is not there yet."""
    cards = Cards(machine.bench, machine.usb)
    machine.bench.serve(NAME, MODEL, READER)
    await machine.bench.expect(NAME, "DeviceDown")
    yield cards
    cards.slot.close()
    await machine.bench.dismiss(NAME)


async def comes_up(cards: Cards) -> None:
    await cards.plug()
    try:
        await cards.bench.expect(NAME, "DeviceUp", within_s=NOTICE_S)
    except NothingReported:
        if not await cards.is_known_to_pcscd():
            say("       pcscd overlooked the card reader; it is plugged in once more")
            await cards.unplug()
            await cards.plug()
        await cards.bench.expect(NAME, "DeviceUp")


async def tells_cards(cards: Cards) -> None:
    for card in (CARD, OTHER_CARD, CARD):
        await cards.present(card)
        await cards.remove(card)


async def survives_unplugging(cards: Cards) -> None:
    await cards.present(CARD)
    await cards.unplug()
    await cards.bench.expect(NAME, "CardRemoved", identifier=CARD.uid)
    await cards.bench.expect(NAME, "DeviceDown")
    await comes_up(cards)
    await cards.present(CARD)


async def survives_its_service(cards: Cards) -> None:
    await cards.bench.run("sh", "-c", "kill $(cat /run/pcscd/pcscd.pid)")
    await cards.bench.expect(NAME, "CardRemoved", identifier=CARD.uid)
    await cards.bench.expect(NAME, "DeviceDown")
    await cards.bench.expect(NAME, "DeviceUp")
    await cards.bench.expect(NAME, "CardPresented", identifier=CARD.uid)
    await cards.remove(CARD)


SUITE: Final = Suite(
    "card reader",
    on_stage,
    (
        Check("plugged in at run time, it comes up", comes_up),
        Check("cards presented and taken away are told by their UID", tells_cards),
        Check("drawn and plugged in again at run time, with a card on it", survives_unplugging),
        Check("pcscd ended and started again: down, up, and the card still there", survives_its_service),
    ),
)
