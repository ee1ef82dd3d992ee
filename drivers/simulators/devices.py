"""The simulated devices as an order on the command socket sees them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Final, Protocol

from drivers.simulators.cable import Cable
from drivers.simulators.card import CardFault, CardSlot, VirtualCard
from drivers.simulators.commands import Fault
from drivers.simulators.config import CardReaderConfig, PadConfig, ScannerConfig
from drivers.simulators.errors import SimulationError
from drivers.simulators.feig.firmware import Build, FeigFirmware
from drivers.simulators.pcscd import READERS, PrivatePcscd
from drivers.simulators.scanners.voices import voice
from drivers.simulators.tag_chip import TagChip
from drivers.simulators.tcp_cable import TcpCable
from drivers.simulators.timing import serial_s
from drivers.simulators.virtual_tag import Field, VirtualTag


class SimulatedDevice(Protocol):
    """One device. `facts` says how to reach it and what lies there, in JSON's types."""

    name: str

    def facts(self) -> dict[str, Any]:
        """How to reach it, whether it is plugged in, what lies there."""

    def fail(self, fault: Fault) -> None:
        """Begin to fail. Raises `SimulationError` for a fault that such a device cannot have."""

    def clear(self) -> None:
        """All is well again."""

    async def plug(self) -> None:
        """Connect it; nothing to do when it is connected."""

    async def unplug(self) -> None:
        """Disconnect it; nothing to do when it is not connected."""


class Pad:
    """A FEIG reader with a field of tags."""

    def __init__(self, config: PadConfig, link: Path) -> None:
        if config.tcp == bool(config.link):
            raise SimulationError(f"“{config.name}” needs either a link or tcp = true.")
        self.name = config.name
        self.field = Field()
        self._firmware = FeigFirmware(self.field, pace=config.pace, build=_build(config))
        self._cable = TcpCable(self._firmware) if config.tcp else Cable(link, self._firmware)

    def facts(self) -> dict[str, Any]:
        """See `SimulatedDevice`."""
        return {
            "name": self.name,
            "kind": "feig",
            "port": self._cable.port,
            "plugged": self._cable.is_plugged,
            "tags": [tag.uid for tag in self.field],
            "outputs": self._firmware.outputs.facts(),
            "inputs": self._firmware.inputs,
            "people": list(self._firmware.build.people.counts),
        }

    def switch(self, number: int, *, on: bool) -> None:
        """Close or open the contact at input `number`, from 1."""
        bit = 1 << (number - 1)
        self._firmware.inputs = self._firmware.inputs | bit if on else self._firmware.inputs & ~bit

    def let_pass(self, counter: int, people: int) -> None:
        """Let so many walk past counter 1 to 4 of the gate."""
        self._firmware.build.people.let_pass(counter - 1, people)

    def fail(self, fault: Fault) -> None:
        """See `SimulatedDevice`."""
        faults = self._firmware.faults
        match fault.kind:
            case "drop_byte":
                faults.dropped_bytes += fault.count
            case "corrupt_crc":
                faults.corrupted_crcs += fault.count
            case "tear_write":
                faults.torn_writes.extend([fault.takes] * fault.count)
            case "silent":
                faults.silent = True
            case "loss":
                faults.lose(fault.share)
            case "delay":
                faults.late_answers, faults.late_s = faults.late_answers + fault.count, fault.delay_s
            case _:
                raise _no_such_fault(self.name, "pad", fault)

    def clear(self) -> None:
        """See `SimulatedDevice`."""
        self._firmware.faults.clear()

    async def plug(self) -> None:
        """See `SimulatedDevice`."""
        if isinstance(self._cable, TcpCable):
            await self._cable.plug()
        else:
            self._cable.plug()

    async def unplug(self) -> None:
        """See `SimulatedDevice`."""
        if isinstance(self._cable, TcpCable):
            await self._cable.unplug()
        else:
            self._cable.unplug()


def _build(config: PadConfig) -> Build:
    return Build(config.address, config.block_order, line_s=_no_time if config.tcp else serial_s)


def _no_time(_byte_count: int) -> float:
    """A network's share of an answer is too small to be felt."""
    return 0.0


