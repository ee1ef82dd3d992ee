"""A thread for one blocking library, such as a vendor's: its calls run one at a time, in order, off the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, Self, TypeVar

from drivers.blocking_thread import BlockingThread
from drivers.errors import DeviceSilent

_Args = ParamSpec("_Args")
_Result = TypeVar("_Result")


class OwnThread:
    """Leave its `with` block on the event loop. A call that never returns costs its thread, not the process."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stuck_name = f"{name}, stuck"
        self._thread: BlockingThread

    def __enter__(self) -> Self:
        """Raises `DeviceSilent` while an earlier thread of this name is still stuck: retries must not pile them up."""
        if any(thread.name == self._stuck_name for thread in threading.enumerate()):
            raise self._silent()
        self._thread = BlockingThread(self._name)
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.end()

    def leave(self, work: Callable[[], object]) -> None:
        """Have this done last, after whatever still runs; nobody waits for it."""
        self._thread.leave(work)

    async def call(
        self, timeout_s: float, work: Callable[_Args, _Result], *args: _Args.args, **kwargs: _Args.kwargs
    ) -> _Result:
        """What `work` returns or raises. Raises `DeviceSilent` when that takes longer than `timeout_s`, after which no
        further call will be served: leave the block and begin anew.
        """
        try:
            async with asyncio.timeout(timeout_s):
                return await self._thread.start(partial(work, *args, **kwargs))
        except TimeoutError as error:
            self._thread.rename(self._stuck_name)
            raise self._silent() from error

    def _silent(self) -> DeviceSilent:
        return DeviceSilent(
            f"The library of “{self._name}” does not return. Switch the device off and on; if that does not help, "
            "restart the terminal."
        )
