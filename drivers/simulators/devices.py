"""The simulated devices as an order on the command socket sees them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Final, Protocol

from drivers.simulators.card import CardFault, CardSlot, VirtualCard
from drivers.simulators.commands import Fault
from drivers.simulators.config import CardReaderConfig, ScannerConfig
from drivers.simulators.errors import SimulationError
from drivers.simulators.pcscd import READERS, PrivatePcscd
from drivers.simulators.scanners.voices import voice
from drivers.simulators.tag_chip import TagChip
from drivers.simulators.virtual_tag import VirtualTag


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
