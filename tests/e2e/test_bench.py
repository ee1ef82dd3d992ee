"""scripts/bench measures every row with real processes and says so in one JSON value."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.benchmarks.__main__ import ROWS

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120.0


@pytest.mark.parametrize("name", ROWS)
def test_a_quick_row(name: str) -> None:
    command = [sys.executable, "-m", "scripts.benchmarks", "--quick", "--json", "--only", name]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, timeout=PATIENCE_S, check=False)
    assert done.returncode == 0, done.stderr.decode()
    (row,) = json.loads(done.stdout)["rows"]
    assert row["name"] == name
    assert row["ours"] > 0
    assert row["limit"] > 0
    assert row["ratio"] == pytest.approx(row["ours"] / row["limit"], rel=0.01)
    assert isinstance(row["met"], bool) if row["goal"] else row["met"] is None
