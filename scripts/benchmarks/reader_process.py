"""A simulated FEIG reader in a process of its own: `LINK PACE`, and orders as lines of standard input.

`place NUMBER…` lays tags on the pad together, `clear` takes all away. `when NUMBER` prints when the last byte of the
answer with this tag's memory was written (monotonic clock, ns); it is told only when asked, so as not to disturb.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from drivers.simulators.feig import FeigFirmware, Reply
from drivers.simulators.feig_pad import FeigPad
from drivers.simulators.virtual_tag import Field, VirtualTag, library_tag
from firmware_msgs.config import AfiPair
from scripts.benchmarks import traffic


class Told(Field):
    """A field that notes whose memory was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[int] = []
        self.written_ns: dict[int, int] = {}

    def lay(self, number: int) -> None:
        plain = library_tag(traffic.uid(number), traffic.content(number), AfiPair().secured)
        self.place(_NotedTag(number, plain, self.read))


class _NotedTag(VirtualTag):
    def __init__(self, number: int, plain: VirtualTag, read: list[int]) -> None:
        super().__init__(plain.uid, plain.memory, dsfid=plain.dsfid, afi=plain.afi)
        self._number = number
        self._read = read

    def blocks(self, first: int, count: int) -> list[bytes]:
        self._read.append(self._number)
        return super().blocks(first, count)


class Stamping:
    """The firmware; the pad writes a reply where this yields it, if its pace is 0."""

    def __init__(self, field: Told, pace: float) -> None:
        self._field = field
        self._firmware = FeigFirmware(field, pace=pace)

    def feed(self, data: bytes) -> Iterator[Reply]:
        for reply in self._firmware.feed(data):
            written_ns = time.monotonic_ns()
            yield reply
            self._field.written_ns.update(dict.fromkeys(self._field.read, written_ns))
            self._field.read.clear()


async def main(link: Path, pace: float) -> None:
    field = Told()
    pad = FeigPad(link, Stamping(field, pace))
    pad.plug()
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while order := (await orders.readline()).split():
        obey(field, order[0].decode(), [int(word) for word in order[1:]])
    pad.unplug()


def obey(field: Told, order: str, numbers: list[int]) -> None:
    match order:
        case "place":
            for number in numbers:
                field.lay(number)
        case "when":
            print(field.written_ns[numbers[0]], flush=True)
        case _:
            for tag in field:
                field.remove(tag.uid)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), float(sys.argv[2])))
