"""What the disk itself takes for one durable 4 KiB."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final, Self

PAGE_BYTES: Final = 4096
FILE_PAGES: Final = 512
"""As long as the journal's write-ahead log."""


class RawDisk:
    """A file that is laid out before, so that no write has to grow it: the least that a durable page can cost."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        self._page = os.urandom(PAGE_BYTES)
        self._next = 0
        os.pwrite(self._file, os.urandom(PAGE_BYTES * FILE_PAGES), 0)
        os.fsync(self._file)

    def write_ms(self) -> float:
        """Write one page, make it durable, and tell how long that took."""
        begun_ns = time.monotonic_ns()
        os.pwrite(self._file, self._page, self._next * PAGE_BYTES)
        os.fdatasync(self._file)
        self._next = (self._next + 1) % FILE_PAGES
        return (time.monotonic_ns() - begun_ns) / 1e6

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)
