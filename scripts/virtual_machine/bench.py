"""The host's side of the bench inside the machine: orders go in, reports come out, each under its device's name."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any, Final

import msgspec

from firmware_msgs.config import DeviceConfig
from scripts.virtual_machine.errors import CheckFailed, NothingReported
from scripts.virtual_machine.inside.orders import Axis, Dismiss, Listen, MakePanel, Order, Run, Secure, Serve, Touch

REPORT_S: Final = 20.0
"""The slowest report, of a driver that tries every 5 s, comes within 8 s on an emulated processor of an idle host."""

QUIET_S: Final = 1.5
"""What was to be told at all would have been told by now: any report takes less than half of this."""


class Bench:
    """Talks to the machine's bench; `listen` runs beside it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._reports: defaultdict[str, asyncio.Queue[dict[str, Any]]] = defaultdict(asyncio.Queue)

    async def listen(self) -> None:
        """Take in reports until the machine is gone."""
        while line := await self._reader.readline():
            report = msgspec.json.decode(line, type=dict[str, Any])
            self._reports[report["device"]].put_nowait(report)

    async def expect(self, device: str, event: str, *, within_s: float = REPORT_S, **facts: Any) -> dict[str, Any]:  # noqa: ANN401
        """The device's next report, which must be this one with these facts. Raises CheckFailed."""
        report = await self._next(device, event, within_s)
        if not {"event": event, **facts}.items() <= report.items():
            raise CheckFailed(f"“{device}” was to report {event} {facts}, but reported {report}")
        return report

    async def expect_silence(self, device: str, quiet_s: float = QUIET_S) -> None:
        """The device reports nothing for a while. Raises CheckFailed."""
        await asyncio.sleep(quiet_s)
        if not self._reports[device].empty():
            raise CheckFailed(f"“{device}” was to report nothing, but reported {self._reports[device].get_nowait()}")

    def forget(self) -> None:
        """What was reported and not expected so far belongs to a check that failed."""
        self._reports.clear()

    def serve(self, name: str, model: str, port: str, **options: str | float | bool) -> None:
        """Have a device served by its driver."""
        self._order(Serve(device=name, config=DeviceConfig(name=name, model=model, port=port, options=options)))

    async def dismiss(self, name: str) -> None:
        """End whatever goes by this name; what it reported last is forgotten."""
        self._order(Dismiss(device=name))
        while (await self._next(name, "Dismissed", REPORT_S))["event"] != "Dismissed":
            pass

    def secure(self, name: str, uid: str, *, secured: bool) -> None:
        """Have a tag's security set."""
        self._order(Secure(device=name, uid=uid, secured=secured))

    async def listen_at(self, name: str, path: str) -> None:
        """Have what is typed at the terminal `path` reported as `Typed` of `name`."""
        self._order(Listen(device=name, path=path))
        await self.expect(name, "Listening")

    async def run(self, *command: str) -> str:
        """What the program inside the machine says. Raises CheckFailed when it fails."""
        self._order(Run(device=command[0], command=command))
        report = await self.expect(command[0], "Ran")
        if report["code"]:
            raise CheckFailed(f"{' '.join(command)} failed in the machine: {report['output']}")
        return str(report["output"])

    async def make_panel(self, name: str) -> str:
        """Have a touch panel; the path of its node."""
        self._order(MakePanel(device=name))
        return str((await self.expect(name, "Made"))["path"])

    def touch(self, name: str, *axes: tuple[Axis, int]) -> None:
        """Have a panel report one moment."""
        self._order(Touch(device=name, axes=axes))

    async def _next(self, device: str, due: str, within_s: float) -> dict[str, Any]:
        try:
            async with asyncio.timeout(within_s):
                return await self._reports[device].get()
        except TimeoutError:
            raise NothingReported(f"“{device}” reported nothing in {within_s:.0f} s, where {due} was due") from None

    def _order(self, order: Order) -> None:
        self._writer.write(msgspec.json.encode(order) + b"\n")
