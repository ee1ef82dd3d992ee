"""scripts/fuzz: every target for its share of the time, one process each. New inputs that reach new code are kept."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from scripts.fuzzing.corpus import keep, kept, spread
from scripts.fuzzing.targets import TARGETS

MAX_INPUT_BYTES: Final = 512
"""No frame of these protocols needs more to reach all of its decoder; short inputs are tried faster."""


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
    with tempfile.TemporaryDirectory() as folder:
        known = spread(kept(target), Path(folder) / "known")
        fresh = spread((), Path(folder) / "fresh")
        run = engine(target, f"-max_total_time={max(1, round(seconds))}", f"-seed={seed}", str(fresh), str(known))
        keep(target, (file.read_bytes() for file in fresh.iterdir()))
    done = re.search(r"stat::number_of_executed_units:\s*(\d+)", run.stderr)
    print(f"{target}: {done[1] if done else '?'} inputs, {'nothing found' if run.returncode == 0 else 'A FAULT'}")
    if run.returncode:
        print(run.stderr[-4000:], file=sys.stderr)
    return run.returncode == 0


def engine(target: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    limits = [f"-max_len={MAX_INPUT_BYTES}", "-print_final_stats=1", "-artifact_prefix=/tmp/shufang-fuzz-"]
    command = [sys.executable, "-m", "scripts.fuzzing.engine", target, *limits, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
