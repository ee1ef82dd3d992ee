"""The kept inputs: worth trying again, and the first from which a run goes on. A file is one input."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from scripts.fuzzing.targets import TARGETS

FOLDER: Final = Path(__file__).parents[2] / "tests" / "fuzz" / "corpus"


def folder_of(target: str) -> Path:
    """Where the inputs of a target are kept."""
    return FOLDER / re.sub(r"[^a-z0-9-]+", "_", target.lower())


def kept(target: str) -> list[bytes]:
    """Its inputs, in a fixed order."""
    folder = folder_of(target)
    return [file.read_bytes() for file in sorted(folder.iterdir())] if folder.is_dir() else []


def prefixed() -> list[bytes]:
    """All inputs for a run over all targets at once: the first byte says which."""
    return [bytes((place,)) + data for place, target in enumerate(TARGETS) for data in kept(target)]
