"""What a power cut, a kill and a full disk do to the journal. The writer is a process of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.journal_writer import STAGE
from tests.terminal_stage import assert_whole, at, events_of

RECORDS_A_LOAN = 3
ROOT = Path(__file__).parents[2]
WRITER = [sys.executable, "-m", "tests.integration.journal_writer"]


def killed_after(loans: int, folder: Path) -> list[int]:
    """The sequences that a writer acknowledged before it was killed: at least so many loans, and it was not done."""
    with subprocess.Popen([*WRITER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(loans)]
        writer.kill()
        return acknowledged + [int(line) for line in writer.stdout]


@pytest.mark.parametrize("loans", [1, 7, 60, 300])
async def test_nothing_acknowledged_is_lost_to_a_kill(tmp_path: Path, loans: int) -> None:
    acknowledged = killed_after(loans, tmp_path)
    journal = await STAGE.open(tmp_path, at(10**9))
    events = await events_of(journal)
    assert_whole(events, journal.head.hash)
    assert (len(events) - len(["stream opened", "key", "key"])) % RECORDS_A_LOAN == 0
    assert acknowledged[-1] <= journal.head.sequence - 1 <= acknowledged[-1] + RECORDS_A_LOAN
    await journal.close()


def in_a_small_disk(folder: Path, command: str) -> list[str]:
    """Run in a private mount namespace with an 8 MiB file system at `folder`; for everybody, not only root."""
    script = f"mount -t tmpfs -o size=8m tmpfs {folder} && {command}"
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-ec", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


async def test_a_full_disk_is_told_and_when_there_is_room_again_the_chain_goes_on(tmp_path: Path) -> None:
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    kept.mkdir()
    ballast = f"head -c 3000000 /dev/zero > {disk}/ballast"
    writer = f"{' '.join(WRITER)} {disk} --until-full"
    *acknowledged, error, last = in_a_small_disk(disk, f"{ballast}; {writer}; cp {disk}/journal* {kept}")
    assert error == f"The journal {disk}/journal cannot be used: the disk is full; free some space on it."
    assert int(last) == int(acknowledged[-1]) + RECORDS_A_LOAN
    journal = await STAGE.open(kept, at(10**9))
    assert_whole(await events_of(journal), journal.head.hash)
    assert journal.head.sequence == int(last) + 1
    await journal.close()


async def test_a_cut_at_any_byte_of_the_log_leaves_a_whole_chain(tmp_path: Path) -> None:
    """As after a power cut that tore the last write."""
    (tmp_path / "whole").mkdir()
    killed_after(20, tmp_path / "whole")
    log = (tmp_path / "whole" / "journal-wal").read_bytes()
    for cut in (0, 31, 32, 5_000, 60_001, len(log) - 1):
        torn = tmp_path / f"torn-{cut}"
        shutil.copytree(tmp_path / "whole", torn)
        (torn / "journal-wal").write_bytes(log[:cut])
        journal = await STAGE.open(torn, at(10**9))
        assert_whole(await events_of(journal), journal.head.hash)
        await journal.close()
