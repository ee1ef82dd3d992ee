from __future__ import annotations

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from provisioning.main import app

MODES = {"terminal-signing.key": 0o600, "terminal-signing.pub": 0o644}
LIBRARY_MODES = {
    "library-signing.key": 0o600,
    "library-signing.pub": 0o644,
    "library-sealing.key": 0o600,
    "library-sealing.pub": 0o644,
}


def make(kind: str, out: Path) -> Result:
    return CliRunner().invoke(app, ["keys", kind, "--out", str(out)])


@pytest.mark.parametrize(("kind", "modes"), [("terminal", MODES), ("library", LIBRARY_MODES)])
def test_pairs_are_made_and_said(tmp_path: Path, kind: str, modes: dict[str, int]) -> None:
    out = tmp_path / "new" / "keys"
    done = make(kind, out)
    assert done.exit_code == 0
    assert str(out) in done.stdout
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in out.iterdir()} == modes


@pytest.mark.parametrize(("kind", "modes"), [("terminal", MODES), ("library", LIBRARY_MODES)])
def test_a_file_in_the_way_is_kept_and_no_other_made(tmp_path: Path, kind: str, modes: dict[str, int]) -> None:
    for name in modes:
        out = tmp_path / name
        out.mkdir()
        (out / name).write_text("precious")
        done = make(kind, out)
        assert done.exit_code == 1
        assert done.stderr.startswith(f"provision: {out / name} exists already")
        assert [(file.name, file.read_text()) for file in out.iterdir()] == [(name, "precious")]


def test_a_folder_that_cannot_be_is_told_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "keys"):
        done = make("terminal", out)
        assert done.exit_code == 1
        assert done.stderr.startswith(f"provision: {out} cannot be written (")
        assert "Errno" not in done.stderr
