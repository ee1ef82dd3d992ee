"""The least that any intake on SQLite must do, in a process of its own: `PORT DATABASE`. It takes the publishes from a
raw socket, stores their records one row each in FULL-sync commits, acknowledges, and sends receipts. It verifies,
unseals and decides nothing.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from firmware_msgs.uplink.topics import NetworkTopics, TerminalTopics
from scripts.benchmarks.ground import NETWORK
from scripts.benchmarks.wire import Line, Packet, acknowledge, publish

PUBLISHES_A_COMMIT: Final = 50
"""Of 100 records, about as many as the main library takes into one."""

PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL")
TABLE: Final = "CREATE TABLE inbox (stream TEXT, sequence INTEGER, id TEXT, event BLOB, PRIMARY KEY (stream, sequence))"


class _Numbered(msgspec.Struct, frozen=True):
    stream: str
    sequence: int
    id: str


_raws: Final = msgspec.json.Decoder(list[msgspec.Raw])
_numbered: Final = msgspec.json.Decoder(_Numbered)


def main(port: int, path: str) -> None:
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        database.execute(f"PRAGMA {pragma}")
    database.execute(TABLE)
    line = Line(port, "raw-intake")
    line.subscribe(NetworkTopics(NETWORK).events, qos=1)
    waiting: list[Packet] = []
    while True:
        if not waiting:
            waiting = [packet for packet in line.receive() if packet.is_publish]
        now, waiting = waiting[:PUBLISHES_A_COMMIT], waiting[PUBLISHES_A_COMMIT:]
        line.send(b"".join(_taken(database, [packet.opened() for packet in now])))


def _taken(database: sqlite3.Connection, publishes: Sequence[tuple[str, int | None, bytes]]) -> Iterable[bytes]:
    """One commit, and what is to be sent for it."""
    marks: dict[str, int] = {}
    database.execute("BEGIN IMMEDIATE")
    for topic, _, payload in publishes:
        rows = [(_numbered.decode(raw), bytes(raw)) for raw in _records(payload)]
        database.executemany(
            "INSERT INTO inbox VALUES (?, ?, ?, ?)", [(row.stream, row.sequence, row.id, raw) for row, raw in rows]
        )
        if rows:
            marks[topic.rpartition("/")[2]] = rows[-1][0].sequence
    database.execute("COMMIT")
    yield from (acknowledge(number) for _, number, _ in publishes if number is not None)
    for terminal, mark in marks.items():
        yield publish(TerminalTopics(NETWORK, terminal).receipt, b'{"payload":{"high_water":%d}}' % mark)


def _records(payload: bytes) -> Sequence[msgspec.Raw | bytes]:
    if not payload:
        return []  # a probe
    return _raws.decode(payload) if payload.startswith(b"[") else [payload]


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
