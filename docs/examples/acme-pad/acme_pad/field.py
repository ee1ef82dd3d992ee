"""The reader's field for a pad: look, read, secure. This is all that a family of readers has to supply."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, ParamSpec, TypeVar

from acme_pad.library import BLOCK_BYTES, AcmeLibrary, ReaderGoneError
from drivers.errors import DeviceFault
from drivers.own_thread import OwnThread
from drivers.pad.field import Look, TagField
from drivers.pad.memory import MemoryShape, read_memory
from firmware_msgs.config import AfiPair
from firmware_msgs.tags.content import TagContent, TagFault
from firmware_msgs.tags.detect import read_content

CALL_TIMEOUT_S: Final = 5.0  # the vendor's slowest call takes under a second; past this it hangs
BLOCKS_PER_READ: Final = 32

_Args = ParamSpec("_Args")
_Result = TypeVar("_Result")


class AcmeField:
    """See `TagField`."""

    def __init__(self, name: str, library: AcmeLibrary, thread: OwnThread, afi: AfiPair) -> None:
        self._name = name
        self._library = library
        self._thread = thread
        self._afi = afi

    async def look(self) -> Look:
        """See `TagField`."""
        return Look(await self._call(self._library.inventory), whole=True)

    async def read(self, uid: str) -> tuple[TagContent | TagFault, bool | None]:
        """See `TagField`."""
        tag = await self._call(self._library.information, uid)
        if tag is None:
            return TagFault.UNREADABLE, None
        shape = MemoryShape(tag.dsfid, BLOCK_BYTES, tag.block_count, BLOCKS_PER_READ)
        memory = await read_memory(shape, lambda first, count: self._call(self._library.read, uid, first, count))
        content = TagFault.UNREADABLE if memory is None else read_content(tag.dsfid, memory)
        return content, self._afi.meaning(tag.afi)

    async def secure(self, uid: str, *, secured: bool) -> bool | None:
        """See `TagField`."""
        await self._call(self._library.write_afi, uid, self._afi.value(secured=secured))
        tag = await self._call(self._library.information, uid)
        return None if tag is None else self._afi.meaning(tag.afi)

    async def _call(self, work: Callable[_Args, _Result], *args: _Args.args, **kwargs: _Args.kwargs) -> _Result:
        return await call(self._name, self._thread, work, *args, **kwargs)


async def call(
    name: str, thread: OwnThread, work: Callable[_Args, _Result], *args: _Args.args, **kwargs: _Args.kwargs
) -> _Result:
    """A call of the library, its error in our words."""
    try:
        return await thread.call(CALL_TIMEOUT_S, work, *args, **kwargs)
    except ReaderGoneError as error:
        raise DeviceFault(f"The ACME reader “{name}” is not connected. Check its cable and power.") from error


@asynccontextmanager
async def open_acme(name: str, port: str, path: str, afi: AfiPair) -> AsyncIterator[TagField]:
    """The field of the reader at `port`, by the library file at `path`."""
    with OwnThread(name) as thread:
        try:
            library = await thread.call(CALL_TIMEOUT_S, AcmeLibrary, path)
        except OSError as error:
            raise DeviceFault(f"The ACME library {path} cannot be loaded ({error}). Install it there.") from error
        await call(name, thread, library.open, port)
        try:
            yield AcmeField(name, library, thread, afi)
        finally:
            thread.leave(library.close)
