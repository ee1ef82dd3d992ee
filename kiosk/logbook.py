"""The log: JSON lines in a file of bounded size, or on standard error. It can never stop what it tells about."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from kiosk.errors import KioskError

CAP_BYTES: Final = 5_000_000
"""Weeks of a busy terminal; with the one older file that is kept, the log never holds more than twice this."""

STANDARD_ERROR: Final = 2


class Logbook:
    """Appends lines. One that cannot be written (the disk is full, say) is dropped."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._torn = False

    def write(self, line: str) -> None:
        """Never raises OSError."""
        data = f"{line}\n".encode(errors="backslashreplace")
        with suppress(OSError):
            self._make_room(len(data))
            self._append(data)

    debug = info = warning = error = critical = write  # as structlog calls it

    def _make_room(self, size: int) -> None:
        """Standard error is somebody else's to keep in bounds."""

    def _append(self, data: bytes) -> None:
        if self._torn:
            data = b"\n" + data
        written = os.write(self._descriptor, data)
        self._torn = written < len(data)


class LogFile(Logbook):
    """A file that only its owner reads; when it is full it becomes the older one. Raises KioskError if it cannot be
    opened.
    """

    def __init__(self, path: Path, cap_bytes: int = CAP_BYTES) -> None:
        self._path = path
        self._cap_bytes = cap_bytes
        try:
            super().__init__(_open(path))
        except OSError as error:
            raise KioskError(
                f"The log file {path} cannot be opened ({error.strerror}); see that its folder exists and may be "
                "written, or choose another with --log-file."
            ) from error

    def close(self) -> None:
        """Nothing is written after this."""
        os.close(self._descriptor)

    def _make_room(self, size: int) -> None:
        """By what the file holds now: a device or pipe holds nothing and stays where it is."""
        held = os.fstat(self._descriptor).st_size
        if not held or held + size <= self._cap_bytes:
            return
        with suppress(FileNotFoundError):  # renamed the last time, when no new one could be made
            self._path.replace(previous_of(self._path))
        full, self._descriptor = self._descriptor, _open(self._path)
        os.close(full)
        self._torn = False


class _Libraries(logging.Handler):
    """What libraries and asyncio warn of: into the log, not over the screen. Only the first line of a text, as what
    follows may hold values.
    """

    def emit(self, record: logging.LogRecord) -> None:
        told = str(record.msg).partition("\n")[0]
        structlog.get_logger().warning("library.warned", library=record.name, told=told, exc_info=record.exc_info)


def previous_of(path: Path) -> Path:
    """Where the older file is kept."""
    return Path(f"{path}.1")


def log_to(book: Logbook) -> None:
    """All that is logged in this process goes there from now on."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: book,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Libraries()], force=True)


def standard_error() -> Logbook:
    """For a kiosk without a screen of its own: the service manager keeps the log."""
    return Logbook(STANDARD_ERROR)


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
