"""The kiosk with a tripwire: the very program, killed with SIGKILL at one named moment of a loan or a return.

python -m tests.e2e.dying_kiosk MOMENT run --no-screen --config FILE
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from drivers.events import SecurityChanged
from drivers.exchange import Exchange
from drivers.feig.field import FeigExchange
from firmware_msgs.feig.answers import Answer
from firmware_msgs.feig.requests import Request
from firmware_msgs.feig.tag_requests import WriteAfi
from firmware_msgs.uplink.questions import Authorised
from firmware_msgs.uplink.records import TYPES
from kiosk.journal.store import Journal
from kiosk.main import main
from kiosk.moment import Moment
from kiosk.runner import Runner
from kiosk.session.effects import Entry
from kiosk.session.events import Answered, SessionEvent

LOAN_MOMENTS = (
    "before loan_asked",
    "after loan_asked",
    "answered",
    "before loan_opened",
    "after loan_opened",
    "before write",
    "after write",
    "read back",
    "before loan_confirmed",
    "after loan_confirmed",
)
RETURN_MOMENTS = (
    "before return_opened",
    "after return_opened",
    "before write",
    "after write",
    "read back",
    "before item_returned",
    "after item_returned",
)


class Tripwire:
    """Dies when it is told the name of its moment."""

    def __init__(self, moment: str) -> None:
        self._moment = moment

    def here(self, name: str) -> None:
        if name == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def across_journal(self) -> None:
        append = Journal.append

        async def dying(journal: Journal, entries: Sequence[Entry], moment: Moment) -> None:
            kinds = {TYPES[type(entry.body)].split(".")[1] for entry in entries}
            for kind in kinds:
                self.here(f"before {kind}")
            await append(journal, entries, moment)
            for kind in kinds:
                self.here(f"after {kind}")

        setattr(Journal, "append", dying)  # noqa: B010 - a method of somebody else

    def across_reader(self) -> None:
        ask = Exchange.ask

        async def dying(exchange: FeigExchange, request: Request) -> Answer | None:
            if isinstance(request, WriteAfi):
                self.here("before write")
            answer = await ask(exchange, request)
            if isinstance(request, WriteAfi):
                self.here("after write")
            return answer

        setattr(Exchange, "ask", dying)  # noqa: B010 - a method of somebody else

    def across_queue(self) -> None:
        report = Runner.report

        def dying(runner: Runner, event: SessionEvent) -> None:
            if isinstance(event, SecurityChanged):
                self.here("read back")
            if isinstance(event, Answered) and isinstance(event.reply, Authorised):
                self.here("answered")
            report(runner, event)

        setattr(Runner, "report", dying)  # noqa: B010 - a method of somebody else


if __name__ == "__main__":
    tripwire = Tripwire(sys.argv.pop(1))
    tripwire.across_journal()
    tripwire.across_reader()
    tripwire.across_queue()
    main()
