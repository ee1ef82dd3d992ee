"""A relay of an LCUS board. Most of them never answer; newer ones do when they are asked to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from drivers.errors import DeviceFault, DeviceSilent
from drivers.links import Link, open_link
from drivers.serial_port import SerialLine
from firmware_msgs.errors import DecodeError
from firmware_msgs.relay.lcus import BAUDRATE, FrameDecoder, State, decode_state, encode, switch

LINE = SerialLine(BAUDRATE)
PATIENCE_S = 0.3  # two frames take 10 ms at 9,600 baud
QUIET_S = 0.6  # twice that: a line so long silent has no late answer under way
NOISE_S = 10.0  # a line that never falls silent is no line to a relay board
ATTEMPTS = 5  # fails less than once in 100 on a line that loses one frame in five
SENT_S = 0.1  # until the last order has left the line: 8 ms at 9,600 baud, and what a USB adapter puts off
BLIND_REPEATS = 2  # without an answer, an order garbled by a spark is made good only by the next


@dataclass(frozen=True, slots=True)
class LcusBoard:
    """Which channel (from 1) of which board. `answers`: it knows the orders that are answered."""

    port: str
    channel: int = 1
    answers: bool = False
    patience_s: float = PATIENCE_S
    quiet_s: float = QUIET_S

    @asynccontextmanager
    async def open(self) -> AsyncIterator[BlindLcusRelay | AnsweringLcusRelay]:
        """See `OpenRelay`."""
        async with open_link(self.port, LINE) as link:
            yield AnsweringLcusRelay(link, self) if self.answers else BlindLcusRelay(link, self)


class BlindLcusRelay:
    """A `Relay` of which nothing can be known but that the order was handed to the line."""

    def __init__(self, link: Link, board: LcusBoard) -> None:
        self._link = link
        self._board = board

    async def energise(self, at_most_s: float) -> None:  # noqa: ARG002 - these boards have no timer
        """See `Relay`."""
        await self._order(energised=True)

    async def release(self) -> None:
        """See `Relay`."""
        await self._order(energised=False)

    async def _order(self, *, energised: bool) -> None:
        order = encode(switch(self._board.channel, energised=energised, answered=False))
        for _ in range(BLIND_REPEATS):
            await self._link.write(order)
        await asyncio.sleep(SENT_S)  # closing a port drops what it has not sent, and this may be the last order


class AnsweringLcusRelay:
    """A `Relay` whose board tells its state after each order. An answer names channel and state but no order, so before
    an order is repeated the line must have fallen silent: a late answer is never taken for the present one.
    """

    def __init__(self, link: Link, board: LcusBoard) -> None:
        self._link = link
        self._board = board
        self._decoder = FrameDecoder()
        self._is_settled = False

    async def energise(self, at_most_s: float) -> None:  # noqa: ARG002 - these boards have no timer
        """See `Relay`."""
        await self._bring(energised=True)

    async def release(self) -> None:
        """See `Relay`. Ordered before the line has fallen silent: on one that never does, nobody would ever lock up."""
        if not self._is_settled:
            await self._link.write(self._order(energised=False))
        await self._bring(energised=False)

    def _order(self, *, energised: bool) -> bytes:
        return encode(switch(self._board.channel, energised=energised, answered=True))

    async def _bring(self, *, energised: bool) -> None:
        for _ in range(ATTEMPTS):
            if not self._is_settled:
                await self._fall_silent()
            self._is_settled = False
            await self._link.write(self._order(energised=energised))
            if await self._hears(State(self._board.channel, energised)):
                self._is_settled = True
                return
        raise DeviceFault(
            f"Channel {self._board.channel} of the relay board at {self._board.port} does not answer or not obey. "
            "Check its cable, and whether boards of its model answer at all (setting “answers”)."
        )

    async def _hears(self, wanted: State) -> bool:
        self._decoder.reset()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._board.patience_s):
                while True:
                    for frame in self._decoder.feed(await self._link.read()):
                        with suppress(DecodeError):
                            if decode_state(frame) == wanted:
                                return True
        return False

    async def _fall_silent(self) -> None:
        try:
            async with asyncio.timeout(NOISE_S):
                while await self._is_talking():
                    pass
        except TimeoutError as error:
            raise DeviceSilent(
                f"Whatever hangs on {self._board.port} talks without end: it is no LCUS board. Check the port."
            ) from error

    async def _is_talking(self) -> bool:
        try:
            async with asyncio.timeout(self._board.quiet_s):
                return bool(await self._link.read())
        except TimeoutError:
            return False
