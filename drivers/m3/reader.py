"""A 3M 210 or 810 staff reader under a pad (HF, ISO 15693), on a serial line or the network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

from drivers.links import open_link
from drivers.m3.dialect import ADVICE, USUAL_TIMEOUTS, M3Dialect, Timeouts
from drivers.m3.field import M3Exchange, M3Field
from drivers.pad.field import TagField
from drivers.pad.reader import USUAL_PACE, Pace, PadReader
from drivers.ports import Report
from drivers.serial_port import SerialLine
from firmware_msgs.config import AfiPair
from firmware_msgs.m3_810.questions import NameParameters, uid_bytes

LINE = SerialLine(baudrate=19200)


class M3Reader(PadReader):
    """One pad. `port` is a serial path or `tcp://host:port`."""

    def __init__(
        self,
        name: str,
        port: str,
        afi: AfiPair,
        report: Report,
        *,
        timeouts: Timeouts = USUAL_TIMEOUTS,
        pace: Pace = USUAL_PACE,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._port = port
        self._afi = afi
        self._timeouts = timeouts
        super().__init__(name, self._open, report, check_uid=uid_bytes, pace=pace, clock=clock)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[TagField]:
        """What is asked before the first inventory is what the vendor's software was seen to ask."""
        async with open_link(self._port, LINE) as link:
            exchange = M3Exchange(link, M3Dialect(self._timeouts), ADVICE)
            await exchange.open()
            await exchange.ask(NameParameters())
            yield M3Field(exchange, self._afi)
