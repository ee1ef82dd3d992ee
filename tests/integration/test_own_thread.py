"""Blocking calls off the loop: in order, one at a time, and none can hold the process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from drivers.errors import DeviceSilent
from drivers.own_thread import OwnThread

PATIENCE_S = 20.0


async def test_calls_run_one_at_a_time_in_order_in_one_thread() -> None:
    ran: list[tuple[int, str]] = []

    def note(number: int) -> int:
        ran.append((number, threading.current_thread().name))
        return number

    with OwnThread("vendor") as thread:
        results = await asyncio.gather(*(thread.call(PATIENCE_S, note, number) for number in range(20)))
    assert results == list(range(20))
    assert ran == [(number, "vendor") for number in range(20)]


async def test_an_error_of_the_library_reaches_whoever_called() -> None:
    with OwnThread("vendor") as thread:
        with pytest.raises(ZeroDivisionError):
            await thread.call(PATIENCE_S, divmod, 1, 0)
        assert await thread.call(PATIENCE_S, divmod, 7, 2) == (3, 1)


async def test_a_call_that_never_returns_is_told_in_words() -> None:
    returned = threading.Event()
    with OwnThread("vendor") as thread:
        with pytest.raises(DeviceSilent, match="does not return"):
            await thread.call(0.05, returned.wait)
        returned.set()


async def test_a_call_that_never_returns_costs_one_thread_however_often_it_is_tried() -> None:
    returned = threading.Event()
    with OwnThread("hung") as first, pytest.raises(DeviceSilent):
        await first.call(0.01, returned.wait)
    for _ in range(3):
        with pytest.raises(DeviceSilent, match="restart the terminal"), OwnThread("hung"):
            pass
    (stuck,) = [thread for thread in threading.enumerate() if thread.name.startswith("hung")]
    returned.set()
    await asyncio.to_thread(stuck.join)
    with OwnThread("hung") as anew:
        assert await anew.call(PATIENCE_S, divmod, 7, 2) == (3, 1)


async def test_a_call_whose_caller_left_before_it_began_is_not_made() -> None:
    first, calls = threading.Event(), list[int]()
    with OwnThread("vendor") as thread:
        busy = asyncio.create_task(thread.call(PATIENCE_S, first.wait))
        waiting = asyncio.create_task(thread.call(PATIENCE_S, calls.append, 1))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        first.set()
        assert await busy
        await thread.call(PATIENCE_S, calls.append, 2)
    assert calls == [2]


def test_a_hanging_library_does_not_hold_the_process() -> None:
    program = (
        "import asyncio, threading\n"
        "from drivers.errors import DeviceSilent\n"
        "from drivers.own_thread import OwnThread\n"
        "async def main():\n"
        "    with OwnThread('vendor') as thread:\n"
        "        try: await thread.call(0.05, threading.Event().wait)\n"
        "        except DeviceSilent: print('told')\n"
        "asyncio.run(main())\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    assert run.stdout == "told\n"
