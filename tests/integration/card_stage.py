"""A slot of a real pcscd's vpcd, what is laid into it, and chips that are taken away in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from drivers.simulators.card import CardGoneError, CardSlot
from drivers.simulators.chips import Chip
from drivers.simulators.pcscd import PrivatePcscd
from drivers.supervisor import Backoff
from firmware_msgs.apdu import Command, Response

QUICK = Backoff(first_s=0.01, cap_s=0.1)
PCSCD_LOOKS_S = 1.0  # pcscd looks every 0.4 s, and must have seen the empty reader


@asynccontextmanager
async def slot_of(pcscd: PrivatePcscd) -> AsyncIterator[CardSlot]:
    """The first reader's; empty at the end."""
    async with asyncio.TaskGroup() as group:
        slot = CardSlot(pcscd.vpcd_port, group)
        try:
            yield slot
        finally:
            slot.untap()


class TornChip:
    """Answers as `chip` does until a command `is_it`: then it leaves, having carried it out or not."""

    def __init__(self, chip: Chip, is_it: Callable[[Command], bool], *, carried_out: bool = False) -> None:
        self.atr = chip.atr
        self._chip = chip
        self._is_it = is_it
        self._carried_out = carried_out

    def reset(self) -> None:
        self._chip.reset()

    def respond(self, command: Command) -> Response:
        if not self._is_it(command):
            return self._chip.respond(command)
        if self._carried_out:
            self._chip.respond(command)
        raise CardGoneError
