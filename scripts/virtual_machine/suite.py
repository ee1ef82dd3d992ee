"""Checks: what each proves of a device, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from typing import Generic, TypeVar

from scripts.virtual_machine.errors import CheckFailed
from scripts.virtual_machine.machine import Machine

Stage = TypeVar("Stage")


@dataclass(frozen=True, slots=True)
class Check(Generic[Stage]):
    """`claim` is what is true when `prove` returns; it raises CheckFailed otherwise."""

    claim: str
    prove: Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Suite(Generic[Stage]):
    """The checks of one kind of device, in order: each begins where the one before ended."""

    device: str
    stage: Callable[[Machine], AbstractAsyncContextManager[Stage]]
    checks: tuple[Check[Stage], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a check; `failure` says what was seen instead."""

    device: str
    claim: str
    took_s: float
    failure: str | None = None

    def __str__(self) -> str:
        verdict = "ok" if self.failure is None else "FAILED"
        line = f"{verdict:6} {self.took_s:5.1f} s  {self.device}: {self.claim}"
        return line if self.failure is None else f"{line}\n       {self.failure}"


async def prove_all(suite: Suite[Stage], machine: Machine, tell: Callable[[Outcome], None]) -> None:
    """Prove every check of the suite, and tell what came of each as it ends. One that fails does not hold up the next,
    but a stage that cannot be set is the failure of all.
    """
    async with AsyncExitStack() as leaving:
        try:
            stage = await leaving.enter_async_context(suite.stage(machine))
        except CheckFailed as error:
            machine.bench.forget()
            for check in suite.checks:
                tell(Outcome(suite.device, check.claim, 0, str(error)))
            return
        for check in suite.checks:
            tell(await _prove(suite.device, check, stage, machine))


async def _prove(device: str, check: Check[Stage], stage: Stage, machine: Machine) -> Outcome:
    begun_s = time.monotonic()
    failure = None
    try:
        await check.prove(stage)
    except CheckFailed as error:
        failure = str(error)
        machine.bench.forget()
    return Outcome(device, check.claim, time.monotonic() - begun_s, failure)


def expect(what: str, *, is_so: bool) -> None:
    """Raise CheckFailed that names what is not so."""
    if not is_so:
        raise CheckFailed(what)
