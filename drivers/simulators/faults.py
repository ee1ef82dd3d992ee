"""What can go wrong between a reader under a pad and its host, on command."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from random import Random

from drivers.simulators.commands import Fault


@dataclass(slots=True)
class LineFaults:
    """Standing faults (`silent`, `loss`: this share of all frames, each way) last until cleared; counts are used up one
    answer at a time.

    `torn_writes`: the next writes of a tag's security get no answer; True: the tag took the value all the same.
    """

    chance: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - repeatable, nothing secret
    silent: bool = False
    loss: float = 0.0
    dropped_bytes: int = 0
    corrupted_checksums: int = 0
    late_answers: int = 0
    late_s: float = 1.0
    torn_writes: deque[bool] = field(default_factory=deque)

    def begin(self, fault: Fault) -> bool:
        """Fail so. False: this is no fault of such a line."""
        match fault.kind:
            case "drop_byte":
                self.dropped_bytes += fault.count
            case "corrupt_crc":
                self.corrupted_checksums += fault.count
            case "tear_write":
                self.torn_writes.extend([fault.takes] * fault.count)
            case "silent":
                self.silent = True
            case "loss":
                self.loss = fault.share
            case "delay":
                self.late_answers, self.late_s = self.late_answers + fault.count, fault.delay_s
            case _:
                return False
        return True

    def clear(self) -> None:
        """All is well again."""
        self.silent, self.loss = False, 0.0
        self.dropped_bytes = self.corrupted_checksums = self.late_answers = 0
        self.torn_writes.clear()

    def takes_frame(self) -> bool:
        """Whether the next frame, either way, is lost."""
        return self.silent or self.chance.random() < self.loss

    def damage(self, frame: bytes) -> bytes:
        """The frame as it reaches the host."""
        if self.dropped_bytes:
            self.dropped_bytes -= 1
            at = self.chance.randrange(len(frame))
            return frame[:at] + frame[at + 1 :]
        if self.corrupted_checksums:
            self.corrupted_checksums -= 1
            return frame[:-1] + bytes((frame[-1] ^ 0xFF,))
        return frame

    def lateness_s(self) -> float:
        """How much later than usual the next answer comes."""
        if not self.late_answers:
            return 0.0
        self.late_answers -= 1
        return self.late_s

    def tears_write(self) -> bool | None:
        """Whether the next write goes unanswered, and then whether the tag takes it; None: all goes well."""
        return self.torn_writes.popleft() if self.torn_writes else None
