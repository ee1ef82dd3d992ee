"""`scripts/bench`: every row, ours and its limit in the same run."""

from __future__ import annotations

import argparse
import logging
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

import msgspec
import structlog

from scripts.benchmarks.drains import intake, intake_single, terminal_drained
from scripts.benchmarks.ground import ROOT, Ground
from scripts.benchmarks.pad import pad_of_ten
from scripts.benchmarks.processes import BenchmarkError
from scripts.benchmarks.result import Row, table
from scripts.benchmarks.scans import scan_to_durable, scan_to_receipt

TERMINALS: Final = 20


@dataclass(frozen=True, slots=True)
class Size:
    """How much a run measures."""

    scans: int
    pads: int
    rounds: int
    drained: int
    intake: int
    single: int


FULL: Final = Size(scans=500, pads=10, rounds=5, drained=50_000, intake=5_000, single=500)
QUICK: Final = Size(scans=30, pads=1, rounds=1, drained=10_000, intake=1_000, single=25)

ROWS: Final[dict[str, Callable[[Ground, Size], Row]]] = {
    "scan_to_durable": lambda ground, size: scan_to_durable(ground, samples=size.scans),
    "scan_to_receipt": lambda ground, size: scan_to_receipt(ground, samples=size.scans),
    "terminal_drained": lambda ground, size: terminal_drained(ground, rounds=size.rounds, records=size.drained),
    "intake": lambda ground, size: intake(ground, rounds=size.rounds, records=size.intake),
    "intake_single": lambda ground, size: intake_single(ground, rounds=size.rounds, records=size.single),
    "pad_of_ten": lambda ground, size: pad_of_ten(ground, samples=size.pads),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument(
        "--json", action="store_true", help="one JSON object on standard output, all else on standard error"
    )
    parser.add_argument("--quick", action="store_true", help="few samples, in half a minute")
    parser.add_argument("--only", choices=ROWS, action="append", help="only this row; may be given again")
    options = parser.parse_args()
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
    )
    signal.signal(signal.SIGTERM, _stop)
    try:
        rows = measured(options.only or list(ROWS), QUICK if options.quick else FULL)
    except (BenchmarkError, OSError, subprocess.CalledProcessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(msgspec.json.encode({"rows": rows}).decode() if options.json else table(rows))
    return 0


def measured(names: Sequence[str], size: Size) -> list[Row]:
    """Measure these rows beside the checkout, for /tmp may be memory; nothing is left there."""
    with tempfile.TemporaryDirectory(prefix=".shufang-bench-", dir=ROOT.parent) as folder:
        ground = Ground(Path(folder), [f"t{number:02}" for number in range(TERMINALS)])
        rows = []
        for name in names:
            print(f"bench: {name} …", file=sys.stderr)
            rows.append(ROWS[name](ground, size))
        return rows


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Leave by the way of every other exception, which ends processes and removes files."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
