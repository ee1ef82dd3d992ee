"""An A0 reader (Invelion YR90x and many others with an Impinj R2000 or its kin) under a pad, on a serial line or the
network.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Final

from drivers.errors import DeviceFault
from drivers.links import open_link
from drivers.pad.field import TagField
from drivers.pad.reader import USUAL_PACE, Pace, PadReader
from drivers.ports import Report
from drivers.serial_port import SerialLine
from drivers.uhf.a0_access import A0Access, A0Exchange
from drivers.uhf.a0_dialect import ADVICE, USUAL_TIMEOUTS, A0Dialect, Timeouts
from drivers.uhf.field import UhfField
from firmware_msgs.config import AfiPair
from firmware_msgs.uhf_a0.answers import Done, OutputPower, Refused, Value
from firmware_msgs.uhf_a0.frames import BAUDRATE
from firmware_msgs.uhf_a0.requests import Beeper, Command, Plain, Request, SetOutputPower, Setting

SETUP_ATTEMPTS = 5  # as for reading a tag: a link that loses one frame in five still passes
NO_FLOOR_DBM: Final = -129
"""Weaker than a reader can tell."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How a reader is set. `power_dbm` None leaves it as it is. `floor_dbm`: tags weaker than this lie elsewhere.
    Antennas count from 0.
    """

    power_dbm: int | None = None
    floor_dbm: int = NO_FLOOR_DBM
    antenna: int = 0
    baudrate: int = BAUDRATE
    timeouts: Timeouts = USUAL_TIMEOUTS


USUAL_SETUP: Final = Setup()


class A0Reader(PadReader):
    """One pad. `port` is a serial path or `tcp://host:port`."""

    def __init__(
        self,
        name: str,
        port: str,
        afi: AfiPair,
        report: Report,
        *,
        setup: Setup = USUAL_SETUP,
        pace: Pace = USUAL_PACE,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._port = port
        self._afi = afi
        self._setup = setup
        super().__init__(name, self._open, report, pace=pace, clock=clock)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[TagField]:
        async with open_link(self._port, SerialLine(self._setup.baudrate)) as link:
            exchange = A0Exchange(link, A0Dialect(self._setup.timeouts), ADVICE)
            await exchange.open()
            await self._set_up(exchange)
            yield UhfField(A0Access(exchange, self._setup.floor_dbm), self._afi)

    async def _set_up(self, exchange: A0Exchange) -> None:
        """Reads before it writes: these settings wear out the reader's memory."""
        await exchange.ask(Setting(Command.SET_BEEPER, Beeper.QUIET))
        antenna, power_dbm = self._setup.antenna, self._setup.power_dbm
        if await exchange.ask(Plain(Command.GET_WORK_ANTENNA)) != (Value(antenna),):
            await self._require(exchange, Setting(Command.SET_WORK_ANTENNA, antenna), f"antenna {antenna}")
        if power_dbm is None:
            return
        answers = await exchange.ask(Plain(Command.GET_OUTPUT_POWER)) or ()
        now = {dbm for answer in answers if isinstance(answer, OutputPower) for dbm in answer.dbm}
        if now != {power_dbm}:
            await self._require(exchange, SetOutputPower((power_dbm,)), f"a power of {power_dbm} dBm")

    async def _require(self, exchange: A0Exchange, request: Request, what: str) -> None:
        """A reader that sends too far would lend books on shelves: without its settings it is of no use."""
        reason = "it does not answer"
        for _ in range(SETUP_ATTEMPTS):
            match await exchange.ask(request):
                case (Done(),):
                    return
                case (Refused() as refused,):
                    reason = str(refused)
                case _:
                    pass
        raise DeviceFault(
            f"The RFID reader at {self._port} cannot be set to {what}: {reason}. Give it another value in the "
            "configuration."
        )
