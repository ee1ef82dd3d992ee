"""The demo's folder: everything that a run writes is in it, and one run at a time uses it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from scripts.demo_network.errors import FolderRefused

MARK: Final = ".shufang-demo"
KEPT: Final = "kept\n"

LONGEST_SOCKET: Final = "devices/control.sock"
SOCKET_PATH_BYTES: Final = 107
"""sockaddr_un has 108 bytes with the closing zero (unix(7))."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where things are while the demo runs."""

    path: Path

    @property
    def logs(self) -> Path:
        """One file a program."""
        return self.path / "logs"

    @property
    def broker(self) -> Path:
        """The broker's configuration."""
        return self.path / "broker"

    @property
    def central(self) -> Path:
        """The main library: configuration, keys, database."""
        return self.path / "central"

    @property
    def devices(self) -> Path:
        """The simulated devices: configuration, command socket, one link a pty."""
        return self.path / "devices"

    def terminal(self, name: str) -> Path:
        """A terminal: configuration, keys, journal, screen socket."""
        return self.path / name

    def log(self, program: str) -> Path:
        """A program's log."""
        return self.logs / f"{program}.log"


@contextlib.contextmanager
def run_folder(path: Path, *, keep: bool) -> Iterator[RunFolder]:
    """The folder, empty and ours until the end; then removed, unless it is to be kept or something went wrong.

    What a killed run left behind is replaced; what was kept, or is no demo's, is refused.
    """
    path = path.absolute()
    _check_length(path)
    try:
        mark = _claim(path)
    except OSError as error:
        raise FolderRefused(
            f"{error.filename or path} cannot be used ({error.strerror}). Choose another folder with --folder."
        ) from error
    with mark:  # the kernel drops its lock whatever becomes of us
        mark.write(KEPT if keep else "")
        mark.flush()
        folder = RunFolder(path)
        for made in (folder.logs, folder.broker, folder.central, folder.devices):
            made.mkdir()
        yield folder
        if not keep:
            shutil.rmtree(path)


def _check_length(path: Path) -> None:
    over = len(os.fsencode(path / LONGEST_SOCKET)) - SOCKET_PATH_BYTES
    if over > 0:
        raise FolderRefused(
            f"The path {path} is {over} bytes too long for the sockets in it. Choose a shorter one with --folder."
        )


def _claim(path: Path) -> TextIO:
    """The folder's mark, locked, and the folder emptied."""
    path.mkdir(parents=True, exist_ok=True)
    if any(path.iterdir()) and not (path / MARK).is_file():
        raise FolderRefused(f"{path} holds other files. Choose an empty or new folder with --folder.")
    mark = (path / MARK).open("a+", encoding="ascii")
    try:
        _lock(mark, path)
        _empty(path)
        mark.truncate(0)
    except BaseException:
        mark.close()
        raise
    return mark


def _lock(mark: TextIO, path: Path) -> None:
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise FolderRefused(
            f"Another demo is running in {path}. End it (Ctrl-C), or choose another folder with --folder."
        ) from error
    mark.seek(0)
    if mark.read() == KEPT:
        raise FolderRefused(
            f"{path} was kept by an earlier --keep. Move it away, remove it, or choose another with --folder."
        )


def _empty(path: Path) -> None:
    for left in path.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        elif left.name != MARK:
            left.unlink()
