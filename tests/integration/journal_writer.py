"""A kiosk's journal in a process of its own: appends loans for ever and prints each sequence once it is durable.

`python -m tests.integration.journal_writer FOLDER` runs until it is killed. With `--until-full`, it stops at the first
error, prints it, deletes FOLDER/ballast to make room, and appends once more.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.errors import JournalError
from kiosk.journal.store import Journal
from tests.terminal_stage import Stage, at, loan_of

SEED = b"\x17" * 32
STAGE = Stage(
    signing=Ed25519PrivateKey.from_private_bytes(SEED),
    library_signing=Ed25519PrivateKey.from_private_bytes(SEED),
    library_sealing=X25519PrivateKey.from_private_bytes(SEED),
)


async def write(folder: Path, *, until_full: bool) -> None:
    journal = await STAGE.open(folder)
    try:
        for step in range(1_000_000):
            await journal.append(loan_of(), at(step))
            print(journal.head.sequence, flush=True)  # noqa: T201 - the test reads it
    except JournalError as error:
        if not until_full:
            raise
        await once_more(journal, folder, error)
    finally:
        await journal.close()


async def once_more(journal: Journal, folder: Path, error: JournalError) -> None:
    print(error, flush=True)  # noqa: T201 - the test reads it
    (folder / "ballast").unlink()
    await journal.append(loan_of(), at(0))
    print(journal.head.sequence, flush=True)  # noqa: T201 - the test reads it


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), until_full="--until-full" in sys.argv))
