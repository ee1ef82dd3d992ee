"""A serial port on the event loop. The only importer of pyserial, which opens and sets the line; bytes go by its fd."""

from __future__ import annotations

import asyncio
import errno
import os
import termios
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, Self

import serial

from drivers.errors import (
    DeviceLost,
    DeviceSilent,
    PortFault,
    PortForbidden,
    PortInUse,
    PortMissing,
    PortUnusable,
)

READ_SIZE_BYTES = 4096  # the kernel's own buffer of a tty: one read empties it
WRITE_TIMEOUT_S = 5.0  # the longest frame takes under 0.1 s at 38,400 baud; past this the line holds us back for good

_MISSING = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_IN_USE = frozenset({errno.EBUSY, errno.EAGAIN})

_CFLAG = 2  # the place of the control flags among a line's attributes
_PARITY_FLAGS = {"N": 0, "E": termios.PARENB, "O": termios.PARENB | termios.PARODD}


@dataclass(frozen=True, slots=True)
class SerialLine:
    """How the line is set; always 8 data bits, no flow control."""

    baudrate: int
    parity: Literal["N", "E", "O"] = "N"
    stopbits: Literal[1, 2] = 1


class SerialPort:
    """An open port, held exclusively. One reader and one writer at a time; both raise `DeviceLost` once it is gone.

    Close it (or leave its `with` block) when no read or write is under way.
    """

    def __init__(self, path: str, line: SerialLine) -> None:
        """Open `path` now; must run on the event loop. Raises a `PortFault` that says what to do."""
        self.address = path
        self._loop = asyncio.get_running_loop()
        self._serial = _open(path, line)
        self._fd = self._serial.fileno()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def read(self) -> bytes:
        """The next bytes, at least one. Each read is a turn of the loop, so no flood starves it; cancelling it loses
        nothing.
        """
        while True:
            await _ready(self._loop.add_reader, self._loop.remove_reader, self._fd)
            try:
                data = os.read(self._fd, READ_SIZE_BYTES)
            except BlockingIOError:
                continue
            except OSError as error:
                raise DeviceLost(self.address) from error
            if not data:  # VMIN is 1, so empty means hung up, never "nothing yet"
                raise DeviceLost(self.address)
            return data

    async def write(self, data: bytes) -> None:
        """Hand all of `data` to the line. Raises `DeviceSilent` when the line takes no more for `WRITE_TIMEOUT_S`."""
        rest = memoryview(data)
        try:
            async with asyncio.timeout(WRITE_TIMEOUT_S):
                while rest:
                    rest = rest[await self._write_some(rest) :]
        except TimeoutError as error:
            raise DeviceSilent(f"The device at {self.address} takes no data. Switch it off and on again.") from error

    async def _write_some(self, data: memoryview) -> int:
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            await _ready(self._loop.add_writer, self._loop.remove_writer, self._fd)
            return 0
        except OSError as error:
            raise DeviceLost(self.address) from error

    def close(self) -> None:
        """Release the port at once; what was not sent yet is dropped. Safe to call again."""
        if self._serial.is_open:
            with suppress(termios.error):  # an unplugged line cannot be flushed
                termios.tcflush(self._fd, termios.TCIOFLUSH)  # else close() waits up to 30 s for unsent output
            self._serial.close()


async def _ready(add: Callable[..., Any], remove: Callable[[int], bool], fd: int) -> None:
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    add(fd, _settle, ready)
    try:
        await ready
    finally:
        remove(fd)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():  # the loop may call once more in the same turn
        ready.set_result(None)


def _open(path: str, line: SerialLine) -> serial.Serial:
    try:
        port = serial.Serial(
            path,
            line.baudrate,
            stopbits=line.stopbits,
            timeout=0,
            inter_byte_timeout=0,  # sets VMIN to 1, so that an empty read can only mean a hang-up
            exclusive=True,
        )
    except (OSError, termios.error) as error:
        raise _port_fault(path, error) from error
    try:
        _set_parity(port.fileno(), line.parity)
    except termios.error as error:
        port.close()
        raise _port_fault(path, error) from error
    return port


def _set_parity(fd: int, parity: Literal["N", "E", "O"]) -> None:
    """Apart from the rest, for a line that has no parity (as any pty) carries the bytes all the same.

    glibc refuses a request of which nothing took effect; by pyserial, such a line could be opened only once.
    """
    attributes = termios.tcgetattr(fd)
    attributes[_CFLAG] = attributes[_CFLAG] & ~(termios.PARENB | termios.PARODD) | _PARITY_FLAGS[parity]
    try:
        termios.tcsetattr(fd, termios.TCSANOW, attributes)
    except termios.error as error:
        if error.args[0] != errno.EINVAL:
            raise


def _port_fault(path: str, error: OSError | termios.error) -> PortFault:
    code = error.errno if isinstance(error, OSError) else error.args[0]
    if code in _MISSING:
        return PortMissing(path)
    if code in _FORBIDDEN:
        return PortForbidden(path)
    if code in _IN_USE:
        return PortInUse(path)
    return PortUnusable(path, "it is no serial line" if code is None else os.strerror(code))
