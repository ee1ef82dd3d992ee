"""What import-linter cannot see: that importing does nothing, and that a process loads only what it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOADED = "import sys; print('\\n'.join(sorted(sys.modules)))"


def loaded_by(module: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}; {LOADED}"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("kiosk.main", {"textual", "sqlalchemy", "litestar", "gmqtt"}),
        ("kiosk.screens.app", {"aiosqlite", "aiomqtt", "serial", "smartcard", "evdev", "cryptography"}),
        ("central.main", {"textual", "serial", "smartcard", "evdev", "aiomqtt", "drivers"}),
        ("kiosk.session.machine", {"asyncio", "sqlite3", "structlog", "textual", "aiosqlite"}),
        ("central.circulation.rules", {"asyncio", "sqlite3", "structlog", "sqlalchemy", "gmqtt"}),
    ],
)
def test_a_process_loads_only_its_own(module: str, unwanted: set[str]) -> None:
    assert not loaded_by(module) & unwanted
