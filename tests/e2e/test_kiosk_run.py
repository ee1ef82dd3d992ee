"""The program as it runs on a terminal: the session with its own screen, on a pty."""

from __future__ import annotations

import json
import signal
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import psutil

from tests.e2e.county import WITHIN_S, script, wait_for
from tests.kiosk_configuration import write_configuration
from tests.ui.terminal import Terminal, kiosk_process

HEADING = "元江县图书馆"


def screen_of(terminal: Terminal) -> psutil.Process | None:
    """The session has no other child."""
    children: list[psutil.Process] = psutil.Process(terminal.process.pid).children()
    return next((child for child in children if child.status() != psutil.STATUS_ZOMBIE), None)


def journal_of(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{folder / 'journal.db'}?mode=ro", uri=True)) as database:
        return database.execute("SELECT * FROM record ORDER BY place").fetchall()


async def test_a_killed_screen_comes_back_and_a_signal_ends_all(tmp_path: Path) -> None:
    config = write_configuration(tmp_path)
    async with kiosk_process("run", "--config", str(config)) as terminal:
        await terminal.shows(HEADING)
        first = screen_of(terminal)
        assert first is not None
        before = journal_of(tmp_path)
        first.kill()
        terminal.screen.reset()
        await terminal.until(lambda: (now := screen_of(terminal)) is not None and now.pid != first.pid)
        await terminal.shows(HEADING)
        second = screen_of(terminal)
        assert second is not None
        assert journal_of(tmp_path) == before
        terminal.process.send_signal(signal.SIGTERM)
        assert await terminal.process.wait() == 0
        assert not second.is_running()
        assert not (tmp_path / "screen.sock").exists()
        for foreign in (b'"event"', b"Traceback", b"kiosk:", b"Error"):
            assert foreign not in terminal.output
    log = tmp_path / "journal.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    told = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    assert told.count("screen.ended") == 1
    assert told[-1] == "kiosk.stopped"


def test_a_log_on_a_full_disk_does_not_stop_it(tmp_path: Path) -> None:
    config = write_configuration(tmp_path)
    command = [script("kiosk"), "run", "--no-screen", "--config", str(config), "--log-file", "/dev/full"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as kiosk:
        try:
            wait_for((tmp_path / "screen.sock").exists, "the kiosk did not start")
            kiosk.terminate()
            output, _ = kiosk.communicate(timeout=WITHIN_S)
        finally:
            kiosk.kill()
    assert (kiosk.returncode, output) == (0, b"")


def test_a_log_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    config = write_configuration(tmp_path)
    done = _run_to_end(config, "--log-file", str(tmp_path / "no" / "kiosk.log"))
    assert done.returncode == 1
    assert done.stderr.startswith("kiosk: The log file ")
    assert len(done.stderr.splitlines()) == 1


def _run_to_end(config: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [script("kiosk"), "run", "--no-screen", "--config", str(config), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=WITHIN_S)
