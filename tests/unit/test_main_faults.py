"""How the program ends when something is wrong."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
import typer

from drivers.errors import ConfigFault
from kiosk.endings import faults_told
from kiosk.errors import JournalError, KioskError
from kiosk.logbook import LogFile, log_to


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "kiosk.log"
    book = LogFile(path)
    handlers = logging.root.handlers[:]
    level = logging.root.level
    logging.root.handlers = []  # basicConfig(force=True) would close pytest's own
    log_to(book)
    yield path
    structlog.reset_defaults()
    logging.root.handlers = handlers
    logging.root.setLevel(level)
    book.close()


def ended(error: Exception, log: Path) -> int:
    with pytest.raises(typer.Exit) as end, faults_told(log):
        raise error
    code: int = end.value.exit_code
    return code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KioskError("It is told."), 1),
        (ExceptionGroup("parts", [KioskError("It is told.")]), 1),
        (ExceptionGroup("parts", [ExceptionGroup("more", [JournalError("It is told.")])]), 75),
        (ExceptionGroup("parts", [KioskError("It is told."), ConfigFault("pad", "port", "is wrong.")]), 1),
    ],
)
def test_what_a_person_can_mend_is_one_sentence(
    error: Exception, code: int, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(error, log) == code
    assert capsys.readouterr().err == "kiosk: It is told.\n"
    assert log.read_text() == ""


@pytest.mark.parametrize(
    "error", [ValueError("odd"), ExceptionGroup("parts", [KioskError("It is told."), ValueError("odd")])]
)
def test_an_error_of_its_own_has_its_details_in_the_log(
    error: Exception, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(error, log) == 70
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith("kiosk: stopped by an error of its own;")
    assert str(log) in sentence
    (line,) = log.read_text().splitlines()
    assert json.loads(line)["event"] == "kiosk.crashed"
    assert "odd" in json.loads(line)["exception"]


def test_what_a_library_warns_of_is_in_the_log_without_what_follows(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: values")
    (line,) = log.read_text().splitlines()
    assert json.loads(line)["told"] == "Task exception was never retrieved"
    assert "values" not in line
    assert capsys.readouterr().err == ""
