"""A demo as a person starts it: in a window of its own, with a home and a folder for temporary files of its own."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pyte

ROOT = Path(__file__).parents[2]
ROWS, COLUMNS = 40, 110
WITHIN_S = 60.0
"""A machine that is busy with other tests; alone it takes three seconds."""


def mounts() -> frozenset[str]:
    return frozenset(Path("/proc/self/mountinfo").read_text().splitlines())


LOG_LINES = 40
"""Of each program's log, with a failed test."""


@dataclass(slots=True)
class House:
    """Where a demo lives. Short paths: sockets are in it."""

    path: Path
    mounts_before: frozenset[str] = field(default_factory=mounts)

    @property
    def folder(self) -> Path:
        return self.path / "demo"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "scripts.demo_network", "--folder", str(self.folder), *arguments]

    @property
    def environment(self) -> dict[str, str]:
        own = {"HOME": str(self.path / "home"), "TMPDIR": str(self.path / "tmp"), "TERM": "xterm-256color"}
        return {**os.environ, **own, "PYTHONDONTWRITEBYTECODE": "1"}

    def run(self, *arguments: str, search_first: Path | None = None) -> subprocess.CompletedProcess[str]:
        """A demo without a window, to its end. Programs in `search_first` stand in for those of the same names."""
        path = f"{search_first}:{os.environ['PATH']}" if search_first else os.environ["PATH"]
        return subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            env=self.environment | {"PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=2 * WITHIN_S,
            check=False,
        )

    def left_outside(self) -> list[str]:
        """Files that a demo left in its home and where temporary files go, and mounts."""
        files = [str(path) for room in ("home", "tmp") for path in (self.path / room).rglob("*")]
        return [*files, *(mounts() - self.mounts_before)]


@contextmanager
def house() -> Iterator[House]:
    path = Path(tempfile.mkdtemp(prefix="sf"))
    for room in ("home", "tmp"):
        (path / room).mkdir()
    try:
        yield House(path)
    except BaseException:
        for log in path.glob("demo/logs/*.log"):
            print(f"--- {log.name}", *log.read_text(errors="replace").splitlines()[-LOG_LINES:], sep="\n")  # noqa: T201
        raise
    finally:
        shutil.rmtree(path)


class Window:
    """A demo in a terminal window, read as a person reads it."""

    def __init__(self, home: House) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self.said = b""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        command = ["setsid", "--ctty", *home.command()]  # the window is its controlling terminal
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, env=home.environment
        )
        os.close(slave)

    @property
    def text(self) -> str:
        cells = self._screen.buffer
        return "\n".join("".join(cells[y][x].data for x in range(COLUMNS)) for y in range(ROWS))

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def read_until(self, phrase: str) -> None:
        """Until it stands in the window."""
        deadline_s = time.monotonic() + WITHIN_S
        while phrase not in self.text:
            assert time.monotonic() < deadline_s, f"waited in vain for {phrase!r}; the window says:\n{self.text}"
            assert self._read(), f"the demo ended before it said {phrase!r}; the window says:\n{self.text}"

    def read_to_end(self) -> int:
        """All that it says from now on, and its exit code."""
        deadline_s = time.monotonic() + WITHIN_S
        while self._read():
            assert time.monotonic() < deadline_s, f"it does not end; the window says:\n{self.text}"
        return self.process.wait(WITHIN_S)

    def family(self) -> list[psutil.Process]:
        """Everything that it started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def close(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        os.close(self._master)

    def _read(self) -> bool:
        """False when there is nothing more: not every kernel tells each hang-up, so the end counts, too."""
        is_over = self.process.poll() is not None
        if not select.select([self._master], [], [], 0.2)[0]:
            return not is_over
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        self.said += data
        self._stream.feed(data)
        return True


@contextmanager
def window(home: House) -> Iterator[Window]:
    opened = Window(home)
    try:
        yield opened
    finally:
        opened.close()


def left_of(family: list[psutil.Process]) -> list[psutil.Process]:
    """Those that were still there after a fair time; they are killed then."""
    _, alive = psutil.wait_procs(family, timeout=WITHIN_S)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    return alive
