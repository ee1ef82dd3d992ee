"""A thread for calls that block, one at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

_Result = TypeVar("_Result")


class BlockingThread:
    """A daemon, so that a call that never returns cannot make a process that never ends."""

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def start(self, work: Callable[[], _Result]) -> asyncio.Future[_Result]:
        """Do it after all that was started before, in the context of who asks. Cancelling the future does not stop what
        has begun.
        """
        outcome: Future[_Result] = Future()
        self._work.put(partial(copy_context().run, _carry_out, work, outcome))
        return asyncio.wrap_future(outcome)

    def leave(self, work: Callable[[], object]) -> None:
        """Do it after all that was started before; nobody waits for it, nor hears of its errors."""
        self._work.put(partial(_carry_out, work, Future()))

    def rename(self, name: str) -> None:
        """Let it be known by this name from now on."""
        self._thread.name = name

    def end(self) -> None:
        """End once everything started is done."""
        self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def _carry_out(work: Callable[[], _Result], outcome: Future[_Result]) -> None:
    if not outcome.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except Exception as error:  # noqa: BLE001 - all of them belong to whoever awaits the outcome
        outcome.set_exception(error)
    else:
        outcome.set_result(result)
