"""The capture's file: made once, whole and redacted, never over another one."""

from __future__ import annotations

import os
from pathlib import Path

from provisioning.capturing.errors import CaptureRefusedError


def check_free(path: Path) -> None:
    """Whether a file can be made there, asked before the work is begun. Raises `CaptureRefusedError`."""
    if path.exists() or path.is_symlink():
        raise _taken(path)
    if not os.access(path.parent, os.W_OK | os.X_OK):
        reason = "this user may not write there" if path.parent.is_dir() else "there is no such folder"
        raise CaptureRefusedError(f"{path} cannot be written ({reason}). Choose another folder.")


def write_new(path: Path, data: bytes) -> None:
    """The file, readable for its owner alone; or none, and `CaptureRefusedError`."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError as error:
        raise _taken(path) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(descriptor)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def _taken(path: Path) -> CaptureRefusedError:
    return CaptureRefusedError(f"{path} exists already; a capture is never overwritten. Choose another name.")


def _unwritable(path: Path, error: OSError) -> CaptureRefusedError:
    return CaptureRefusedError(f"{path} cannot be written ({error.strerror}). Mend this or choose another folder.")
