from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from scripts.virtual_machine.bench import Bench
from scripts.virtual_machine.errors import CheckFailed
from scripts.virtual_machine.machine import Machine
from scripts.virtual_machine.qmp import Qmp
from scripts.virtual_machine.report import Report, skipped
from scripts.virtual_machine.suite import Check, Outcome, Suite, prove_all
from scripts.virtual_machine.usb import Usb


async def good(_: int) -> None:
    pass


async def bad(_: int) -> None:
    raise CheckFailed("it is green")


@asynccontextmanager
async def stage(_: Machine) -> AsyncIterator[int]:
    yield 1


@asynccontextmanager
async def broken_stage(machine: Machine) -> AsyncIterator[int]:
    if machine.folder.exists():
        raise CheckFailed("no stage")
    yield 1


async def outcomes(suite: Suite[int], folder: Path) -> list[Outcome]:
    ours, theirs = socket.socketpair()
    with theirs:
        reader, writer = await asyncio.open_connection(sock=ours)
        qmp, told = Qmp(reader, writer), list[Outcome]()
        await prove_all(suite, Machine(qmp, Bench(reader, writer), Usb(qmp, folder), folder), told.append)
        writer.close()
        await writer.wait_closed()
    return told


async def test_a_failed_check_is_told_and_the_next_one_proven(tmp_path: Path) -> None:
    told = await outcomes(Suite("device", stage, (Check("red", bad), Check("well", good))), tmp_path)
    assert [(each.claim, each.failure) for each in told] == [("red", "it is green"), ("well", None)]


async def test_all_checks_of_a_stage_that_cannot_be_set_have_failed(tmp_path: Path) -> None:
    told = await outcomes(Suite("device", broken_stage, (Check("red", bad), Check("well", good))), tmp_path)
    assert [(each.claim, each.failure) for each in told] == [("red", "no stage"), ("well", "no stage")]


def test_what_was_never_reached_has_failed() -> None:
    report = Report(checks=5)
    report.add(Outcome("device", "well", 0.1))
    report.add(Outcome("device", "red", 0.1, "it is green"))
    assert (report.passed, report.failed) == (1, 4)
    assert report.line().startswith("machine: 5 checks, 1 passed, 4 failed")
    facts = msgspec.json.decode(report.json())
    assert (facts["checks"], facts["passed"], facts["failed"], facts["skipped"]) == (5, 1, 4, None)


def test_a_run_that_cannot_be_says_why() -> None:
    assert skipped("no QEMU", as_json=False) == "machine: skipped: no QEMU"
    assert msgspec.json.decode(skipped("no QEMU", as_json=True)) == {
        "checks": 0,
        "passed": 0,
        "failed": 0,
        "skipped": "no QEMU",
    }
