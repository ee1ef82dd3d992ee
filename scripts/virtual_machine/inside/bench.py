"""Runs inside the machine: serves devices by our drivers as the kiosk does, and reports each event as a JSON line."""

from __future__ import annotations

import asyncio
import os
import sys
import traceback
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, assert_never

import msgspec

from drivers.catalogue.table import make_device
from drivers.events import DeviceEvent
from drivers.ports import Device, SecurityWriter
from firmware_msgs.config import AfiPair
from scripts.virtual_machine.inside.orders import PORT, Dismiss, Listen, MakePanel, Order, Run, Secure, Serve, Touch
from scripts.virtual_machine.inside.panel import Panel

PORTS: Final = Path("/dev/virtio-ports")

_decoder: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)


class Bench:
    """Obeys orders. Everything under way lives in `group`; `tell` takes one line for the host."""

    def __init__(self, group: asyncio.TaskGroup, tell: Callable[[bytes], None]) -> None:
        self._group = group
        self._tell = tell
        self._served: dict[str, Device] = {}
        self._panels: dict[str, Panel] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def obey(self, order: Order) -> None:
        """Begin what is ordered; reports tell the rest."""
        match order:
            case Serve(device=name, config=config):
                device = self._served[name] = make_device(config, AfiPair(), self._report_event)
                self._begin(name, device.run())
            case Dismiss(device=name):
                self._tasks.pop(name).cancel()
            case Secure(device=name, uid=uid, secured=secured):
                self._secure(name, uid, secured=secured)
            case Listen(device=name, path=path):
                self._begin(name, self._listen(name, path))
            case Run(device=name, command=command):
                self._begin(name, self._run(name, command))
            case MakePanel(device=name):
                self._begin(name, self._be_panel(name))
            case Touch(device=name, axes=axes):
                self._panels[name].report(axes)
            case _:
                assert_never(order)

    def report(self, event: str, device: str, **facts: Any) -> None:  # noqa: ANN401 - whatever JSON can say
        """One line for the host."""
        self._tell(msgspec.json.encode({"event": event, "device": device} | facts) + b"\n")

    def _secure(self, name: str, uid: str, *, secured: bool) -> None:
        writer = self._served[name]
        if not isinstance(writer, SecurityWriter):
            raise TypeError(f"“{name}” sets no security")
        writer.set_security(uid, secured=secured)

    def _report_event(self, event: DeviceEvent) -> None:
        facts: dict[str, Any] = msgspec.to_builtins(event)
        self.report(type(event).__name__, **facts)

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks[name] = self._group.create_task(self._guarded(name, work))

    async def _guarded(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Our own fault in one driver is told, and ends neither the bench nor the others."""
        try:
            await work
        except asyncio.CancelledError:
            self.report("Dismissed", name)
        except Exception:  # noqa: BLE001 - the report is the fault's way to the person who reads it
            self.report("Crashed", name, trace=traceback.format_exc())

    async def _listen(self, name: str, path: str) -> None:
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        terminal = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOCTTY), "rb", buffering=0)
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), terminal)
        self.report("Listening", name)
        try:
            while line := await reader.readline():
                self.report("Typed", name, text=line.decode(errors="replace").rstrip("\n"))
        finally:
            transport.close()

    async def _be_panel(self, name: str) -> None:
        panel = self._panels[name] = Panel()
        self.report("Made", name, path=panel.path)
        try:
            await asyncio.Event().wait()
        finally:
            panel.close()

    async def _run(self, name: str, command: tuple[str, ...]) -> None:
        process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT)
        said, _ = await process.communicate()
        self.report("Ran", name, code=process.returncode, output=said.decode(errors="replace"))


async def serve(port: int) -> None:
    """Obey the orders that come in at the open `port`, until the machine is switched off."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(port), "rb"))
    writing, _ = await loop.connect_write_pipe(asyncio.Protocol, os.fdopen(port, "wb"))
    async with asyncio.TaskGroup() as group:
        bench = Bench(group, writing.write)
        bench.report("Ready", "bench", python=sys.version)
        while line := await reader.readline():
            bench.obey(_decoder.decode(line))


if __name__ == "__main__":
    asyncio.run(serve(os.open(PORTS / PORT, os.O_RDWR)))
