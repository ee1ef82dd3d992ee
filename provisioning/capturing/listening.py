"""Running one device's ordinary driver, and hearing what goes over its link."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import copy_context
from functools import partial

from drivers.catalogue.table import make_device
from drivers.errors import DriverError, PortInUse
from drivers.events import DeviceDown, DeviceEvent, DeviceUp
from drivers.links import TAP
from drivers.ports import Device
from drivers.redaction.traffic import Traffic
from provisioning.capturing.ear import Ear
from provisioning.capturing.errors import CaptureRefusedError
from provisioning.capturing.target import Target
from provisioning.capturing.words import words_of

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def listen(target: Target, seconds: float | None, tell: Callable[[str], None]) -> Sequence[Traffic]:
    """The traffic until the seconds are over, somebody pressed Ctrl-C or there is no room for more. Raises
    `CaptureRefusedError` when the device cannot be opened to begin with, or said nothing.
    """
    listening = _Listening(target.config.port, tell)
    loop = asyncio.get_running_loop()
    ear = Ear(loop.time, partial(loop.call_soon_threadsafe, listening.end))  # cards are heard from a thread
    try:
        device = make_device(target.config, target.afi, listening.report)
    except DriverError as error:
        raise CaptureRefusedError(str(error)) from error
    with _interrupted(listening.end):
        await _serve(device, ear, listening.ended, seconds)
    if listening.refusal is not None:
        raise CaptureRefusedError(listening.refusal)
    if not ear.has_heard_bytes:
        raise CaptureRefusedError(
            f"Nothing was heard from the device at {target.config.port}. Use it while the capture runs, and check that "
            "it is the right port and that the device is switched on."
        )
    return ear.traffic


class _Listening:
    """Takes the device's events. One that was never up cannot be captured: then there is a `refusal`."""

    def __init__(self, port: str, tell: Callable[[str], None]) -> None:
        self.ended = asyncio.Event()
        self.refusal: str | None = None
        self._port = port
        self._tell = tell
        self._was_up = False

    def end(self) -> None:
        """It is enough."""
        self.ended.set()

    def report(self, event: DeviceEvent) -> None:
        """See `drivers.ports.Report`."""
        self._was_up |= isinstance(event, DeviceUp)
        if isinstance(event, DeviceDown) and not self._was_up:
            in_use = event.reason == str(PortInUse(self._port))
            advice = " If that is the kiosk, stop it for as long as the capture runs." if in_use else ""
            self.refusal = event.reason + advice
            self.end()
        else:
            self._tell(words_of(event))


async def _serve(device: Device, ear: Ear, ended: asyncio.Event, seconds: float | None) -> None:
    context = copy_context()
    context.run(TAP.set, ear)
    serving = asyncio.create_task(device.run(), context=context)
    waiting = asyncio.create_task(ended.wait())
    try:
        await asyncio.wait({serving, waiting}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (serving, waiting):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await serving


@contextmanager
def _interrupted(end: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C and its kin end the capture, not the program."""
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, end)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
