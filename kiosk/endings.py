"""How the program ends: each fault in one sentence with its exit code, and the machine switched off when the mains are
gone.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import structlog
import typer

from drivers.errors import ConfigFault, ModelFault
from kiosk.errors import JournalError, KioskError, PowerOffError
from kiosk.logbook import log_to, standard_error

UNUSABLE: Final = 1
CRASHED: Final = 70
TRY_AGAIN: Final = 75
"""Exit codes, the last two of sysexits.h. With 75 a service manager does well to start the kiosk again."""

log = structlog.get_logger()


@contextlib.contextmanager
def faults_told(log_path: Path | None = None) -> Iterator[None]:
    """Whatever a person can mend ends in one sentence; an error of our own in one, too, with its details in the log."""
    try:
        yield
    except (KioskError, ConfigFault, ModelFault) as error:
        raise _ended(str(error), UNUSABLE) from error
    except typer.Exit:
        raise
    except Exception as error:
        faults = _mendable(error)
        if faults:
            code = TRY_AGAIN if any(isinstance(fault, JournalError) for fault in faults) else UNUSABLE
            raise _ended(str(faults[0]), code) from error
        if not structlog.is_configured():
            log_to(standard_error())
        log.critical("kiosk.crashed", exc_info=True)
        details = log_path or "the log line above"
        text = f"stopped by an error of its own; what is in the journal is safe, and details are in {details}."
        raise _ended(text, CRASHED) from error


def _mendable(error: Exception) -> list[Exception]:
    """The faults of a group that holds nothing else; otherwise none."""
    if isinstance(error, ExceptionGroup):
        parts = [_mendable(part) for part in error.exceptions]
        return [fault for part in parts for fault in part] if all(parts) else []
    return [error] if isinstance(error, KioskError | ConfigFault | ModelFault) else []


def _ended(text: str, code: int) -> typer.Exit:
    with contextlib.suppress(OSError):  # standard error may be a file on a full disk
        typer.echo(f"kiosk: {text}", err=True)
    return typer.Exit(code)


def switch_off(command: Sequence[str]) -> None:
    """The mains are gone and everything is recorded: the machine's own way to end in order."""
    log.warning("kiosk.switches_off")
    try:
        subprocess.run(command, check=True)  # noqa: S603 - the configuration's command, no shell
    except (OSError, subprocess.CalledProcessError) as error:
        detail = error.strerror if isinstance(error, OSError) else f"it ended with {error.returncode}"
        text = f"the mains are gone, but “{' '.join(command)}” did not switch off: {detail}. Mend rules.power_off."
        raise PowerOffError(text) from error
