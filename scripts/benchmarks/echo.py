"""How long the broker takes to hand on two messages, with as little around them as can be."""

from __future__ import annotations

import time
from typing import Final

from scripts.benchmarks.wire import Line, publish

THERE: Final = "bench/there"
BACK: Final = "bench/back"
PAYLOAD: Final = bytes(500)
"""As long as a record, or a receipt."""


class Echo:
    """Two raw connections of one thread: what one hears, it answers to the other. QoS 0, as nothing here is lost."""

    def __init__(self, port: int) -> None:
        self._near, self._far = Line(port, "near"), Line(port, "far")
        self._near.subscribe(BACK, qos=0)
        self._far.subscribe(THERE, qos=0)

    def round_trip_ms(self) -> float:
        begun_ns = time.monotonic_ns()
        self._near.send(publish(THERE, PAYLOAD))
        self._far.receive()
        self._far.send(publish(BACK, PAYLOAD))
        self._near.receive()
        return (time.monotonic_ns() - begun_ns) / 1e6

    def close(self) -> None:
        self._near.close()
        self._far.close()
