"""What can go wrong between a FEIG reader and its host, on command."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from random import Random

from drivers.simulators.errors import SimulationError


@dataclass(slots=True)
class FeigFaults:
    """Standing faults (`silent`, `loss`) last until reset; counts are used up one answer at a time.

    `torn_writes`: the next AFI writes get no answer; True: the tag took the value all the same.
    """

    chance: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - repeatable, nothing secret
    silent: bool = False
    loss: float = 0.0
    dropped_bytes: int = 0
    corrupted_crcs: int = 0
    late_answers: int = 0
    late_s: float = 1.0
    torn_writes: deque[bool] = field(default_factory=deque)

    def clear(self) -> None:
        """All is well again."""
        self.silent, self.loss = False, 0.0
        self.dropped_bytes = self.corrupted_crcs = self.late_answers = 0
        self.torn_writes.clear()

    def lose(self, share: float) -> None:
        """Lose this share of all frames, each way."""
        if not 0 <= share <= 1:
            raise SimulationError(f"A share of frames is between 0 and 1, not {share}.")
        self.loss = share

    def takes_frame(self) -> bool:
        """Whether the next frame, either way, is lost."""
        return self.silent or self.chance.random() < self.loss

    def damage(self, answer: bytes) -> bytes:
        """The answer as it reaches the host."""
        if self.dropped_bytes:
            self.dropped_bytes -= 1
            at = self.chance.randrange(len(answer))
            return answer[:at] + answer[at + 1 :]
        if self.corrupted_crcs:
            self.corrupted_crcs -= 1
            return answer[:-1] + bytes((answer[-1] ^ 0xFF,))
        return answer

    def lateness_s(self) -> float:
        """How much later than usual the next answer comes."""
        if not self.late_answers:
            return 0.0
        self.late_answers -= 1
        return self.late_s
