"""Every kept input again, and a short coverage-guided run over all decoders. The long run is scripts/fuzz."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from scripts.fuzzing.corpus import FOLDER, file_of, kept, prefixed, spread
from scripts.fuzzing.targets import TARGETS

RUNS: Final = 30_000


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_kept_inputs_find_nothing(target: str) -> None:
    for data in kept(target):
        TARGETS[target](data)


def test_no_kept_input_belongs_to_nothing() -> None:
    assert {file.name for file in FOLDER.iterdir()} == {file_of(target).name for target in TARGETS}


def test_every_target_has_a_kept_input() -> None:
    assert [target for target in TARGETS if not kept(target)] == []


def test_a_short_guided_run_finds_nothing(tmp_path: Path) -> None:
    inputs = spread(prefixed(), tmp_path / "inputs")
    limits = [f"-runs={RUNS}", "-seed=1", "-max_len=513", f"-artifact_prefix={tmp_path}/found-"]
    command = [sys.executable, "-m", "scripts.fuzzing.engine", "all", *limits, str(inputs)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, run.stderr[-4000:]
    assert f"Done {RUNS} runs" in run.stderr
