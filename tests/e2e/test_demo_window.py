from __future__ import annotations

import asyncio
import os
import pty
import tty
from collections.abc import Iterator

import pytest

from scripts.demo_network.foreground import beside_foot, fitted
from scripts.demo_network.screen_process import Size
from scripts.demo_network.window import FULL_BYTES, Window, asks_to_end


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The near and the far end of a window that nobody reads yet."""
    far, near = pty.openpty()
    tty.setraw(near)
    os.set_blocking(near, False)
    yield near, far
    os.close(near)
    os.close(far)


async def test_a_window_that_stalls_delays_nobody_and_gets_everything_later(terminal: tuple[int, int]) -> None:
    near, far = terminal
    told: list[str] = []
    flowing = asyncio.Event()
    window = Window(near, lambda: told.append("stalled"), flowing.set)
    picture = os.urandom(FULL_BYTES // 2)
    for _ in range(3):
        window.write(picture)
    assert "stalled" in told

    def read_all() -> bytes:
        taken = b""
        while len(taken) < 3 * len(picture):
            taken += os.read(far, 65536)
        return taken

    assert await asyncio.to_thread(read_all) == 3 * picture
    await asyncio.wait_for(flowing.wait(), 20)


@pytest.mark.parametrize("keys", [b"\x03", b"ab\x03", b"\x1b[99;5u", b"\x1b[99;5:1u", b"\x1b[99;133u"])
def test_ctrl_c_in_either_spelling_asks_to_end(keys: bytes) -> None:
    assert asks_to_end(keys)


@pytest.mark.parametrize("keys", [b"1", b"c", b"\x1b[99;3u", b"\x1b[99;5:3u", b"\x1b[A", "三".encode()])
def test_other_keys_do_not(keys: bytes) -> None:
    assert not asks_to_end(keys)


def test_the_foot_takes_a_row_only_where_the_screen_loses_nothing_by_it() -> None:
    assert beside_foot(Size(40, 100)) == Size(39, 100)
    assert beside_foot(Size(30, 100)) == Size(30, 100)


def test_the_foot_is_as_wide_as_the_window() -> None:
    assert fitted("操作台 x", 10) == "操作台 x  "
    assert fitted("操作台", 5) == "操作 "
