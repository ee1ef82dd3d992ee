"""What scanners, panels and keypads of the kernel's input layer have in common: reports and time to facts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NoReturn, Protocol, TypeVar

from drivers.evdev_port import InputPort
from drivers.supervisor import Backoff
from firmware_msgs.hid.device_state import DeviceState
from firmware_msgs.hid.input_events import Lost, Report

Fact = TypeVar("Fact")
Fact_co = TypeVar("Fact_co", covariant=True)

INPUT_BACKOFF = Backoff(cap_s=1.0)
"""Opening costs next to nothing, and until it is grabbed what a scanner types reaches the console."""


class InputReader(Protocol[Fact_co]):
    """Reads one device from a known state. Pure: time comes with the reports and with `expire`."""

    @property
    def deadline_s(self) -> float | None:
        """When `expire` is due; None while nothing waits for time to pass."""

    def feed(self, report: Report) -> Sequence[Fact_co]:
        """What the report means."""

    def expire(self, now_s: float) -> Sequence[Fact_co]:
        """What time alone means."""

    def end(self) -> Sequence[Fact_co]:
        """What becomes of that which was under way: the device is gone, or reports were lost."""


async def serve(
    port: InputPort,
    make: Callable[[DeviceState], InputReader[Fact]],
    tell: Callable[[Fact], None],
    up: Callable[[], None],
) -> NoReturn:
    """Until the device is gone (`DeviceLost`) or cancelled. After lost reports a new reader goes on from how the
    kernel says things stand.

    Asking how they stand makes the kernel forget the reports not read yet (EVIOCGKEY), so it is asked before `up` says
    that the device can be used.
    """
    reader = make(port.state())
    up()
    try:
        while True:
            said = await _said(port, reader.deadline_s)
            if not said:
                _tell_all(tell, reader.expire(asyncio.get_running_loop().time()))
            for report in said:
                if isinstance(report, Lost):
                    _tell_all(tell, reader.end())
                    reader = make(port.state())
                else:
                    _tell_all(tell, reader.feed(report))
    finally:
        _tell_all(tell, reader.end())


async def _said(port: InputPort, deadline_s: float | None) -> Sequence[Report | Lost]:
    """The next reports, or none once the deadline has passed without any: the device's own times count, also when
    this process was late.
    """
    try:
        async with asyncio.timeout_at(deadline_s):
            return await port.read()
    except TimeoutError:
        return port.pending()


def _tell_all(tell: Callable[[Fact], None], facts: Sequence[Fact]) -> None:
    for fact in facts:
        tell(fact)
