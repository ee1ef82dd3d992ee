"""Programs that build the machine: run to their end, killed when we die, quoted when they fail."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from scripts.virtual_machine.errors import MachineError

PROGRAM_S: Final = 900.0
"""The longest, a whole Debian over a slow line, takes minutes; past this the line is dead."""

WITH_US: Final = ("setpriv", "--pdeathsig", "KILL", "--")
"""The kernel kills the program when we die, however we die."""

SYSTEM_PATH: Final = "/usr/local/sbin:/usr/sbin:/sbin"
"""Where Debian has depmod and genext2fs's kin; only root's PATH names it."""

LAST_LINES: Final = 12


def output(*command: str, folder: Path | None = None, environment: Mapping[str, str] | None = None) -> str:
    """What the program writes to standard output. Raises MachineError that quotes the end of its complaint."""
    whole = environment_with_system_path() | dict(environment or {})
    try:
        done = subprocess.run(
            [*WITH_US, *command], cwd=folder, env=whole, capture_output=True, check=False, timeout=PROGRAM_S, text=True
        )
    except subprocess.TimeoutExpired as error:
        raise MachineError(f"{command[0]} was not done after {PROGRAM_S:.0f} s.") from error
    if done.returncode:
        quoted = "\n".join(f"    {line}" for line in done.stderr.splitlines()[-LAST_LINES:]) or "    (nothing)"
        raise MachineError(f"{command[0]} failed. It said:\n{quoted}")
    return done.stdout


def environment_with_system_path() -> dict[str, str]:
    """Our own environment, in which administrators' programs are found too."""
    return dict(os.environ) | {"PATH": f"{os.environ.get('PATH', os.defpath)}:{SYSTEM_PATH}"}
