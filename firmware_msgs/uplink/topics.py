"""Topic names under `shufang/1/{network}/`. Patron identifiers never appear in one."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

PARTITIONS: Final = 64


def partition_of(terminal: str) -> int:
    """The terminal's partition, fixed at provisioning: ingest scales by it with each terminal's order kept."""
    return zlib.crc32(terminal.encode()) % PARTITIONS


@dataclass(frozen=True, slots=True)
class TerminalTopics:
    """The topics of one terminal."""

    network: str
    terminal: str

    @property
    def _root(self) -> str:
        return f"shufang/1/{self.network}"

    @property
    def event(self) -> str:
        return f"{self._root}/event/{partition_of(self.terminal)}/{self.terminal}"

    @property
    def receipt(self) -> str:
        return f"{self._root}/receipt/{self.terminal}"

    @property
    def life(self) -> str:
        return f"{self._root}/state/{self.terminal}/life"

    @property
    def heartbeat(self) -> str:
        return f"{self._root}/state/{self.terminal}/heartbeat"

    @property
    def health(self) -> str:
        return f"{self._root}/state/{self.terminal}/health"

    @property
    def answers(self) -> str:
        """Filter for all answers."""
        return f"{self._root}/answer/{self.terminal}/+"

    def ask(self, ask_id: str) -> str:
        return f"{self._root}/ask/{partition_of(self.terminal)}/{self.terminal}/{ask_id}"

    def answer(self, ask_id: str) -> str:
        return f"{self._root}/answer/{self.terminal}/{ask_id}"


@dataclass(frozen=True, slots=True)
class NetworkTopics:
    """Filters and topics of the main library."""

    network: str

    @property
    def _root(self) -> str:
        return f"shufang/1/{self.network}"

    @property
    def events(self) -> str:
        return f"{self._root}/event/+/+"

    @property
    def asks(self) -> str:
        return f"{self._root}/ask/+/+/+"

    @property
    def states(self) -> str:
        return f"{self._root}/state/+/+"

    @property
    def beacons(self) -> str:
        return f"{self._root}/central/+"

    def beacon(self, worker: str) -> str:
        return f"{self._root}/central/{worker}"
