"""What every test against a real port, process or socket shares."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest


def _open_files() -> dict[str, str]:
    """File descriptor to what it is open on."""
    links = {entry.name: entry for entry in Path("/proc/self/fd").iterdir()}
    return {number: str(entry.readlink()) for number, entry in links.items() if entry.is_symlink()}


@pytest.fixture
async def no_leaks() -> AsyncIterator[None]:
    """Fails the test that leaves a file descriptor or a task behind."""
    files, tasks = _open_files(), asyncio.all_tasks()
    yield
    left = {number: target for number, target in _open_files().items() if number not in files}
    assert not left, f"left open: {left}"
    assert not asyncio.all_tasks() - tasks - {asyncio.current_task()}
