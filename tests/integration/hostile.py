"""Hostile links for every driver's tests: what can go wrong between a simulated firmware and its pty.

A `HostileLink` stands between any `Firmware` (drivers/simulators/firmware.py) and its `Cable` and treats what passes
in the manner given. How a driver's tests use it (test_feig_hostile_link.py is the example)::

    pytestmark = pytest.mark.usefixtures("no_leaks")      # fails the test that leaves an fd or a task behind

    @pytest.mark.parametrize("manner", hostile.HARMLESS, ids=str)
    async def test_a_slow_or_noisy_link_loses_nothing(tmp_path, manner):
        async with hostile.plugged(tmp_path / "port", MyFirmware(), manner) as link:
            ...run the driver on tmp_path / "port"; everything asked of it must succeed

    @pytest.mark.parametrize("manner", hostile.harmful(late_s=1.5 * PATIENCE_S), ids=str)
    async def test_a_broken_link_never_makes_it_lie(tmp_path, manner):
        ...the same story; things may fail, but nothing reported may differ from what the firmware holds

    async def test_unplugged_in_the_middle_of_a_write(tmp_path):
        async with hostile.plugged(tmp_path / "port", MyFirmware()) as link:
            link.unplug_when(lambda data: COMMAND in data, carried_out=False)
            ...the driver reports failure and DeviceDown; after link.cable.plug() it is up again

`late_s` is longer than the driver waits for an answer and shorter than twice that: the answer to one question arrives
during the next. A device that speaks of its own accord (a scanner) says it by `link.say(...)`, through the same manner;
`TcpCable(HostileLink(firmware, manner))` is such a link on the network.
Every manner draws from its link's own `Random`, so that a test repeats.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Final, TypeAlias

from drivers.simulators.cable import Cable
from drivers.simulators.firmware import Firmware, Reply

SHARE: Final = 0.2  # of what passes is lost, tampered with or late

Say: TypeAlias = Callable[[Reply, Random], Iterable[Reply]]
Hear: TypeAlias = Callable[[bytes, Random], bytes]


def _as_said(reply: Reply, _chance: Random) -> Iterator[Reply]:
    yield reply


def _as_heard(data: bytes, _chance: Random) -> bytes:
    return data


@dataclass(frozen=True)
class Manner:
    """What a link does to each reply on its way to the host, and to each write on its way to the device."""

    name: str
    say: Say = _as_said
    hear: Hear = _as_heard

    def __str__(self) -> str:
        return self.name


def _byte_by_byte(reply: Reply, _chance: Random) -> Iterator[Reply]:
    yield replace(reply, data=reply.data[:1])
    for byte in reply.data[1:]:
        yield Reply(bytes((byte,)), 0.0002)


def _in_noise(reply: Reply, chance: Random) -> Iterator[Reply]:
    yield replace(reply, data=chance.randbytes(20) + reply.data + chance.randbytes(20))


def _maybe_lost(reply: Reply, chance: Random) -> Iterator[Reply]:
    if chance.random() >= SHARE:
        yield reply


def _maybe_unheard(data: bytes, chance: Random) -> bytes:
    return data if chance.random() >= SHARE else b""


def _maybe_tampered(reply: Reply, chance: Random) -> Iterator[Reply]:
    at, bit = chance.randrange(len(reply.data)), 1 << chance.randrange(8)
    changed = reply.data[:at] + bytes((reply.data[at] ^ bit,)) + reply.data[at + 1 :]
    yield replace(reply, data=changed) if chance.random() < SHARE else reply


def delayed(delay_s: float) -> Manner:
    """Every answer comes so much later, well within the driver's patience."""
    return Manner("delayed", lambda reply, _chance: [replace(reply, delay_s=reply.delay_s + delay_s)])


def late(late_s: float) -> Manner:
    """Some answers come when the driver has given them up and asked something else."""

    def say(reply: Reply, chance: Random) -> Iterator[Reply]:
        yield replace(reply, delay_s=late_s) if chance.random() < SHARE else reply

    return Manner("late", say)


CLEAN: Final = Manner("clean")
ONE_BYTE_AT_A_TIME: Final = Manner("one byte at a time", _byte_by_byte)
NOISY: Final = Manner("noisy", _in_noise)
LOSSY: Final = Manner("lossy", _maybe_lost, _maybe_unheard)
TAMPERED: Final = Manner("tampered", _maybe_tampered)

HARMLESS: Final = (CLEAN, ONE_BYTE_AT_A_TIME, delayed(0.02), NOISY)
"""A link may do this all day and nothing is lost. (Leave out NOISY where a protocol has no frames to find in noise.)"""


def harmful(late_s: float) -> tuple[Manner, ...]:
    """What loses questions or answers, in each way."""
    return LOSSY, TAMPERED, late(late_s)


class HostileLink:
    """A `Firmware` that passes on what another hears and says. `heard` is set at each write of the driver."""

    def __init__(self, firmware: Firmware, manner: Manner = CLEAN, seed: int = 20) -> None:
        self._firmware = firmware
        self._manner = manner
        self._chance = Random(seed)  # noqa: S311 - repeatable, nothing secret
        self._cable: Cable | None = None
        self._trip: tuple[Callable[[bytes], bool], bool] | None = None
        self.heard = asyncio.Event()

    @property
    def cable(self) -> Cable:
        """The cable at which this link ends; set by `on`."""
        assert self._cable is not None
        return self._cable

    def on(self, port: Path) -> Cable:
        """The cable to `port`, with this link in it."""
        self._cable = Cable(port, self)
        return self._cable

    def feed(self, data: bytes, /) -> Iterator[Reply]:
        self.heard.set()
        if self._trip is not None and self._trip[0](data):
            self._unplug(data)
        elif heard := self._manner.hear(data, self._chance):
            yield from self._said(self._firmware.feed(heard))

    def say(self, data: bytes) -> None:
        """The device speaks of its own accord."""
        for reply in self._said([Reply(data)]):
            self.cable.say(reply)

    def unplug_when(self, is_it: Callable[[bytes], bool], *, carried_out: bool) -> None:
        """Draw the cable at the first write that `is_it`; the device did what it asks, or did not hear it."""
        self._trip = is_it, carried_out

    def _said(self, replies: Iterable[Reply]) -> Iterator[Reply]:
        for reply in replies:
            yield from self._manner.say(reply, self._chance)

    def _unplug(self, data: bytes) -> None:
        carried_out = self._trip is not None and self._trip[1]
        self._trip = None
        if carried_out:
            list(self._firmware.feed(data))
        self.cable.unplug()


@asynccontextmanager
async def plugged(port: Path, firmware: Firmware, manner: Manner = CLEAN) -> AsyncIterator[HostileLink]:
    """The link with its cable plugged in at `port`; unplugged at the end."""
    link = HostileLink(firmware, manner)
    cable = link.on(port)
    cable.plug()
    try:
        yield link
    finally:
        cable.unplug()
