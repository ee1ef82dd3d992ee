"""A Chafon UHF reader (UHFReader18, UHFReader288 and their kin) under a pad, on a serial line or the network."""

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
from drivers.uhf.chafon_access import ChafonAccess, ChafonExchange, Reader18, Reader288
from drivers.uhf.chafon_dialect import ADVICE, USUAL_TIMEOUTS, ChafonDialect, Timeouts
from drivers.uhf.field import UhfField
from firmware_msgs.chafon.answers import Done, Layout, ReaderInformation, Refused
from firmware_msgs.chafon.frames import BAUDRATE
from firmware_msgs.chafon.requests import Command, Plain, Request, Setting
from firmware_msgs.config import AfiPair

SETUP_ATTEMPTS = 5  # as for reading a tag: a link that loses one frame in five still passes
SCAN_TIME: Final = 3  # × 100 ms, the least there is: enough for the tags on a pad, and the longest a look may take


@dataclass(frozen=True, slots=True)
class Setup:
    """How a reader is set and spoken to. `power_dbm` None leaves it as it is. `floor`: tags that a UHFReader288 tells a
    smaller strength of lie elsewhere; a UHFReader18 tells none.
    """

    layout: Layout = Layout.READER_18
    power_dbm: int | None = None
    floor: int = 0
    baudrate: int = BAUDRATE
    timeouts: Timeouts = USUAL_TIMEOUTS


USUAL_SETUP: Final = Setup()


class ChafonReader(PadReader):
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
        layout = self._setup.layout
        model = Reader288() if layout is Layout.READER_288 else Reader18()
        async with open_link(self._port, SerialLine(self._setup.baudrate)) as link:
            exchange = ChafonExchange(link, ChafonDialect(layout, self._setup.timeouts), ADVICE)
            await exchange.open()
            await self._set_up(exchange)
            yield UhfField(ChafonAccess(exchange, model, self._setup.floor), self._afi)

    async def _set_up(self, exchange: ChafonExchange) -> None:
        """Reads before it writes: these settings wear out the reader's memory."""
        now = await self._ask(exchange, Plain(Command.READER_INFORMATION), "tell what it is")
        power_dbm = self._setup.power_dbm
        if not isinstance(now, ReaderInformation) or now.scan_time != SCAN_TIME:
            await self._ask(exchange, Setting(Command.SET_SCAN_TIME, SCAN_TIME), "look for 0.3 s at a time")
        if power_dbm is not None and (not isinstance(now, ReaderInformation) or now.power_dbm != power_dbm):
            await self._ask(exchange, Setting(Command.SET_POWER, power_dbm), f"send with {power_dbm} dBm")

    async def _ask(self, exchange: ChafonExchange, request: Request, what: str) -> Done | ReaderInformation:
        """A reader that sends too far would lend books on shelves: without its settings it is of no use."""
        reason = "it does not answer"
        for _ in range(SETUP_ATTEMPTS):
            match await exchange.ask(request):
                case (Done() | ReaderInformation() as answer,):
                    return answer
                case (Refused() as refused,):
                    reason = str(refused)
                case _:
                    pass
        raise DeviceFault(
            f"The RFID reader at {self._port} cannot {what}: {reason}. Check its model and its settings in the "
            "configuration."
        )
