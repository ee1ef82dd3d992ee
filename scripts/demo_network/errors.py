"""What can go wrong with the demo, each as sentences for the person who started it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class DemoError(Exception):
    """The text says what happened and what to do."""


class ProgramFailed(DemoError):  # noqa: N818 - a past participle, as everything that has happened
    """One of the demo's programs did not start, or does not stay up."""

    def __init__(self, program: str, happened: str, log: Path, last_lines: Sequence[str], remedy: str) -> None:
        quoted = "\n".join(f"    {line}" for line in last_lines) or "    (nothing)"
        super().__init__(f"{program} {happened}. The last lines of {log}:\n{quoted}\n{remedy}")
        self.program = program


class FolderRefused(DemoError):  # noqa: N818 - as above
    """The demo's folder cannot be used."""


class ExpectationFailed(DemoError):  # noqa: N818 - as above
    """The tour did not see what it must see; `seen` is what it saw last, for the log."""

    def __init__(self, sentence: str, seen: str = "") -> None:
        super().__init__(sentence)
        self.seen = seen
