"""What a run brings into the machine: our package as a wheel of this work tree, and the programs that run there."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final

from scripts.virtual_machine.programs import output

ROOT: Final = Path(__file__).parents[2]
INSIDE: Final = Path("scripts/virtual_machine/inside")


def make_payload(folder: Path) -> None:
    """Fill the folder. Raises MachineError when no wheel can be built."""
    output(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), folder=ROOT)
    shutil.copytree(ROOT / INSIDE, folder / INSIDE, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / INSIDE / "init").rename(folder / "init")
