from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from scripts.demo_network.errors import ProgramFailed
from scripts.demo_network.processes import Keeper, Program, run_to_end

REMEDY = "Mend it."


def program(folder: Path, code: str, *, comes_back: bool = True) -> Program:
    return Program(
        name="dummy",
        command=(sys.executable, "-c", code),
        log=folder / "dummy.log",
        remedy=REMEDY,
        comes_back=comes_back,
    )


async def test_a_program_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    failing = program(tmp_path, "import sys; print('no such table'); sys.exit(3)")
    with pytest.raises(ProgramFailed) as told:
        await Keeper.start(failing, never)
    assert "dummy did not start: it ended with exit code 3" in str(told.value)
    assert "no such table" in str(told.value)
    assert REMEDY in str(told.value)


async def test_a_program_that_ends_badly_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed, match="exit code 1"):
        await run_to_end(program(tmp_path, "raise SystemExit(1)"))


async def test_a_killed_program_comes_back_and_a_held_one_only_when_released(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    code = f"open({str(starts)!r}, 'a').write('x'); import time; time.sleep(600)"

    async def started(times: int) -> None:
        async with asyncio.timeout(20):
            while not starts.exists() or len(starts.read_text()) < times:  # noqa: ASYNC110 - another process's file
                await asyncio.sleep(0.01)

    async def is_up() -> bool:
        return starts.exists()

    keeper = await Keeper.start(program(tmp_path, code), is_up)
    keeping = asyncio.create_task(keeper.keep())
    keeper.kill()
    await started(2)
    keeper.hold()
    await asyncio.sleep(0.5)  # longer than it takes to come back
    assert len(starts.read_text()) == 2
    keeper.release()
    await started(3)
    keeping.cancel()
    await asyncio.wait([keeping])
    await keeper.stop()


async def test_a_program_that_must_not_end_ends_the_demo(tmp_path: Path) -> None:
    async def at_once() -> bool:
        return True

    keeper = await Keeper.start(program(tmp_path, "import time; time.sleep(0.3)", comes_back=False), at_once)
    with pytest.raises(ProgramFailed, match="exit code 0"):
        await keeper.keep()
