from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.errors import KioskError
from kiosk.logbook import Logbook, LogFile, previous_of


@contextmanager
def log_file(path: Path, cap_bytes: int = 1_000) -> Iterator[LogFile]:
    book = LogFile(path, cap_bytes)
    yield book
    book.close()


def test_a_full_disk_costs_lines_and_nothing_else() -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    Logbook(descriptor).critical("no room")
    os.close(descriptor)


def test_a_closed_reader_costs_lines_and_nothing_else() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    Logbook(writing).info("nobody reads")
    os.close(writing)


def test_it_is_for_its_owner_only_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.log"
    for line in ("one", "两"):
        with log_file(path) as book:
            book.info(line)
    assert path.read_text() == "one\n两\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_never_holds_more_than_two_files_of_the_cap(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.log"
    with log_file(path, cap_bytes=100) as book:
        for number in range(100):
            book.info(f"line {number:02}")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["kiosk.log", "kiosk.log.1"]
    lines = (previous_of(path).read_text() + path.read_text()).splitlines()
    assert lines == [f"line {number:02}" for number in range(100 - len(lines), 100)]
    assert all(file.stat().st_size <= 100 for file in tmp_path.iterdir())


def test_a_place_that_cannot_be_rotated_drops_lines(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.log"
    previous_of(path).mkdir()
    with log_file(path, cap_bytes=10) as book:
        book.info("12345678")
        book.info("more")
    assert path.read_text() == "12345678\n"


def test_a_device_stays_where_it_is() -> None:
    with log_file(Path("/dev/null"), cap_bytes=1) as book:
        book.info("gone")
    assert Path("/dev/null").is_char_device()


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(KioskError, match=f"{tmp_path}/no/kiosk.log .*--log-file"):
        LogFile(tmp_path / "no" / "kiosk.log")