class Scanner:
    """A serial scanner; one that speaks in lines is set to end codes with CR."""

    def __init__(self, config: ScannerConfig, link: Path) -> None:
        self.name = config.name
        self._link = link
        self._speaks = config.speaks
        self._voice = voice(config.speaks, link)
        self._chance = Random(0)  # noqa: S311 - repeatable, nothing secret
        self._bytes_to_drop = 0
        self._silent = False

    def facts(self) -> dict[str, Any]:
        """See `SimulatedDevice`."""
        return {
            "name": self.name,
            "kind": "scanner",
            "port": str(self._link),
            "plugged": self._voice.is_plugged,
            "speaks": self._speaks.value,
        }

    def scan(self, data: bytes) -> None:
        """Send what a scan sends. Raises `SimulationError` when it was told not to scan."""
        while self._bytes_to_drop and data:
            self._bytes_to_drop -= 1
            at = self._chance.randrange(len(data))
            data = data[:at] + data[at + 1 :]
        if not self._silent and not self._voice.read(data):
            raise SimulationError(f"“{self.name}” was told not to scan. Have its driver ask for it.")

    def fail(self, fault: Fault) -> None:
        """See `SimulatedDevice`."""
        match fault.kind:
            case "drop_byte":
                self._bytes_to_drop += fault.count
            case "silent":
                self._silent = True
            case _:
                raise _no_such_fault(self.name, "scanner", fault)

    def clear(self) -> None:
        """See `SimulatedDevice`."""
        self._bytes_to_drop, self._silent = 0, False

    async def plug(self) -> None:
        """See `SimulatedDevice`."""
        self._voice.plug()

    async def unplug(self) -> None:
        """See `SimulatedDevice`."""
        self._voice.unplug()


_CARD_FAULTS: Final = {fault.value: fault for fault in CardFault}


class CardReader:
    """A slot of vpcd, by default with a pcscd of its own: each terminal has one."""

    def __init__(self, config: CardReaderConfig, group: asyncio.TaskGroup) -> None:
        self.name = config.name
        self._pcscd = None if config.vpcd_port else PrivatePcscd()
        self._slot = CardSlot(config.vpcd_port or self._own_port(), group)
        self._tag_commands = config.tag_commands
        self._fault: CardFault | None = None
        self._is_plugged = True

    def _own_port(self) -> int:
        return 0 if self._pcscd is None else self._pcscd.vpcd_port

    def facts(self) -> dict[str, Any]:
        """See `SimulatedDevice`. A client sets PCSCLITE_CSOCK_NAME to `pcscd_socket`, where there is one."""
        card = self._slot.card
        return {
            "name": self.name,
            "kind": "card",
            "port": READERS[0],
            "plugged": self._is_plugged,
            "pcscd_socket": None if self._pcscd is None else str(self._pcscd.socket_path),
            "card": None if card is None else card.uid,
        }

    def tap(self, card: VirtualCard) -> None:
        """Lay a card down, with the reader's present fault if it has none."""
        self._slot.tap(replace(card, fault=card.fault or self._fault))

    def tap_tag(self, tag: VirtualTag) -> None:
        """Lay an ISO 15693 tag down."""
        self.tap(VirtualCard(tag.uid, chip=TagChip(tag, self._tag_commands)))

    def untap(self) -> None:
        """Take the card away."""
        self._slot.untap()

    def fail(self, fault: Fault) -> None:
        """See `SimulatedDevice`."""
        if fault.kind not in _CARD_FAULTS:
            raise _no_such_fault(self.name, "card reader", fault)
        self._fault = _CARD_FAULTS[fault.kind]

    def clear(self) -> None:
        """See `SimulatedDevice`."""
        self._fault = None

    async def plug(self) -> None:
        """See `SimulatedDevice`. In a thread, for pcscd talks to our card while it starts."""
        if not self._is_plugged:
            await asyncio.to_thread(self._own_pcscd().start)
            self._is_plugged = True

    async def unplug(self) -> None:
        """See `SimulatedDevice`."""
        if self._is_plugged:
            await asyncio.to_thread(self._own_pcscd().stop)
            self._is_plugged = False

    def close(self) -> None:
        """End its pcscd for good."""
        self._slot.untap()
        if self._pcscd is not None:
            self._pcscd.close()

    def _own_pcscd(self) -> PrivatePcscd:
        if self._pcscd is None:
            raise SimulationError(f"“{self.name}” is a slot of someone else's pcscd. Stop that pcscd instead.")
        return self._pcscd


def _no_such_fault(name: str, kind: str, fault: Fault) -> SimulationError:
    return SimulationError(f"“{name}” is a {kind}, which cannot fail by “{fault.kind}”. See Fault in commands.py.")
