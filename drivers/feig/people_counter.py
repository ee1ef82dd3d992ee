"""The people counter in a gate, behind its FEIG reader (which must have nothing else to do for this program)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from drivers.errors import DeviceSilent
from drivers.events import PeopleCounted
from drivers.feig.dialect import ADVICE, USUAL_SETUP, FeigDialect, Setup
from drivers.feig.field import FeigExchange
from drivers.feig.reader import LINE
from drivers.feig.tally import Tally
from drivers.links import open_link
from drivers.ports import Report
from drivers.supervisor import USUAL_BACKOFF, Backoff, Supervisor
from firmware_msgs.feig.frames import ANY_ADDRESS
from firmware_msgs.feig.peripherals import GetPeople, People, PeripheralAnswer

POLL_S: Final = 5.0  # as often as the counter itself renews its display
MAX_FAILURES: Final = 3  # in a row; the reader may be busy with its tags once


@dataclass(frozen=True, slots=True)
class Gate:
    """The counter's address on the reader's RS485 line, and which of its four counts are people going in and going out:
    that depends on how the gate was mounted.
    """

    address: int = ANY_ADDRESS
    entering: frozenset[int] = frozenset({0, 2})
    leaving: frozenset[int] = frozenset({1, 3})


USUAL_GATE: Final = Gate()


class PeopleCounter:
    """Reports `PeopleCounted` when somebody passed. What passed while the counter was out of reach is told afterwards,
    unless this program was restarted meanwhile.
    """

    def __init__(
        self,
        name: str,
        port: str,
        report: Report,
        *,
        setup: Setup = USUAL_SETUP,
        gate: Gate = USUAL_GATE,
        poll_s: float = POLL_S,
        backoff: Backoff = USUAL_BACKOFF,
    ) -> None:
        self.name = name
        self._port = port
        self._report = report
        self._setup = setup
        self._question = GetPeople(gate.address)
        self._gate = gate
        self._poll_s = poll_s
        self._backoff = backoff
        self._tally = Tally()

    async def run(self) -> None:
        """Serve the counter until cancelled."""
        await Supervisor(self.name, self._session, self._report, backoff=self._backoff).run()

    async def _session(self, up: Callable[[], None]) -> None:
        async with open_link(self._port, LINE) as link:
            exchange = FeigExchange(link, FeigDialect(self._setup), ADVICE)
            await exchange.open()
            while True:
                self._tell(await self._people(exchange))
                up()
                await asyncio.sleep(self._poll_s)

    async def _people(self, exchange: FeigExchange) -> People:
        for _ in range(MAX_FAILURES):
            answer = await exchange.ask(self._question)
            if isinstance(answer, PeripheralAnswer) and answer.people is not None:
                return answer.people
        raise DeviceSilent(
            f"The reader at {self._port} answers, but not the people counter behind it. Check the counter's power and "
            "its cable to the reader, and its address in the configuration."
        )

    def _tell(self, people: People) -> None:
        grown = self._tally.since_last(people.counts)
        entered = sum(grown[index] for index in self._gate.entering)
        left = sum(grown[index] for index in self._gate.leaving)
        if entered or left:
            self._report(PeopleCounted(self.name, entered, left))
