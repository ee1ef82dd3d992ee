from __future__ import annotations

from pathlib import Path

import pytest

from scripts.demo_network.errors import FolderRefused
from scripts.demo_network.folder import run_folder


def test_a_folder_is_there_during_the_run_only(tmp_path: Path) -> None:
    with run_folder(tmp_path / "demo", keep=False) as folder:
        assert folder.logs.is_dir()
    assert not (tmp_path / "demo").exists()


def test_a_folder_with_other_files_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(FolderRefused, match="other files"), run_folder(tmp_path, keep=False):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with (
        run_folder(tmp_path / "demo", keep=False) as folder,
        pytest.raises(FolderRefused, match="Another demo"),
        run_folder(tmp_path / "demo", keep=False),
    ):
        pass
    assert not folder.path.exists()


def test_what_a_failed_or_killed_run_left_is_replaced(tmp_path: Path) -> None:
    def fail() -> None:
        with run_folder(tmp_path / "demo", keep=False) as folder:
            folder.log("broker").write_text("what it said last")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    log = tmp_path / "demo" / "logs" / "broker.log"
    assert log.exists()
    with run_folder(tmp_path / "demo", keep=False):
        assert not log.exists()


def test_what_was_kept_stays(tmp_path: Path) -> None:
    with run_folder(tmp_path / "demo", keep=True) as folder:
        folder.log("broker").write_text("kept")
    with pytest.raises(FolderRefused, match="kept"), run_folder(tmp_path / "demo", keep=False):
        pass
    assert folder.log("broker").read_text() == "kept"


def test_a_path_too_long_for_sockets_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(FolderRefused, match="too long"), run_folder(tmp_path / ("x" * 100), keep=False):
        pass
    assert list(tmp_path.iterdir()) == []
