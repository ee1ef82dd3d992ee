"""A simulated FEIG reader in a process of its own: `LINK PACE`, and orders as lines of standard input.

`place NUMBER…` lays tags on the pad together, `clear` takes all away. `when NUMBER` prints when the last byte of the
answer with this tag's memory was written (monotonic clock, ns; at the prompt pace only): it is told only when asked, so
as not to disturb.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from drivers.simulators.cable import Cable
from drivers.simulators.feig.firmware import FeigFirmware
from drivers.simulators.firmware import Reply
from drivers.simulators.virtual_tag import Field, library_tag
from firmware_msgs.config import AfiPair
from firmware_msgs.feig.decoder import FrameDecoder
from firmware_msgs.feig.requests import Request, decode_request
from firmware_msgs.feig.tag_requests import ReadBlocks, WriteAfi
from scripts.benchmarks import traffic


class ReaderPace(StrEnum):
    """How fast it answers."""

    REAL = "real"
    PROMPT = "prompt"  # at once, but for the release of a tag: a real one leaves time for the receipt


class TimedFirmware:
    """The firmware at a pace. A prompt answer is written where this yields it."""

    def __init__(self, field: Field, pace: ReaderPace) -> None:
        self._firmware = FeigFirmware(field)
        self._pace = pace
        self._decoder = FrameDecoder()
        self.written_ns: dict[str, int] = {}

    def feed(self, data: bytes) -> Iterator[Reply]:
        requests = [decode_request(frame) for frame in self._decoder.feed(data)]
        for request, reply in zip(requests, self._firmware.feed(data), strict=True):
            paced = self._paced(request, reply)
            if isinstance(request, ReadBlocks):
                self.written_ns[str(request.tag)] = time.monotonic_ns()
            yield paced

    def _paced(self, request: Request, reply: Reply) -> Reply:
        if self._pace is ReaderPace.REAL or isinstance(request, WriteAfi):
            return reply
        return replace(reply, delay_s=0)


async def main(link: Path, pace: ReaderPace) -> None:
    field = Field()
    firmware = TimedFirmware(field, pace)
    pad = Cable(link, firmware)
    pad.plug()
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while order := (await orders.readline()).split():
        _obey(field, firmware, order[0].decode(), [int(word) for word in order[1:]])
    pad.unplug()


def _obey(field: Field, firmware: TimedFirmware, order: str, numbers: list[int]) -> None:
    match order:
        case "place":
            for number in numbers:
                field.place(library_tag(traffic.uid(number), traffic.content(number), AfiPair().secured))
        case "when":
            print(firmware.written_ns[traffic.uid(numbers[0])], flush=True)
        case _:
            for tag in field:
                field.remove(tag.uid)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), ReaderPace(sys.argv[2])))
