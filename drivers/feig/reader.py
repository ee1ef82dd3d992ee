"""A FEIG OBID i-scan reader under a pad (HF, ISO 15693), on a serial line or the network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

from drivers.feig.dialect import ADVICE, USUAL_SETUP, FeigDialect, Setup
from drivers.feig.field import FeigExchange, FeigField
from drivers.links import open_link
from drivers.pad.field import TagField
from drivers.pad.reader import USUAL_PACE, Pace, PadReader
from drivers.ports import Report
from drivers.serial_port import SerialLine
from firmware_msgs.config import AfiPair
from firmware_msgs.feig.requests import ResetRf, uid_bytes

LINE = SerialLine(baudrate=38400, parity="E")


class FeigReader(PadReader):
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
        super().__init__(name, self._open, report, check_uid=uid_bytes, pace=pace, clock=clock)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[TagField]:
        async with open_link(self._port, LINE) as link:
            exchange = FeigExchange(link, FeigDialect(self._setup), ADVICE)
            await exchange.open()
            await exchange.ask(ResetRf())
            yield FeigField(exchange, self._afi)
