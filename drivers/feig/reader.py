"""A FEIG OBID i-scan reader under a pad (HF, ISO 15693), on a serial line or the network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Final

from drivers.feig.dialect import ADVICE, USUAL_SETUP, FeigDialect, Setup
from drivers.feig.field import FeigExchange, FeigField, Security
from drivers.feig.signals import CueSlot
from drivers.links import open_link
from drivers.pad.field import TagField
from drivers.pad.reader import USUAL_PACE, Pace, PadReader
from drivers.ports import Cue, Report
from drivers.serial_port import SerialLine
from firmware_msgs.config import AfiPair
from firmware_msgs.feig.reader_requests import ResetRf
from firmware_msgs.feig.uids import uid_bytes

LINE: Final = SerialLine(baudrate=38400, parity="E")


class FeigReader(PadReader):
    """One pad. `port` is a serial path or `tcp://host:port`. Also gives cues, with the outputs it has."""

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
        self._security = Security(afi, setup.with_eas)
        self._setup = setup
        self._cues = CueSlot(setup.outputs)
        super().__init__(name, self._open, report, check_uid=uid_bytes, pace=pace, clock=clock)

    def signal(self, cue: Cue) -> None:
        """See `Signals`. Given before the next look at the pad."""
        self._cues.put(cue)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[TagField]:
        async with open_link(self._port, LINE) as link:
            exchange = FeigExchange(link, FeigDialect(self._setup), ADVICE)
            await exchange.open()
            await exchange.ask(ResetRf())
            self._cues.take()  # it was meant for a moment long past
            yield FeigField(exchange, self._security, self._cues)
