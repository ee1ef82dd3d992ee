"""One coverage-guided run: python -m scripts.fuzzing.engine TARGET [libFuzzer's arguments], in a process of its own.

TARGET `all` tries every target in one run, told by the first byte: short runs share the start of the process so.
"""

from __future__ import annotations

import sys
from typing import Final

import atheris

with atheris.instrument_imports(include=["firmware_msgs", "provisioning.decoding"]):
    from scripts.fuzzing.targets import TARGETS

_ALL: Final = tuple(TARGETS.values())


def all_at_once(data: bytes) -> None:
    if data:
        _ALL[data[0] % len(_ALL)](data[1:])


if __name__ == "__main__":
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, all_at_once if name == "all" else TARGETS[name])
    atheris.Fuzz()
