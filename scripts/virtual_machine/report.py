"""What a run of checks comes to, for people and for programs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec

from scripts.virtual_machine.suite import Outcome


@dataclass(slots=True)
class Report:
    """`checks` is how many were to be proven. Those that were never reached have failed."""

    checks: int
    outcomes: list[Outcome] = field(default_factory=list)
    steps_s: dict[str, float] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Tell a person at once."""
        self.outcomes.append(outcome)
        say(str(outcome))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure one step, also one that fails."""
        begun_s = time.monotonic()
        try:
            yield
        finally:
            self.steps_s[name] = time.monotonic() - begun_s
            say(f"{'':6} {self.steps_s[name]:5.1f} s  {name}")

    @property
    def passed(self) -> int:
        """How many were proven."""
        return sum(outcome.failure is None for outcome in self.outcomes)

    @property
    def failed(self) -> int:
        """How many were not."""
        return self.checks - self.passed

    def line(self) -> str:
        """The counts, for a person."""
        took_s = sum(self.steps_s.values())
        return f"machine: {self.checks} checks, {self.passed} passed, {self.failed} failed, in {took_s:.0f} s"

    def json(self) -> str:
        """All of it."""
        facts = {
            "checks": self.checks,
            "passed": self.passed,
            "failed": self.failed,
            "skipped": None,
            "steps_s": {name: round(took_s, 1) for name, took_s in self.steps_s.items()},
            "outcomes": self.outcomes,
        }
        return msgspec.json.encode(facts).decode()


def skipped(reason: str, *, as_json: bool) -> str:
    """The line of a run that could not be."""
    facts = {"checks": 0, "passed": 0, "failed": 0, "skipped": reason}
    return msgspec.json.encode(facts).decode() if as_json else f"machine: skipped: {reason}"


def say(line: str) -> None:
    """To whoever watches."""
    print(line, file=sys.stderr, flush=True)
