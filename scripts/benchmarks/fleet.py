"""A light load in a process of its own: `PORT FILE`. Terminals that only send the publishes of FILE (msgpack, a list of
Backlog), each with a bounded window without receipt, as fast as receipts come. Prints seconds and records.
"""

from __future__ import annotations

import selectors
import sys
import time
from pathlib import Path
from typing import Final

import msgspec

from kiosk.uplink.window import WINDOW
from scripts.benchmarks.backlog import Backlog
from scripts.benchmarks.wire import PATIENCE_S, Line, acknowledge, publish

_NUMBERS: Final = 65_535


class Load(msgspec.Struct, frozen=True):
    """What was done: from the first publish to the last receipt."""

    seconds: float
    records: int


class _Mark(msgspec.Struct, frozen=True):
    high_water: int


class _Receipt(msgspec.Struct, frozen=True):
    """As much of a signed receipt as a load needs."""

    payload: _Mark


_receipts: Final = msgspec.json.Decoder(_Receipt)


class Sender:
    """One terminal."""

    def __init__(self, port: int, backlog: Backlog) -> None:
        self._line = Line(port, backlog.terminal)
        self._line.subscribe(backlog.receipts, qos=1)
        self._packets = [
            (last, publish(backlog.topic, payload, at % _NUMBERS + 1))
            for at, (last, payload) in enumerate(backlog.publishes)
        ]
        self._next = 0
        self._mark = 0
        self.last = backlog.publishes[-1][0]

    @property
    def is_done(self) -> bool:
        return self._mark >= self.last

    def fileno(self) -> int:
        return self._line.fileno()

    def send(self) -> None:
        """As much as the window takes."""
        while self._next < len(self._packets) and self._packets[self._next][0] <= self._mark + WINDOW:
            self._line.send(self._packets[self._next][1])
            self._next += 1

    def hear(self) -> None:
        """Take what has come."""
        for packet in self._line.receive():
            if packet.is_publish:
                _, number, payload = packet.opened()
                if number is not None:
                    self._line.send(acknowledge(number))
                self._mark = max(self._mark, _receipts.decode(payload).payload.high_water)

    def close(self) -> None:
        self._line.close()


def send_all(senders: list[Sender]) -> Load:
    """Until each has its last receipt."""
    begun_s = time.monotonic()
    with selectors.DefaultSelector() as selector:
        for sender in senders:
            selector.register(sender, selectors.EVENT_READ, sender)
            sender.send()
        waiting = set(senders)
        while waiting:
            ready = selector.select(PATIENCE_S)
            if not ready:
                raise TimeoutError(f"{len(waiting)} terminals wait for receipts that do not come")
            for key, _ in ready:
                sender = key.data
                sender.hear()
                sender.send()
                if sender.is_done:
                    waiting.discard(sender)
    return Load(time.monotonic() - begun_s, sum(sender.last for sender in senders))


def main(port: int, file: Path) -> None:
    backlogs = msgspec.msgpack.decode(file.read_bytes(), type=list[Backlog])
    senders = [Sender(port, backlog) for backlog in backlogs]
    load = send_all(senders)
    for sender in senders:
        sender.close()
    sys.stdout.buffer.write(msgspec.json.encode(load))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
