"""A printer's port as a link: a serial path, tcp://host:9100, usb://vendor:product, or file:path."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from io import FileIO
from typing import TYPE_CHECKING, NoReturn

from drivers.errors import (
    DeviceLost,
    DeviceSilent,
    PortFault,
    PortForbidden,
    PortInUse,
    PortMissing,
    PortUnusable,
)
from drivers.links import Link, open_link
from drivers.own_thread import OwnThread
from drivers.printer.ways import UsbPort, file_path
from drivers.serial_port import SerialLine

if TYPE_CHECKING:
    from drivers.printer.library import UsbPrinter

IMPORT_S = 20.0  # python-escpos and Pillow take 0.4 s; a terminal that just starts has other things to do
WRITE_S = 10.0  # 16 KiB, a receipt as images, take 1 s on full-speed USB; past this the printer holds us back for good
READ_S = 0.1  # how long a read may keep a write waiting
CALL_S = 5.0  # any other call
CLOSE_S = 1.0  # beyond that something is stuck, which must not hold the terminal up


@asynccontextmanager
async def open_port(port: str | UsbPort, line: SerialLine, thread: OwnThread) -> AsyncIterator[Link]:
    """The open link; blocking calls go to `thread`. What is written to a file is never answered."""
    if isinstance(port, UsbPort):
        async with _usb_link(port, thread) as usb:
            yield usb
    elif path := file_path(port):
        async with _file_link(path, thread) as file:
            yield file
    else:
        async with open_link(port, line) as link:
            yield link


@asynccontextmanager
async def _usb_link(port: UsbPort, thread: OwnThread) -> AsyncIterator[Link]:
    printer = await thread.call(IMPORT_S, _usb_printer, port)
    link = _UsbLink(str(port), printer, thread)
    try:
        await thread.call(CALL_S, printer.connect)
        yield link
    finally:
        await link.end()
        await _closed(printer.close, thread)


async def _closed(close: Callable[[], None], thread: OwnThread) -> None:
    """Have it closed, whatever becomes of us, and wait for that, unless the thread is stuck."""
    thread.leave(close)
    with suppress(DeviceSilent):
        await thread.call(CLOSE_S, _nothing)


def _nothing() -> None:
    """A call that ends when all before it have."""


def _usb_printer(port: UsbPort) -> UsbPrinter:
    from drivers.printer.library import UsbPrinter  # noqa: PLC0415 - takes 0.35 s, which only its thread has

    return UsbPrinter(port, WRITE_S)


class _UsbLink:
    """Reads wait in the printer's thread for a moment at a time, so that writes get their turn."""

    def __init__(self, address: str, printer: UsbPrinter, thread: OwnThread) -> None:
        self.address = address
        self._printer = printer
        self._thread = thread
        self._reading: asyncio.Task[bytes] | None = None

    async def read(self) -> bytes:
        self._reading = self._reading or asyncio.create_task(self._receive())
        data = await asyncio.shield(self._reading)
        self._reading = None
        return data

    async def write(self, data: bytes) -> None:
        await self._thread.call(WRITE_S, self._printer.send, data)

    async def end(self) -> None:
        """End a read that is under way."""
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading

    async def _receive(self) -> bytes:
        while not (data := await self._thread.call(CALL_S, self._printer.receive, READ_S)):
            pass
        return data


@asynccontextmanager
async def _file_link(path: str, thread: OwnThread) -> AsyncIterator[Link]:
    link = _FileLink(path, thread)
    try:
        await thread.call(CALL_S, link.open)
        yield link
    finally:
        await _closed(link.close, thread)


class _FileLink:
    """Appends to a file; for /dev/usb/lp0 that is the same as writing. `open` and `close` belong into the thread."""

    def __init__(self, path: str, thread: OwnThread) -> None:
        self.address = path
        self._thread = thread
        self._file: FileIO | None = None

    def open(self) -> None:
        """Raises a `PortFault`."""
        try:
            self._file = FileIO(self.address, "ab")
        except OSError as error:
            raise _port_fault(self.address, error) from error

    def close(self) -> None:
        """Safe to call again."""
        if self._file is not None:
            self._file.close()

    async def read(self) -> NoReturn:
        while True:
            await asyncio.Event().wait()

    async def write(self, data: bytes) -> None:
        try:
            await self._thread.call(WRITE_S, self._write_all, data)
        except OSError as error:
            raise DeviceLost(self.address) from error

    def _write_all(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest and self._file is not None:
            rest = rest[self._file.write(rest) :]


def _port_fault(path: str, error: OSError) -> PortFault:
    match error.errno:
        case errno.EACCES | errno.EPERM:
            return PortForbidden(path, "lp")
        case errno.EBUSY:
            return PortInUse(path)
        case errno.ENOENT | errno.ENODEV | errno.ENXIO | errno.ENOTDIR:
            return PortMissing(path)
        case _:
            return PortUnusable(path, os.strerror(error.errno or 0), "a printer")
