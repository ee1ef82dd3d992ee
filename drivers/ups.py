"""A power supply watched through a NUT server (Network UPS Tools), on this machine or the network. The only importer of
aionut.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from aionut import AIONUTClient, NUTCommandError, NUTError, NUTLoginError

from drivers.errors import DeviceFault
from drivers.events import BatteryLow, PowerLost, PowerRestored
from drivers.ports import Report
from drivers.supervisor import USUAL_BACKOFF, Backoff, Supervisor
from firmware_msgs.nut import Supply, read_supply

POLL_S = 2.0  # a UPS tells its own driver every 2 s; a shutdown takes 30 s and more, so no sooner is needed
ANSWER_S = 5.0  # a server answers from memory within 0.01 s
DEAD_S = 15.0  # on battery and out of sight for so long (upsmon's DEADTIME) is as good as empty
LOW_CHARGE_PERCENT = 20.0  # many supplies tell a low battery too late for a clean shutdown
LOW_RUNTIME_S = 120.0  # four times what that takes
PORT: Final = 3493

_ADDRESS: Final = re.compile(
    r"(?P<ups>[A-Za-z0-9._-]{1,64})@(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(:(?P<port>[0-9]{1,5}))?"
)
_REASONS: Final = {
    "UNKNOWN-UPS": "The NUT server at {at} knows no power supply “{ups}”. See the names with: upsc -l",
    "DRIVER-NOT-CONNECTED": "The NUT driver of “{ups}” does not run. See: systemctl status nut-driver.target",
    "DATA-STALE": "The NUT server has lost sight of “{ups}”. Check the cable between it and the server.",
    "ACCESS-DENIED": "The NUT server at {at} does not let this machine ask. See its upsd.conf.",
}


@dataclass(frozen=True, slots=True)
class UpsAddress:
    """A power supply of a NUT server."""

    ups: str
    host: str
    port: int = PORT

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def ups_address(text: str) -> UpsAddress:
    """`name@host` or `name@host:port`. Raises ValueError for anything else."""
    found = _ADDRESS.fullmatch(text)
    port = int(found["port"] or PORT) if found else 0
    if found is None or not 0 < port < 65_536:
        raise ValueError("names no power supply. Write it as name@host, or name@host:3493.")
    return UpsAddress(found["ups"], found["host"].strip("[]"), port)


@dataclass(frozen=True, slots=True)
class Limits:
    """When a battery counts as low although it does not say so itself."""

    charge_percent: float = LOW_CHARGE_PERCENT
    runtime_s: float = LOW_RUNTIME_S


@dataclass(frozen=True, slots=True)
class Pace:
    """The driver's times, for tests that cannot wait for them."""

    poll_s: float = POLL_S
    dead_s: float = DEAD_S
    backoff: Backoff = USUAL_BACKOFF


class NutUps:
    """Reports `PowerLost`, `BatteryLow` and `PowerRestored`, each once for each time; with mains from the start,
    nothing. A supply that was on battery when it went out of sight counts as low before long.
    """

    def __init__(
        self,
        name: str,
        address: UpsAddress,
        report: Report,
        *,
        limits: Limits = Limits(),
        pace: Pace = Pace(),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self._address = address
        self._report = report
        self._limits = limits
        self._pace = pace
        self._clock = clock
        self._on_battery = False
        self._is_low = False
        self._seen_s = clock()

    async def run(self) -> None:
        """Watch the supply until cancelled."""
        await Supervisor(self.name, self._serve, self._report, backoff=self._pace.backoff).run()

    async def _serve(self, up: Callable[[], None]) -> None:
        client = AIONUTClient(self._address.host, self._address.port, timeout=ANSWER_S)
        try:
            while True:
                self._see(await self._look(client))
                up()
                await asyncio.sleep(self._pace.poll_s)
        finally:
            client.shutdown()
            self._assume_the_worst()

    async def _look(self, client: AIONUTClient) -> Supply:
        try:
            return read_supply(await client.list_vars(self._address.ups))
        except (NUTCommandError, NUTLoginError) as error:  # the latter is how the library calls ACCESS-DENIED
            raise DeviceFault(self._words(str(error))) from error
        except (NUTError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError) as error:
            # the last three: an answer cut short, endless or garbled, which the library lets through
            raise DeviceFault(
                f"The NUT server at {self._address} does not answer as it should. See: systemctl status nut-server"
            ) from error

    def _words(self, text: str) -> str:
        for code, words in _REASONS.items():
            if code in text:
                return words.format(at=self._address, ups=self._address.ups)
        return f"The NUT server at {self._address} refuses to tell of “{self._address.ups}”. See its log."

    def _see(self, supply: Supply) -> None:
        self._seen_s = self._clock()
        is_well = supply.on_battery is False and not supply.is_ending
        if is_well and (self._on_battery or self._is_low):
            self._on_battery = self._is_low = False
            self._report(PowerRestored(self.name))
        if supply.on_battery and not self._on_battery:
            self._on_battery = True
            self._report(PowerLost(self.name, None if supply.runtime_s is None else int(supply.runtime_s)))
        if supply.is_ending or (self._on_battery and self._is_short(supply)):
            self._tell_low()

    def _is_short(self, supply: Supply) -> bool:
        charge, runtime_s = supply.charge_percent, supply.runtime_s
        return (charge is not None and charge <= self._limits.charge_percent) or (
            runtime_s is not None and runtime_s <= self._limits.runtime_s
        )

    def _assume_the_worst(self) -> None:
        if self._on_battery and self._clock() - self._seen_s >= self._pace.dead_s:
            self._tell_low()

    def _tell_low(self) -> None:
        if not self._is_low:
            self._is_low = True
            self._report(BatteryLow(self.name))
