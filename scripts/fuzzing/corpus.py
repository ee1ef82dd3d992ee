"""The kept inputs: worth trying again, and where a run goes on from. A file a target, one input in hex a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from scripts.fuzzing.targets import TARGETS

FOLDER: Final = Path(__file__).parents[2] / "tests" / "fuzz" / "corpus"

MOST_KEPT: Final = 40
"""Of one target: all of them are tried by every run of the tests."""


def file_of(target: str) -> Path:
    """Where the inputs of a target are kept."""
    name = re.sub(r"[^a-z0-9]+", "-", target.lower()).strip("-")
    return FOLDER / f"{name}.hex"


def kept(target: str) -> list[bytes]:
    """Its inputs."""
    file = file_of(target)
    return [bytes.fromhex(line) for line in file.read_text().splitlines()] if file.exists() else []


def keep(target: str, found: Iterable[bytes]) -> None:
    """Add the shortest of the new inputs while there is room."""
    known = kept(target)
    new = sorted({data for data in found if data} - set(known), key=lambda data: (len(data), data))
    lines = [data.hex() for data in [*known, *new[: max(0, MOST_KEPT - len(known))]]]
    file_of(target).write_text("".join(f"{line}\n" for line in lines))


def spread(inputs: Iterable[bytes], folder: Path) -> Path:
    """The inputs as files of a new folder, as libFuzzer wants them."""
    folder.mkdir()
    for number, data in enumerate(inputs):
        (folder / str(number)).write_bytes(data)
    return folder


def prefixed() -> list[bytes]:
    """All inputs for a run over all targets at once: the first byte says which."""
    return [bytes((place,)) + data for place, target in enumerate(TARGETS) for data in kept(target)]
