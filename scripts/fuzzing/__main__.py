"""scripts/fuzz: every target for its share of the time, one process each. New inputs that reach new code are kept."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from scripts.fuzzing.corpus import folder_of
from scripts.fuzzing.targets import TARGETS

MAX_INPUT_BYTES: Final = 512
"""No frame of these protocols needs more to reach all of its decoder; short inputs are tried faster."""


MOST_KEPT: Final = 60
"""Of one target: all of them are tried by every run of the tests."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1800, help="for all targets together (1800)")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="only this one; may be repeated")
    parser.add_argument("--seed", type=int, default=0, help="of the first mutations; 0: another one each time")
    wanted = parser.parse_args()
    targets = wanted.target or sorted(TARGETS)
    found = [target for target in targets if not fuzz(target, wanted.seconds / len(targets), wanted.seed)]
    print(f"{len(targets)} targets, {len(found)} with faults{': ' + ', '.join(found) if found else ''}")
    return 1 if found else 0


def fuzz(target: str, seconds: float, seed: int) -> bool:
    """Whether nothing was found."""
    corpus = folder_of(target)
    corpus.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as fresh:
        run = engine(target, f"-max_total_time={max(1, round(seconds))}", f"-seed={seed}", fresh, str(corpus))
        keep(Path(fresh), corpus)
    done = re.search(r"stat::number_of_executed_units:\s*(\d+)", run.stderr)
    print(f"{target}: {done[1] if done else '?'} inputs, {'nothing found' if run.returncode == 0 else 'A FAULT'}")
    if run.returncode:
        print(run.stderr[-4000:], file=sys.stderr)
    return run.returncode == 0


def keep(fresh: Path, corpus: Path) -> None:
    """Add the shortest of the new inputs, each of which reached code that none before it did, while there is room."""
    room = MOST_KEPT - sum(1 for _ in corpus.iterdir())
    found = sorted(fresh.iterdir(), key=lambda file: (file.stat().st_size, file.name))
    for file in found[: max(0, room)]:
        shutil.move(file, corpus / file.name)


def engine(target: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    limits = [f"-max_len={MAX_INPUT_BYTES}", "-print_final_stats=1", "-artifact_prefix=/tmp/shufang-fuzz-"]
    command = [sys.executable, "-m", "scripts.fuzzing.engine", target, *limits, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
